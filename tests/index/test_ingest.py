import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from bot.embed import Encoder
from bot.errors import IndexingError, IngestRunningError
from bot.index import current_manifest, ingest, open_index
from bot.index.manifest import Manifest
from bot.settings import Settings

SILENT = {"notify": lambda _: None}


class Counting:
    """A progress report that remembers the most texts it was told of."""

    def __init__(self) -> None:
        self.total = 0

    def __call__(self, done: int, total: int, /) -> None:
        self.total = max(self.total, total)


def current(settings: Settings) -> Path:
    return settings.data_dir / "index" / (settings.data_dir / "index" / "CURRENT").read_text().strip()


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_the_first_ingest_encodes_everything_and_the_second_nothing(settings: Settings, encoder: Encoder):
    first, _ = ingest(settings, encoder)
    progress = Counting()
    second, _ = ingest(settings, encoder, progress=progress)
    assert first.reason == "there is none yet"
    assert first.encoded > 0
    assert (second.reason, second.encoded, progress.total) == ("", 0, 0)


def test_only_what_changed_is_encoded_again(settings: Settings, encoder: Encoder):
    first, _ = ingest(settings, encoder)
    edit(settings.corpus_dir / "boats.md", "on both sides", "on the left side")
    progress = Counting()
    report, _ = ingest(settings, encoder, progress=progress)
    assert report.changed == ("boats",)
    assert (report.added, report.removed) == ((), ())
    assert report.encoded == progress.total == 2  # one passage, one sentence
    assert report.reused == first.encoded - 2


def test_a_removed_document_is_no_longer_found(settings: Settings, encoder: Encoder):
    ingest(settings, encoder)
    (settings.corpus_dir / "boats.md").unlink()
    report, _ = ingest(settings, encoder)
    index = open_index(settings, encoder, **SILENT)
    assert report.removed == ("boats",)
    assert {p.span.document_id for p in index.passages} == {"rivers"}
    assert index.store.count() == len(index.passages)
    index.close()


def test_a_rebuild_encodes_everything_again(settings: Settings, encoder: Encoder):
    first, _ = ingest(settings, encoder)
    again, _ = ingest(settings, encoder, rebuild=True)
    assert again.encoded == first.encoded
    assert again.reused == 0


def test_opening_builds_a_missing_index_and_says_so(settings: Settings, encoder: Encoder):
    said: list[str] = []
    open_index(settings, encoder, notify=said.append).close()
    open_index(settings, encoder, notify=said.append).close()
    assert len(said) == 1
    assert "there is none yet" in said[0]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("layout", 0, "another version"),
        ("fingerprint", "sha256:other", "another embedding model"),
        ("passage_tokens", 9, "another length"),
    ],
)
def test_an_index_of_another_kind_is_rebuilt_and_never_misread(
    settings: Settings, encoder: Encoder, field: str, value: object, reason: str
):
    ingest(settings, encoder)
    manifest = current_manifest(settings)
    assert manifest is not None
    manifest.model_copy(update={field: value}).write(current(settings))
    said: list[str] = []
    index = open_index(settings, encoder, notify=said.append)
    assert reason in said[0]
    assert index.store.count() == len(index.passages)
    index.close()


@pytest.mark.parametrize("damage", ["manifest.json", "vectors.npz", "chroma"])
def test_a_damaged_index_is_rebuilt(settings: Settings, encoder: Encoder, damage: str):
    ingest(settings, encoder)
    victim = current(settings) / damage
    if victim.is_dir():
        shutil.rmtree(victim)
    else:
        victim.write_bytes(b"not this")
    index = open_index(settings, encoder, **SILENT)
    assert index.store.count() == len(index.passages) > 0
    index.close()


def test_a_second_ingest_at_the_same_time_says_so_and_stops(settings: Settings, encoder: Encoder):
    ingest(settings, encoder)
    before = current_manifest(settings)
    edit(settings.corpus_dir / "boats.md", "both sides", "one side")
    with FileLock(settings.data_dir / "index" / "LOCK"), pytest.raises(IngestRunningError, match="wait for it"):
        ingest(settings, encoder)
    assert current_manifest(settings) == before


def test_a_crash_between_build_and_swap_leaves_the_old_index(settings: Settings, encoder: Encoder):
    """The process is killed by the system at the very line that would make the new build count."""
    ingest(settings, encoder)
    before = current_manifest(settings)
    edit(settings.corpus_dir / "boats.md", "both sides", "one side")
    script = (
        "import os, signal, sys; from pathlib import Path; import bot.index.build as build\n"
        "from bot.embed import Encoder; from bot.index import ingest; from bot.settings import Settings\n"
        "build.os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"here = dict(corpus_dir=Path({str(settings.corpus_dir)!r}), data_dir=Path({str(settings.data_dir)!r}))\n"
        "ingest(Settings(**here), Encoder.load())\n"
    )
    died = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL
    assert current_manifest(settings) == before
    assert len([p for p in (settings.data_dir / "index").iterdir() if p.is_dir()]) == 2
    report, _ = ingest(settings, encoder)
    assert report.changed == ("boats",)
    assert (settings.data_dir / "index" / report.build / "manifest.json").exists()


def test_a_full_disk_leaves_the_old_index_and_says_what_to_do(settings: Settings, encoder: Encoder):
    """Files of this process may not grow beyond 4 kB, which the system reports as it does a full disk."""
    ingest(settings, encoder)
    before = current_manifest(settings)
    edit(settings.corpus_dir / "boats.md", "both sides", "one side")
    environment = {**os.environ, "MSO_CORPUS_DIR": str(settings.corpus_dir), "MSO_DATA_DIR": str(settings.data_dir)}
    ran = subprocess.run(
        ["bash", "-c", f"ulimit -f 4; exec {sys.executable} -m bot ingest"],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert ran.returncode == 2
    assert "the index that was there stays" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert current_manifest(settings) == before
    open_index(Settings(**{**settings.model_dump()}), encoder, **SILENT).close()


def test_a_folder_that_cannot_be_written_says_what_to_do(pack: Path, tmp_path: Path, encoder: Encoder):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexingError, match="may be written to"):
        ingest(Settings(corpus_dir=pack, data_dir=tmp_path / "file"), encoder)


def test_a_manifest_of_another_form_is_no_manifest(tmp_path: Path):
    (tmp_path / "manifest.json").write_text('{"layout": "x"}')
    assert Manifest.read(tmp_path) is None
