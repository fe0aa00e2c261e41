"""An app with a console and two members of staff, for all tests of the login."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.web.apps import serving


@pytest.fixture
def app(staffed: FastAPI) -> FastAPI:
    return staffed


@pytest.fixture
def client(stranger: TestClient) -> TestClient:
    return stranger


@pytest.fixture
def served(app: FastAPI) -> Iterator[str]:
    with serving(app) as address:
        yield address
