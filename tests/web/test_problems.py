"""What a caller reads when something is wrong."""

import httpx

from app.core.migrations import newest
from tests.conftest import Api


async def test_a_missing_token_is_401_with_a_problem(api: Api) -> None:
    client = await api.anonymous({"accept-language": "zh-Hant"})
    answer = await client.get("/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_unknown_query_parameters_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/labels?colour=red")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "query_unknown"
    assert "red" not in answer.text


async def test_ready_names_the_newest_migration(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["revision"] == newest()


async def test_the_docs_need_no_network(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text.replace("https://json-schema.org", "")
