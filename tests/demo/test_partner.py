"""The demo's caller does as it is told."""

import httpx

from app.demo.partner import Api


async def test_a_caller_over_the_quota_comes_again_when_it_is_told_to() -> None:
    answers = [httpx.Response(429, headers={"retry-after": "0"}), httpx.Response(200, json={"status": "ok"})]
    client = httpx.AsyncClient(base_url="http://liangxin", transport=httpx.MockTransport(lambda _: answers.pop(0)))
    api = Api(client)
    assert await api.get("/health/live") == {"status": "ok"}
    assert answers == []
    await api.close()
