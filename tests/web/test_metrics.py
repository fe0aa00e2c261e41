from pathlib import Path

import pytest

from bot.errors import ModelUnavailable
from bot.models import chat_model
from bot.settings import Settings
from bot.web.metrics import Metrics
from tests.model_server import INPUT_TOKENS, MODEL, OUTPUT_TOKENS, ModelServer


def test_replies_are_counted_by_their_engine(river_bot):
    metrics = Metrics()
    metrics.replied(river_bot.ask("who may fish in the river?"))
    assert 'mso_replies_total{engine="extractive",reason="",status="answered"} 1.0' in metrics.text().decode()


def test_without_a_model_there_are_no_counts_of_one():
    assert b"mso_model" not in Metrics().text()


def test_tokens_cost_and_failures_of_the_model_are_counted(model_server: ModelServer, tmp_path: Path):
    model = chat_model(
        Settings(
            data_dir=tmp_path, model=f"openai:{MODEL}", model_base_url=model_server.url, model_retries=0,
            model_input_price=1.5, model_output_price=10,
        )
    )  # fmt: skip
    "".join(model.call("Answer.", "A question"))
    model_server.plays("locked")
    for _ in range(4):
        with pytest.raises(ModelUnavailable):
            list(model.call("Answer.", "A question"))
    told = Metrics(model).text().decode()
    assert f'mso_model_tokens_total{{direction="input"}} {INPUT_TOKENS}.0' in told
    assert f'mso_model_tokens_total{{direction="output"}} {OUTPUT_TOKENS}.0' in told
    assert "mso_model_cost_total 0.00048" in told
    assert 'mso_model_failures_total{reason="refused"} 3.0' in told
    assert 'mso_model_failures_total{reason="resting"} 1.0' in told
    assert "A question" not in told
