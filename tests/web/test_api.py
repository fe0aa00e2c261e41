"""The JSON interface, over HTTP."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.prompts import DISCLAIMER, PRIVACY_NOTICE
from bot.types import Reply

QUESTION = "Who licenses dentists in New York?"


def test_a_question_gets_a_reply_that_obeys_the_contract(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": QUESTION})
    reply = Reply.model_validate_json(response.content)
    assert response.status_code == 200
    assert reply.question == QUESTION
    assert reply.citations
    assert reply.disclaimer == DISCLAIMER


def test_every_quote_stands_at_its_offsets_in_the_served_text(client: TestClient) -> None:
    for citation in client.post("/api/ask", json={"question": QUESTION}).json()["citations"]:
        text = client.get(f"/api/sources/{citation['document_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_reply_names_its_conversation_and_a_follow_up_stays_in_it(client: TestClient) -> None:
    first = client.post("/api/ask", json={"question": QUESTION}).headers["X-Conversation-Id"]
    second = client.post("/api/ask", json={"question": "And hygienists?", "conversation_id": first})
    assert second.status_code == 200
    assert "hygienist" in second.json()["answer"].lower()


def test_each_new_conversation_has_an_id_of_its_own(client: TestClient) -> None:
    ids = {client.post("/api/ask", json={"question": QUESTION}).headers["X-Conversation-Id"] for _ in range(3)}
    assert len(ids) == 3


def test_a_question_outside_the_documents_is_declined_with_status_200(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "What is the capital of France?"})
    assert response.status_code == 200
    assert response.json()["status"] == "declined"


def test_the_list_of_sources_names_every_document_without_its_text(client: TestClient, bot: Bot) -> None:
    listed = client.get("/api/sources").json()
    assert [item["id"] for item in listed] == [d.id for d in bot.corpus.documents]
    assert set(listed[0]) == {
        "id", "title", "kind", "jurisdiction", "authorities", "last_reviewed", "summary", "sections"
    }  # fmt: skip


def test_a_source_carries_the_text_that_offsets_count_in(client: TestClient, bot: Bot) -> None:
    document = bot.corpus.documents[0]
    source = client.get(f"/api/sources/{document.id}").json()
    assert source["text"] == document.text
    assert source["authorities"][0]["citation"] == document.authorities[0].citation


def test_a_chat_is_told_what_it_shows_before_the_first_question(client: TestClient, bot: Bot) -> None:
    site = client.get("/api/site").json()
    assert site["starters"] == list(bot.corpus.scope.starters)
    assert (site["notice"], site["disclaimer"]) == (PRIVACY_NOTICE, DISCLAIMER)
    assert site["contact"] == {"url": "https://firm.example/contact", "phone": None}
    assert site["max_question_chars"] == 2000
    assert site["title"]
    assert site["about"]


def test_without_a_contact_there_is_none(river_client: TestClient) -> None:
    assert river_client.get("/api/site").json()["contact"] is None


def test_an_unknown_source_is_a_json_404(client: TestClient) -> None:
    response = client.get("/api/sources/nothing")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_an_unknown_api_address_is_a_json_404_and_not_a_page(client: TestClient) -> None:
    response = client.get("/api/nothing", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_the_wrong_method_is_a_json_405(client: TestClient) -> None:
    response = client.get("/api/ask")
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_health_is_told_apart_from_readiness(client: TestClient, app: FastAPI) -> None:
    assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}
    app.state.ready = False
    try:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
    finally:
        app.state.ready = True


def test_the_openapi_page_loads_nothing_from_another_host(client: TestClient) -> None:
    assert "/api/ask" in client.get("/openapi.json").json()["paths"]
    page = client.get("/docs").text
    assert "//" not in page.replace("<!doctype", "").replace("</", "")
    for name, kind in (("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")):
        assert client.get(f"/docs/{name}").headers["content-type"].startswith(kind)
    assert client.get("/docs/favicon.png").status_code == 404
