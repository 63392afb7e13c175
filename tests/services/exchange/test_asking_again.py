"""What waited for its place is placed once the register has taught its roads."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.catalogues import roads
from app.catalogues.datasets import DATASETS
from app.catalogues.roads import catch_up, learn_and_place
from app.core.acts import SYSTEM, Acts, Scope
from app.services.exchange.reviewing import Verdict, decide
from app.services.organizations.schemas import OrganizationUpdate
from app.services.organizations.service import update
from app.services.regions.facts import span
from tests.conftest import Hands, actor
from tests.kit.pushing import PUSHER, Pusher
from tests.services.exchange.test_applying import code, firm, one

HANGZHOU = 330100000000
YUHANG = 330110000000
LIANGZHU = "浙江省杭州市余杭区良渚街道"
TEACHERS = [firm(number, address=f"{LIANGZHU}假山路{number}号") for number in range(1, 9)]


def lost(number: int = 90, **fields: Any) -> dict[str, Any]:
    """A registration that names only a road of its city."""
    return firm(number, uscc=code(number, office=330100), address="假山路5号", city="杭州", **fields)


async def placed(acts: Acts, number: int = 90) -> Any:
    """How it stands now."""
    return await one(
        acts,
        "SELECT id, version, region_code, region_level, placed_by, provenance FROM organizations WHERE uscc = :u",
        u=code(number, office=330100),
    )


async def item(acts: Acts) -> Any:
    """The one review."""
    return await one(acts, "SELECT id, state, version, decision, decided_by FROM review_items")


async def test_a_road_that_the_register_taught_places_what_waited(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    await pusher.push(lost())
    assert (await placed(acts)).region_code == HANGZHOU
    clock.forward(hours=1)
    await pusher.push(*TEACHERS)
    taught = await learn_and_place(acts)
    assert (taught.asked.waited, taught.asked.placed) == (1, 1)
    now, asked = await placed(acts), await item(acts)
    assert (now.region_code // 10**6 * 10**6, now.version) == (YUHANG, 2)
    assert "road" in now.placed_by
    assert (asked.state, asked.decision["verdict"], asked.decided_by) == ("decided", "answered", "system")
    (entry,) = [told for told, fields in now.provenance.items() if "region" in fields]
    assert entry.startswith("registrations 2026-03-02T01:00")  # the word of then, better understood
    said = await one(acts, "SELECT region_code FROM dataset_records WHERE subject_id = :id", id=now.id)
    assert said.region_code == now.region_code
    again = await learn_and_place(acts)
    assert (again.asked.waited, (await placed(acts)).version) == (0, 2)


async def test_the_same_line_is_unchanged_afterwards_and_validation_says_so(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    await pusher.push(lost(), *TEACHERS)
    await learn_and_place(acts)
    clock.forward(days=1)
    for row, letter in ((lost(), b"n"), (lost(business_scope="茶"), b"u")):
        assert (await pusher.push(row, validate=True)).outcomes == letter
        assert (await pusher.push(row)).outcomes == letter
    assert (await placed(acts)).region_code // 10**6 * 10**6 == YUHANG


async def test_an_officers_word_stands_and_answers(acts: Acts, clock: Hands) -> None:
    await Pusher(acts).push(lost(), *TEACHERS)
    standing = await placed(acts)
    clock.forward(hours=1)
    async with acts.open(actor()) as act:
        told = OrganizationUpdate(region_code="330106000000")
        await update(act, standing.id, standing.version, told)
    assert (await learn_and_place(acts)).asked.placed == 1
    assert (await placed(acts)).region_code == 330106000000
    assert (await item(acts)).state == "decided"


async def test_what_is_decided_is_not_asked_again(acts: Acts) -> None:
    await Pusher(acts).push(lost(), *TEACHERS)
    asked = await item(acts)
    async with acts.open(actor()) as act:
        await decide(act, DATASETS["registrations"], asked.id, asked.version, Verdict("discard"))
    assert (await learn_and_place(acts)).asked.waited == 0
    assert (await placed(acts)).region_code == HANGZHOU


async def test_a_place_outside_what_the_batch_might_push_is_left_to_a_person(acts: Acts) -> None:
    await Pusher(acts).push(lost(), *TEACHERS)
    await batch(acts, scope=Scope((span(330106000000, 3), (HANGZHOU, HANGZHOU + 1))).multirange)
    async with acts.open(SYSTEM) as act:
        await act.session.execute(text("UPDATE review_items SET batch_id = (SELECT id FROM batches)"))
    taught = await learn_and_place(acts)
    assert (taught.asked.waited, taught.asked.placed) == (1, 0)
    assert (await item(acts)).state == "open"


async def test_a_place_outside_the_region_it_waits_in_is_left_to_a_person(acts: Acts) -> None:
    await Pusher(acts).push(lost(), *TEACHERS)
    async with acts.open(SYSTEM) as act:
        await act.session.execute(text("UPDATE review_items SET region_code = 330200000000"))
    assert (await learn_and_place(acts)).asked.placed == 0


async def test_many_are_tried_in_portions(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.exchange.asking_again.PORTION", 2)
    await Pusher(acts).push(*(lost(number) for number in range(90, 95)), *TEACHERS)
    asked = (await learn_and_place(acts)).asked
    assert (asked.waited, asked.placed) == (5, 5)


async def test_catching_up_waits_for_enough_news_and_for_batches_to_end(
    acts: Acts, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roads, "NEWS", 8)
    await Pusher(acts).push(lost(), *TEACHERS)
    assert await catch_up(acts) is None
    under_way = await batch(acts, created=9, state="processing")
    assert await catch_up(acts) is None
    async with acts.open(PUSHER) as act:
        await act.session.execute(
            text("UPDATE batches SET state = 'done', finished_at = :now WHERE id = :id"),
            {"now": clock(), "id": under_way},
        )
    taught = await catch_up(acts)
    assert taught is not None
    assert taught.asked.placed == 1
    clock.forward(minutes=10)
    assert await catch_up(acts) is None


async def batch(acts: Acts, scope: str = "{[0,1000000000000)}", created: int = 0, state: str = "done") -> UUID:
    """A batch of registrations, by the pusher."""
    key = uuid4()
    async with acts.open(PUSHER) as act:
        await act.session.execute(
            text(
                "INSERT INTO batches (id, dataset, owner, owner_name, scope, region_code, region_level, mode, atomic,"
                " strategy, format, encoding, source_time, size_bytes, sha256, state, created, created_at, finished_at)"
                " VALUES (:id, 'registrations', :owner, :owner, :scope, 330100000000, 2, 'commit', 'record', 'upsert',"
                " 'csv', 'utf-8', :now, 1, '', :state, :created, :now, CAST(:ended AS timestamptz))"
            ),
            {
                "id": key,
                "owner": PUSHER.id,
                "scope": scope,
                "now": act.now,
                "state": state,
                "created": created,
                "ended": act.now if state == "done" else None,
            },
        )
    return key


async def test_two_may_learn_at_once(acts: Acts) -> None:
    await Pusher(acts).push(lost(), *TEACHERS)
    taught = await asyncio.gather(learn_and_place(acts), learn_and_place(acts))
    assert taught[0].counts == taught[1].counts
    assert sum(each.asked.placed for each in taught) == 1
