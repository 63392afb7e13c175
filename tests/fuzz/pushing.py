"""What holds of every push, whatever its body: a told reason, or a batch that accounts for every record."""

import csv
import io
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.bodies import MARK, Sent, pushes

OUTCOMES = ["created", "updated", "unchanged", "superseded", "rejected", "needs_review"]
REFUSED = {400, 413, 415, 422}
PROBLEM = {"type", "code", "title", "status", "detail", "request_id", "errors"}
MOST = 200
"""Records a page; made-up bodies with more are only counted."""


def fuzz(client: httpx.Client, cases: int, chosen: int | None = None) -> Counter[str]:
    """So many pushes; how many of each kind of answer. Raises AssertionError with the smallest body that fails."""
    told: Counter[str] = Counter()

    @settings(
        max_examples=cases,
        derandomize=chosen is None,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(pushes())
    def each(sent: Sent) -> None:
        told[push(client, sent)] += 1

    (each if chosen is None else seed(chosen)(each))()
    return told


def push(client: httpx.Client, sent: Sent) -> str:
    """Send it, wait for its end and check; the answer's kind."""
    headers = {"content-type": sent.media, "idempotency-key": uuid4().hex, "prefer": "wait=60"}
    place = f"/v1/datasets/{sent.dataset}/batches"
    answer = client.post(place, content=sent.body, headers=headers, params=dict(sent.query))
    if answer.status_code != 200:
        return _refused(answer)
    _accounted(client, answer.json(), sent)
    return str(answer.json()["state"])


def _refused(answer: httpx.Response) -> str:
    """A told reason, in the shape of all problems, that repeats nothing of the body; its code."""
    assert answer.status_code in REFUSED, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem.keys() >= PROBLEM, problem
    assert problem["status"] == answer.status_code
    assert all(error.keys() == {"pointer", "code", "detail"} and error["detail"] for error in problem["errors"])
    assert MARK not in answer.text
    return str((problem["errors"] or [problem])[0]["code"])


def _accounted(client: httpx.Client, batch: dict[str, Any], sent: Sent) -> None:
    """Every record has one outcome, by number and by line, and each that was rejected is in the file of rejects."""
    counts = {outcome: batch[outcome] for outcome in OUTCOMES}
    if batch["state"] == "failed":
        assert (batch["atomic"], batch["failure"]["code"]) == ("batch", "rejected_records"), batch
        return
    assert batch["state"] == "done", batch
    assert sum(counts.values()) == batch["received"], batch
    if sent.records is not None:
        assert batch["received"] == sent.records, batch
    if batch["received"] > MOST:
        return
    place = f"/v1/batches/{batch['id']}"
    page = client.get(f"{place}/records", params={"limit": MOST})
    records = page.raise_for_status().json()["items"]
    assert Counter(each["outcome"] for each in records) == Counter({name: n for name, n in counts.items() if n}), batch
    numbers = [each["line"] for each in records]
    assert numbers == sorted(set(numbers)), numbers
    assert all(each["errors"] for each in records if each["outcome"] == "rejected"), records
    assert MARK not in page.text
    file = client.get(f"{place}/rejects.csv").raise_for_status().content.decode("utf-8-sig")
    csv.field_size_limit(1 << 24)
    assert len(list(csv.reader(io.StringIO(file, newline="")))) == 1 + batch["rejected"], file
