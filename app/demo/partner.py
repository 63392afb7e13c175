"""The demo's side of the API: what a partner department and an officer would do, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Self
from uuid import uuid4

import httpx

PAGE = 200
PAUSE = 0.25  # seconds between two looks at a batch
ENDED = frozenset({"done", "failed", "cancelled"})

Batch = dict[str, Any]


class Refused(Exception):
    """The service answered with a problem."""


class Api:
    """One caller of the service."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @classmethod
    def at(cls, address: str, token: str) -> Self:
        """A caller at an address, with a token."""
        headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
        return cls(httpx.AsyncClient(base_url=address, headers=headers, timeout=httpx.Timeout(120.0)))

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def get(self, path: str, **query: Any) -> Any:
        """Read one thing. Raises Refused."""
        params = {name: value for name, value in query.items() if value is not None}
        return _said(await self._asked("GET", path, params=params))

    async def post(self, path: str, body: Any) -> Any:
        """Make one thing. Raises Refused."""
        return _said(await self._asked("POST", path, json=body, headers={"idempotency-key": uuid4().hex}))

    async def change(self, path: str, known: dict[str, Any], body: Any) -> Any:
        """Do something to a thing as it was last read. Raises Refused."""
        return _said(await self._asked("POST", path, json=body, headers={"if-match": f'"{known["version"]}"'}))

    async def _asked(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer, once the service has time for it: it says itself when to ask again."""
        while True:
            answer = await self._client.request(method, path, **request)
            if answer.status_code != 429:
                return answer
            await asyncio.sleep(float(answer.headers["retry-after"]))

    async def pages(self, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """All items of a list, page by page."""
        cursor: str | None = None
        while True:
            page = await self.get(path, limit=PAGE, cursor=cursor, **query)
            for item in page["items"]:
                yield item
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def push(self, dataset: str, blocks: Iterator[bytes], media: str, seen: Callable[[Batch], None]) -> Batch:
        """Push one file and wait for its end; `seen` is told how far it is. Raises Refused."""

        async def body() -> AsyncIterator[bytes]:
            for block in blocks:
                yield block

        headers = {"content-type": media, "idempotency-key": uuid4().hex}
        path = f"/v1/datasets/{dataset}/batches"
        batch: Batch = _said(await self._client.post(path, content=body(), headers=headers))
        while batch["state"] not in ENDED:
            seen(batch)
            await asyncio.sleep(PAUSE)
            batch = await self.get(f"/v1/batches/{batch['id']}")
        seen(batch)
        if batch["state"] != "done":
            raise Refused(f"The batch of {dataset} ended as {batch['state']}: {batch.get('failure')}")
        return batch


def _said(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
        errors = "; ".join(f"{each['pointer']}: {each['detail']}" for each in problem.get("errors", ())[:5])
        said = f"{problem['title']}. {problem['detail']} {errors}".strip()
    except (ValueError, KeyError):
        said = answer.text[:300]
    raise Refused(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {said}")
