"""Pushing a file from the command line: hashed, streamed, followed to its end, its rejects saved beside it."""

import gzip
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

BLOCK = 1 << 18
LOOK = 0.5  # seconds between two looks at a batch
TRIES = 5
MEDIA = {
    ".csv": "text/csv",
    ".tsv": "text/csv",
    ".txt": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".json": "application/json",
}
OUTCOMES = ("created", "updated", "unchanged", "superseded", "rejected", "needs_review")
ENDED = frozenset({"done", "failed", "cancelled"})
AGAIN = frozenset({409, 503})  # in flight, or busy: the same request may succeed a moment later

Batch = dict[str, Any]


class PushFailed(Exception):
    """What to tell the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which file goes into which dataset, and how (the query of POST /v1/datasets/{dataset}/batches)."""

    path: Path
    dataset: str
    query: dict[str, str] = field(default_factory=dict)

    @property
    def media(self) -> str:
        """Content-Type by the file's name. Raises PushFailed for a name that tells nothing."""
        name = self.path.name.lower().removesuffix(".gz")
        found = MEDIA.get(Path(name).suffix)
        if found is None:
            raise PushFailed(f"{self.path.name}: cannot tell what this is; known endings: {', '.join(MEDIA)}")
        return found

    def open(self) -> BinaryIO:
        """The file's content; .gz is unpacked while reading. Raises PushFailed."""
        try:
            if self.path.name.lower().endswith(".gz"):
                return cast(BinaryIO, gzip.open(self.path, "rb"))
            return self.path.open("rb")
        except OSError as error:
            raise PushFailed(f"{self.path}: {error.strerror}") from error


def client_for(url: str, token: str, language: str = "zh-Hans") -> httpx.Client:
    """A client of the service at `url`."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    return httpx.Client(base_url=url, headers=headers, timeout=httpx.Timeout(120, connect=10))


def push(client: httpx.Client, wish: Wish, console: Console, pause: Callable[[float], None] = time.sleep) -> Batch:
    """Push and follow to the end; print what came of it and save the rejects. Raises PushFailed.

    The Idempotency-Key is made from the content, dataset and query, so that a push which was broken off and is
    repeated has one effect.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    media = wish.media
    with Progress(*columns, console=console) as bars:
        digest, size = _digest(wish, bars)
        batch = _sent(client, wish, media, digest, size, bars, pause)
        batch = _followed(client, batch, bars, pause)
    _tell(batch, console)
    if batch["state"] != "done":
        failure = batch.get("failure") or {}
        raise PushFailed(failure.get("detail") or f"the batch ended as {batch['state']}")
    if batch["rejected"]:
        console.print(f"rejected records with their reasons: {_save_rejects(client, wish, batch)}")
    return batch


def _digest(wish: Wish, bars: Progress) -> tuple[str, int]:
    task = bars.add_task("reading", total=None)
    digest, size = hashlib.sha256(repr((wish.dataset, sorted(wish.query.items()))).encode()), 0
    for block in _blocks(wish, lambda _: None):
        digest.update(block)
        size += len(block)
    bars.remove_task(task)
    return digest.hexdigest(), size


def _blocks(wish: Wish, seen: Callable[[int], None]) -> Iterator[bytes]:
    try:
        with wish.open() as file:
            while block := file.read(BLOCK):
                yield block
                seen(len(block))
    except (OSError, EOFError) as error:
        raise PushFailed(f"{wish.path}: cannot be read to its end ({error})") from error


def _sent(
    client: httpx.Client, wish: Wish, media: str, digest: str, size: int, bars: Progress, pause: Callable[[float], None]
) -> Batch:
    headers = {"Content-Type": media, "Idempotency-Key": f"push-{digest}", "Content-Length": str(size)}
    query = {"filename": wish.path.name, **wish.query}
    for last in (*(False,) * (TRIES - 1), True):
        task = bars.add_task("sending", total=size)
        blocks = _blocks(wish, lambda done, task=task: bars.advance(task, done))  # type: ignore[misc]  # bound per try
        try:
            answer = client.post(f"/v1/datasets/{wish.dataset}/batches", params=query, content=blocks, headers=headers)
        except httpx.HTTPError as error:
            raise PushFailed(f"{client.base_url}: {type(error).__name__} {error}") from error
        if answer.status_code not in AGAIN or last:
            return _said(answer)
        bars.remove_task(task)
        pause(float(answer.headers.get("Retry-After", "1")))
    raise AssertionError("the last try returns")


def _followed(client: httpx.Client, batch: Batch, bars: Progress, pause: Callable[[float], None]) -> Batch:
    task = bars.add_task("applying", total=batch["received"] or None)
    while batch["state"] not in ENDED:
        pause(LOOK)
        try:
            batch = _said(client.get(f"/v1/batches/{batch['id']}"))
        except httpx.HTTPError as error:
            raise PushFailed(f"{client.base_url}: {type(error).__name__}; the batch is {batch['id']}") from error
        bars.update(task, completed=batch["progress"]["records_done"])
    return batch


def _said(answer: httpx.Response) -> Batch:
    if answer.is_success:
        batch: Batch = answer.json()
        return batch
    try:
        problem = answer.json()
        reasons = "".join(f"\n  {error['pointer']} {error['detail']}" for error in problem["errors"])
        raise PushFailed(f"{problem['title']}: {problem['detail']}{reasons}")
    except (ValueError, KeyError, TypeError) as error:
        raise PushFailed(f"{answer.request.url}: HTTP {answer.status_code}") from error


def _tell(batch: Batch, console: Console) -> None:
    table = Table(title=f"{batch['dataset']}  {batch['id']}  {batch['state']}", show_header=False)
    for name in ("received", *OUTCOMES, "blank_rows"):
        table.add_row(name, f"{batch[name]:,}")
    rate = batch["progress"]["records_per_second"]
    if rate:
        table.add_row("records per second", f"{rate:,.0f}")
    console.print(table)
    if batch["ignored_columns"]:
        console.print(f"nothing was taken of these columns: {', '.join(batch['ignored_columns'])}", markup=False)


def _save_rejects(client: httpx.Client, wish: Wish, batch: Batch) -> Path:
    target = wish.path.with_name(f"{wish.path.name.partition('.')[0]}.rejects.csv")
    with client.stream("GET", f"/v1/batches/{batch['id']}/rejects.csv") as answer:
        if not answer.is_success:
            answer.read()
            _said(answer)
        with target.open("wb") as file:
            for block in answer.iter_bytes():
                file.write(block)
    return target
