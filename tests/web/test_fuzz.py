"""Requests that schemathesis makes up from the description of the API: some right, most wrong, none may break it.

``MSO_FUZZ_CASES`` says how many; ``make fuzz`` asks for 5,000.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from bot.pipeline import Bot
from tests.web.apps import app_over

CASES = int(os.environ.get("MSO_FUZZ_CASES", "300"))
PATHS = [
    "/api/ask", "/api/feedback", "/api/handoff", "/api/end", "/api/site", "/api/sources", "/api/sources/{document_id}",
    "/healthz", "/readyz",
]  # fmt: skip
SHARE = {
    "/api/ask": 0.4,
    "/api/feedback": 0.25,
    "/api/handoff": 0.1,
    "/api/end": 0.1,
    "/api/sources/{document_id}": 0.2,
}
ACCEPT = st.sampled_from(["application/json", "text/event-stream", "*/*", ""])


@pytest.fixture(scope="module")
def app(river_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    return app_over(river_bot, data_dir=tmp_path_factory.mktemp("fuzz"))


def test_every_operation_is_tried(app: FastAPI) -> None:
    assert list(app.openapi()["paths"]) != []
    assert set(app.openapi()["paths"]) == set(PATHS)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_that_is_sent_breaks_the_server(app: FastAPI, path: str) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    (operation,) = (found.ok() for found in schema.get_all_operations() if found.ok().path == path)
    cases = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    told: list[int] = []

    @settings(
        max_examples=max(5, int(CASES * SHARE.get(path, 0.025))),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(case=cases, accept=ACCEPT)
    def send(case: Any, accept: str) -> None:
        response = case.call(headers={"Accept": accept})
        told.append(response.status_code)
        assert response.status_code < 500
        assert "Traceback" not in response.text

    send()
    assert told
