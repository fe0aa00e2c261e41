"""The pages for readers, as HTML."""

from starlette.testclient import TestClient

from bot.pipeline import Bot
from bot.prompts import DISCLAIMER


def test_the_list_links_every_document(client: TestClient, bot: Bot) -> None:
    page = client.get("/sources").text
    for document in bot.corpus.documents:
        assert f'href="/sources/{document.id}"' in page


def test_a_page_names_what_a_reader_needs_to_judge_the_document(client: TestClient, bot: Bot) -> None:
    document = next(d for d in bot.corpus.documents if any(a.url for a in d.authorities))
    page = client.get(f"/sources/{document.id}").text
    assert document.jurisdiction in page
    assert f'datetime="{document.last_reviewed}"' in page
    assert all(f'href="{a.url}"' in page for a in document.authorities if a.url and "&" not in a.url)
    assert 'href="/"' in page
    assert DISCLAIMER in page


def test_the_quote_of_an_answer_has_its_place_on_the_page_that_its_link_opens(client: TestClient) -> None:
    for citation in client.post("/api/ask", json={"question": "Who licenses dentists in New York?"}).json()[
        "citations"
    ]:
        address, fragment = citation["url"].split("#")
        assert f'id="{fragment}"' in client.get(address).text


def test_an_unknown_document_is_a_404_page_that_leads_back(client: TestClient) -> None:
    response = client.get("/sources/nothing", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert 'href="/sources"' in response.text
