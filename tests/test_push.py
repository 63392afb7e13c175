"""The command line's push against a service that is played by hand."""

import gzip
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from app.core.labels import Language, language_of_locale
from app.push import PushFailed, Wish, client_for, push

DONE = {"created": 1, "updated": 0, "unchanged": 0, "superseded": 0, "rejected": 1, "needs_review": 0}
BATCH: dict[str, Any] = {
    "id": "b1", "dataset": "registrations", "state": "waiting", "received": 2, "blank_rows": 0, "failure": None,
    "ignored_columns": ["备注"],
    **dict.fromkeys(DONE, 0), "progress": {"records_done": 0, "records_per_second": None},
}  # fmt: skip


class Service:
    """Answers in turn; keeps the requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def run(self, wish: Wish) -> tuple[dict[str, Any], str]:
        """Push; the batch and what was printed."""
        out = StringIO()
        client = client_for("http://service", "token", wish.language)
        client._transport = httpx.MockTransport(self)
        batch = push(client, wish, Console(file=out, width=100), self.pauses.append)
        return batch, out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "firms.csv"
    path.write_bytes("企业名称\n甲\n乙\n".encode())
    return path


def ended(**changes: Any) -> httpx.Response:
    return httpx.Response(200, json={**BATCH, **DONE, "state": "done", **changes})


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-Hans", ("批次 b1", "完成", "退回", "以下各列未取用：备注", "已存入：")),
        ("zh-Hant", ("批次 b1", "完成", "退回", "以下各列未取用：备注", "已存入：")),
        ("en", ("Batch b1", "Done", "Rejected", "Nothing was taken of these columns: 备注", "with their reasons:")),
    ],
)
def test_one_language_is_spoken(file: Path, language: Language, told: tuple[str, ...]) -> None:
    service = Service(httpx.Response(202, json=BATCH), ended(), httpx.Response(200, content=b"rejects"))
    _, out = service.run(Wish(file, "registrations", language=language))
    assert {request.headers["accept-language"] for request in service.requests} == {language}
    for text in told:
        assert text in out
    plain = out.replace(str(file.parent), "").replace("firms.rejects.csv", "").replace("registrations", "")
    if language != "en":
        assert not any(word.isascii() and word.isalpha() for word in plain.split())


@pytest.mark.parametrize(
    ("surroundings", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh-Hant"}, "zh-Hant"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_terminals(surroundings: dict[str, str], language: str) -> None:
    assert language_of_locale(surroundings) == language


def test_a_file_is_sent_followed_and_its_rejects_are_saved(file: Path) -> None:
    service = Service(
        httpx.Response(202, json=BATCH),
        httpx.Response(200, json={**BATCH, "state": "processing"}),
        ended(),
        httpx.Response(200, content=b"rejects"),
    )
    batch, out = service.run(Wish(file, "registrations", {"mode": "validate"}))
    sent = service.requests[0]
    assert sent.content == file.read_bytes()
    assert sent.headers["content-length"] == str(len(sent.content))
    assert "transfer-encoding" not in sent.headers
    assert sent.headers["content-type"] == "text/csv"
    assert dict(sent.url.params) == {"mode": "validate", "filename": "firms.csv"}
    assert [request.url.path for request in service.requests[1:]] == [
        "/v1/batches/b1", "/v1/batches/b1", "/v1/batches/b1/rejects.csv"
    ]  # fmt: skip
    assert batch["state"] == "done"
    assert (file.parent / "firms.rejects.csv").read_bytes() == b"rejects"
    assert "firms.rejects.csv" in out.replace("\n", "")


def key_of(wish: Wish) -> str:
    service = Service(httpx.Response(202, json=BATCH), ended(rejected=0))
    service.run(wish)
    return service.requests[0].headers["idempotency-key"]


def test_the_key_is_the_contents(file: Path) -> None:
    packed = file.with_name("other.csv.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert key_of(Wish(file, "registrations")) == key_of(Wish(packed, "registrations"))
    assert key_of(Wish(file, "registrations")) != key_of(Wish(file, "party_facts"))
    assert key_of(Wish(file, "registrations")) != key_of(Wish(file, "registrations", {"mode": "validate"}))


def test_what_is_in_flight_or_busy_is_tried_again(file: Path) -> None:
    service = Service(
        httpx.Response(409, headers={"Retry-After": "1"}),
        httpx.Response(503, headers={"Retry-After": "3"}),
        httpx.Response(202, json=BATCH),
        ended(rejected=0),
    )
    service.run(Wish(file, "registrations"))
    assert service.pauses[:2] == [1.0, 3.0]
    assert len({request.headers["idempotency-key"] for request in service.requests[:3]}) == 1


PROBLEM = {"title": "Unreadable file", "detail": "Nothing was taken.", "errors": [{"pointer": "", "detail": "Empty."}]}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (lambda: [httpx.Response(422, json=PROBLEM)], "Empty."),
        (lambda: [httpx.Response(502, content=b"<html>")], "HTTP 502"),
        (lambda: [httpx.ConnectError("refused")], "ConnectError"),
        (lambda: [httpx.Response(202, json=BATCH), httpx.ReadTimeout("")], "b1"),
        (lambda: [httpx.Response(202, json=BATCH), ended(state="failed", failure={"detail": "why"})], "why"),
        (lambda: [httpx.Response(202, json=BATCH), ended(state="cancelled")], "Cancelled"),
        (lambda: [httpx.Response(409)] * 5, "HTTP 409"),
    ],
)
def test_failures_are_told(file: Path, answers: Callable[[], list[httpx.Response | Exception]], told: str) -> None:
    with pytest.raises(PushFailed, match=told):
        Service(*answers()).run(Wish(file, "registrations"))


def test_files_that_are_not_there_or_not_known(tmp_path: Path) -> None:
    with pytest.raises(PushFailed, match="No such file"):
        Service().run(Wish(tmp_path / "none.csv", "registrations"))
    (tmp_path / "a.xlsx").write_bytes(b"PK")
    with pytest.raises(PushFailed, match="known endings"):
        Service().run(Wish(tmp_path / "a.xlsx", "registrations"))
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"x" * 1000)[:-12])
    with pytest.raises(PushFailed, match="cannot be read"):
        Service().run(Wish(tmp_path / "cut.csv.gz", "registrations"))
