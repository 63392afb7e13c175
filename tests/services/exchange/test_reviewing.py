"""Decisions are carried out, and remembered when the same record comes again."""

from typing import Any
from uuid import UUID

import pytest

from app.catalogues.datasets import DATASETS
from app.core.acts import Acts
from app.core.errors import Conflict, Invalid, StaleVersion
from app.services.exchange.reviewing import Verdict, decide
from app.services.organizations.precedence import read
from tests.conftest import Hands, actor
from tests.kit.pushing import Pusher
from tests.services.exchange.test_applying import code, firm, one

REGISTRATIONS = DATASETS["registrations"]
NAMELESS = {"name": firm(1)["name"], "address": firm(1)["address"], "business_scope": "茶"}


async def _item(acts: Acts) -> Any:
    return await one(acts, "SELECT id, version, subject_id FROM review_items WHERE state = 'open'")


async def _decide(acts: Acts, said: Verdict, version: int = 1) -> None:
    item = await _item(acts)
    async with acts.open(actor()) as act:
        await decide(act, REGISTRATIONS, item.id, version, said)


async def test_a_match_merges_and_is_remembered(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    subject = (await pusher.push(firm(1))).subjects[0]
    await pusher.push(NAMELESS)
    clock.forward(hours=1)
    await _decide(acts, Verdict("match", subject=subject))
    assert (await one(acts, "SELECT business_scope FROM organizations")).business_scope == "茶"
    again = await pusher.push(NAMELESS)
    assert (again.outcomes, again.subjects) == (b"n", [subject])
    changed = await pusher.push(NAMELESS | {"business_scope": "茶叶"})
    assert (changed.outcomes, changed.subjects) == (b"u", [subject])


async def test_a_record_without_code_may_found_an_organisation(acts: Acts) -> None:
    pusher = Pusher(acts)
    await pusher.push(NAMELESS)
    await _decide(acts, Verdict("create"))
    row = await one(acts, "SELECT uscc, name, placed_by, region_code, provenance FROM organizations")
    assert (row.uscc, row.name, row.placed_by, row.region_code // 10**6) == (None, NAMELESS["name"], "officer", 330110)
    said = read(row.provenance)
    assert (said["region"].source, said["name"].source, said["address"].source) == (
        "officer", "registrations", "registrations",
    )  # fmt: skip
    assert (await pusher.push(NAMELESS)).outcomes == b"n"


async def test_a_discarded_record_stays_out(acts: Acts) -> None:
    pusher = Pusher(acts)
    await pusher.push(NAMELESS)
    await _decide(acts, Verdict("discard", reason="重复"))
    applied = await pusher.push(NAMELESS)
    assert applied.outcomes == b"r"
    assert applied.findings[0].error.code == "discarded_by_review"


async def test_what_stands_but_was_discarded_takes_no_more_lines(acts: Acts, clock: Hands) -> None:
    """Not even the very line that was last said, as a validation foresees."""
    pusher = Pusher(acts)
    lost = firm(1, uscc=code(1, office=330100), address="某路1号", city="杭州")
    await pusher.push(lost)
    await _decide(acts, Verdict("discard"))
    clock.forward(days=1)
    foreseen = await pusher.push(lost, validate=True)
    done = await pusher.push(lost)
    assert (foreseen.outcomes, done.outcomes) == (b"r", b"r")
    assert done.findings[0].error.code == "discarded_by_review"


async def test_a_place_named_by_a_person_holds_against_later_records(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    lost = firm(1, uscc=code(1, office=330100), address="某路1号", city="杭州")
    await pusher.push(lost)
    await _decide(acts, Verdict("place", code=330106000000, level=3))
    clock.forward(days=1)
    assert (await pusher.push(lost | {"address": firm(1)["address"]})).outcomes == b"u"
    row = await one(acts, "SELECT region_code, placed_by FROM organizations")
    assert tuple(row) == (330106000000, "officer")


@pytest.mark.parametrize(
    "said",
    [Verdict("match"), Verdict("place", code=330106000000, level=3), Verdict("dance"), Verdict("place")],
)
async def test_what_does_not_fit_is_refused(acts: Acts, said: Verdict) -> None:
    await Pusher(acts).push(NAMELESS)
    with pytest.raises(Invalid):
        await _decide(acts, said)


async def test_a_decision_is_taken_once_and_on_what_was_read(acts: Acts) -> None:
    await Pusher(acts).push(NAMELESS)
    item = await _item(acts)
    with pytest.raises(StaleVersion):
        await _decide(acts, Verdict("discard"), version=7)
    await _decide(acts, Verdict("discard"))
    async with acts.open(actor()) as act:
        with pytest.raises(Conflict):
            await decide(act, REGISTRATIONS, UUID(str(item.id)), 2, Verdict("discard"))
