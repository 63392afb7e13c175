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

from app.core.labels import Language, label

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
AGAIN = frozenset({409, 429, 503})  # in flight, over the quota, or busy: the same request may succeed a moment later

Batch = dict[str, Any]


class PushFailed(Exception):
    """What to tell the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which file goes into which dataset, and how (the query of POST /v1/datasets/{dataset}/batches).

    `language`: that of the person at the terminal; the service and this command speak the same.
    """

    path: Path
    dataset: str
    query: dict[str, str] = field(default_factory=dict)
    language: Language = "en"

    def told(self, code: str, **params: object) -> str:
        """A text of the label namespace `push`."""
        return label("push", code, self.language, **params)

    @property
    def media(self) -> str:
        """Content-Type by the file's name. Raises PushFailed for a name that tells nothing."""
        name = self.path.name.lower().removesuffix(".gz")
        found = MEDIA.get(Path(name).suffix)
        if found is None:
            raise PushFailed(self.told("unknown_ending", name=self.path.name, known=", ".join(MEDIA)))
        return found

    def open(self) -> BinaryIO:
        """The file's content; .gz is unpacked while reading. Raises PushFailed."""
        try:
            if self.path.name.lower().endswith(".gz"):
                return cast(BinaryIO, gzip.open(self.path, "rb"))
            return self.path.open("rb")
        except OSError as error:
            raise PushFailed(self.told("unopened", path=self.path, error=error.strerror)) from error


def client_for(url: str, token: str, language: Language) -> httpx.Client:
    """A client of the service at `url`, answered in this language."""
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
        batch = _followed(client, wish, batch, bars, pause)
    _tell(batch, wish, console)
    if batch["state"] != "done":
        failure = batch.get("failure") or {}
        state = label("batch_state", batch["state"], wish.language)
        raise PushFailed(failure.get("detail") or wish.told("ended_as", state=state))
    if batch["rejected"]:
        saved = wish.told("rejects_saved", path=_save_rejects(client, wish, batch))
        console.print(saved, markup=False, soft_wrap=True)
    return batch


def _digest(wish: Wish, bars: Progress) -> tuple[str, int]:
    task = bars.add_task(wish.told("reading"), total=None)
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
        raise PushFailed(wish.told("unreadable", path=wish.path, error=error)) from error


def _sent(
    client: httpx.Client, wish: Wish, media: str, digest: str, size: int, bars: Progress, pause: Callable[[float], None]
) -> Batch:
    headers = {"Content-Type": media, "Idempotency-Key": f"push-{digest}", "Content-Length": str(size)}
    query = {"filename": wish.path.name, **wish.query}
    for last in (*(False,) * (TRIES - 1), True):
        task = bars.add_task(wish.told("sending"), total=size)
        blocks = _blocks(wish, lambda done, task=task: bars.advance(task, done))  # type: ignore[misc]  # bound per try
        try:
            answer = client.post(f"/v1/datasets/{wish.dataset}/batches", params=query, content=blocks, headers=headers)
        except httpx.HTTPError as error:
            raise PushFailed(f"{client.base_url}: {type(error).__name__} {error}") from error
        if answer.status_code not in AGAIN or last:
            return _said(answer, wish)
        bars.remove_task(task)
        pause(float(answer.headers.get("Retry-After", "1")))
    raise AssertionError("the last try returns")


def _followed(client: httpx.Client, wish: Wish, batch: Batch, bars: Progress, pause: Callable[[float], None]) -> Batch:
    task = bars.add_task(wish.told("applying"), total=batch["received"] or None)
    while batch["state"] not in ENDED:
        pause(LOOK)
        try:
            batch = _said(client.get(f"/v1/batches/{batch['id']}"), wish)
        except httpx.HTTPError as error:
            said = wish.told("broken_off", url=client.base_url, error=type(error).__name__, id=batch["id"])
            raise PushFailed(said) from error
        bars.update(task, completed=batch["progress"]["records_done"])
    return batch


def _said(answer: httpx.Response, wish: Wish) -> Batch:
    if answer.is_success:
        batch: Batch = answer.json()
        return batch
    try:
        problem = answer.json()
        reasons = "".join(f"\n  {error['pointer']} {error['detail']}" for error in problem["errors"])
        raise PushFailed(wish.told("problem", title=problem["title"], detail=problem["detail"]) + reasons)
    except (ValueError, KeyError, TypeError) as error:
        raise PushFailed(f"{answer.request.url}: HTTP {answer.status_code}") from error


def _tell(batch: Batch, wish: Wish, console: Console) -> None:
    console.print(wish.told("batch", id=batch["id"]), markup=False, soft_wrap=True)
    table = Table(title=f"{batch['dataset']}  {label('batch_state', batch['state'], wish.language)}", show_header=False)
    table.add_row(wish.told("received"), f"{batch['received']:,}")
    for name in OUTCOMES:
        table.add_row(label("outcome", name, wish.language), f"{batch[name]:,}")
    table.add_row(wish.told("blank_rows"), f"{batch['blank_rows']:,}")
    rate = batch["progress"]["records_per_second"]
    if rate:
        table.add_row(wish.told("records_per_second"), f"{rate:,.0f}")
    console.print(table)
    if batch["ignored_columns"]:
        told = wish.told("ignored_columns", columns=", ".join(batch["ignored_columns"]))
        console.print(told, markup=False, soft_wrap=True)


def _save_rejects(client: httpx.Client, wish: Wish, batch: Batch) -> Path:
    target = wish.path.with_name(f"{wish.path.name.partition('.')[0]}.rejects.csv")
    with client.stream("GET", f"/v1/batches/{batch['id']}/rejects.csv") as answer:
        if not answer.is_success:
            answer.read()
            _said(answer, wish)
        with target.open("wb") as file:
            for block in answer.iter_bytes():
                file.write(block)
    return target
