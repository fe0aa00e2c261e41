from pathlib import Path

import pytest

from eval.cli import main
from eval.run import Run, read_run, write_run
from tests.conftest import PACK
from tests.eval.conftest import RIVER_CASES
from tests.model_server import MODEL, ModelServer


@pytest.fixture(autouse=True)
def _over_the_river(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MSO_CORPUS_DIR", str(PACK))
    monkeypatch.setenv("MSO_DATA_DIR", str(tmp_path / "data"))


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in arguments])
    return int(ended.value.code or 0)


def test_a_run_writes_both_files_and_prints_the_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run("run", "--split", "test", "--cases", RIVER_CASES) == 0
    printed = capsys.readouterr()
    for label in ("right", "evidence cited", "refusal F1", "recall@5", "nDCG@10", "latency p95", "follow_up"):
        assert label in printed.out
    folder = tmp_path / "data" / "eval" / "test"
    assert read_run(folder).origin.target == "in process"
    assert (folder / "report.html").is_file()


def test_an_engine_can_be_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_server: ModelServer, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("MSO_MODEL", MODEL)
    monkeypatch.setenv("MSO_MODEL_BASE_URL", model_server.url)
    folders = {engine: tmp_path / engine for engine in ("extractive", "generative")}
    for engine, folder in folders.items():
        assert run("run", "--split", "all", "--cases", RIVER_CASES, "--engine", engine, "--out", folder) == 0
    assert [read_run(f).origin.engine for f in folders.values()] == ["extractive", f"generative:openai:{MODEL}"]
    assert "model_tokens" not in read_run(folders["extractive"]).metrics
    capsys.readouterr()
    assert run("compare", *folders.values()) == 0
    printed = capsys.readouterr().out
    for label in ("before: extractive, after: generative", "model sentences rejected", "model cost"):
        assert label in printed


def test_compare_prints_differences_and_the_test(river_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write_run(river_run, tmp_path / "a")
    assert run("compare", tmp_path / "a", tmp_path / "a" / "run.json") == 0
    assert "0 better, 0 worse; exact McNemar test on right: p = 1.0000" in capsys.readouterr().out


def test_the_gate_fails_with_one_and_names_what_failed(
    river_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    write_run(river_run, tmp_path / "a")
    bounds = tmp_path / "bounds.toml"
    bounds.write_text("[minimum]\nright = 1.0\ndisclaimers = 1.0\n", encoding="utf-8")
    assert run("gate", tmp_path / "a", "--thresholds", bounds) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["FAIL right", "ok   disclaimers"]
    bounds.write_text("[minimum]\ndisclaimers = 1.0\n", encoding="utf-8")
    assert run("gate", tmp_path / "a", "--thresholds", bounds) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--cases", "missing.jsonl"),
        ("run", "--split", "train"),
        ("run", "--url", "ftp://example.com", "--cases", RIVER_CASES),
        ("run", "--cases", RIVER_CASES, "--engine", "generative"),
        ("run", "--cases", RIVER_CASES, "--engine", "best"),
        ("run", "--cases", RIVER_CASES, "--engine", "extractive", "--url", "http://127.0.0.1:1"),
        ("compare", "missing", "missing"),
        ("gate",),
        ("gate", "missing", "--thresholds", "missing.toml"),
    ],
)
def test_bad_input_is_one_short_message_and_exit_code_two(
    arguments: tuple[object, ...], capsys: pytest.CaptureFixture[str]
):
    assert run(*arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert 20 < len(printed.err) < 500
