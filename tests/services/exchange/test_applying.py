"""What becomes of records: one rule, by key, against the dataset's last word."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.catalogues.datasets import DATASETS
from app.core.acts import Actor, Acts, Scope
from app.services.access.permissions import ROLES
from app.services.exchange.reviewing import Verdict, decide
from app.services.organizations.uscc import check_character
from tests.conftest import Hands
from tests.kit.pushing import PUSHER, Pusher


def code(number: int, office: int = 330110) -> str:
    """A valid code of an enterprise, by default one registered in Hangzhou's Yuhang district."""
    stem = f"91{office}{number:09d}"
    return stem + check_character(stem)


def firm(number: int, **fields: Any) -> dict[str, Any]:
    """One registration, placed in a county of Zhejiang."""
    return {
        "name": f"云岭茶业{number}有限公司",
        "uscc": code(number),
        "address": "浙江省杭州市余杭区良渚街道时代大道1号",
        "registered_type": "有限责任公司(自然人独资)",
    } | fields


async def one(acts: Acts, sql: str, **values: Any) -> Any:
    """One row, as the pusher sees it."""
    async with acts.open(PUSHER) as act:
        return (await act.session.execute(text(sql), values)).one()


async def test_created_then_unchanged_then_updated(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    assert (await pusher.push(firm(1), firm(2))).outcomes == b"cc"
    clock.forward(hours=1)
    assert (await pusher.push(firm(1), firm(2, business_scope="茶叶销售"))).outcomes == b"nu"
    row = await one(
        acts, "SELECT version, kind, region_code, business_scope FROM organizations WHERE uscc = :u", u=code(2)
    )
    assert (row.version, row.kind, row.region_code // 10**6) == (2, "private_enterprise", 330110)
    assert row.business_scope == "茶叶销售"
    assert (await one(acts, "SELECT version FROM organizations WHERE uscc = :u", u=code(1))).version == 1


async def test_omitted_is_not_null_and_null_clears(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    await pusher.push(firm(1, business_scope="茶叶", established_on="2020-02-02"))
    clock.forward(hours=1)
    await pusher.push(firm(1))
    clock.forward(hours=1)
    await pusher.push(firm(1, established_on=None))
    row = await one(acts, "SELECT business_scope, established_on FROM organizations WHERE uscc = :u", u=code(1))
    assert tuple(row) == ("茶叶", None)


async def test_older_never_overwrites_newer(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    await pusher.push(firm(1, business_scope="新"))
    older = clock() - timedelta(days=3)
    assert (await pusher.push(firm(1, business_scope="旧"), time=older)).outcomes == b"s"
    assert (await one(acts, "SELECT business_scope FROM organizations")).business_scope == "新"


async def test_what_is_confirmed_later_is_not_overtaken_by_what_lies_between(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    await pusher.push(firm(1, business_scope="甲"))
    between = clock() + timedelta(days=1)
    clock.forward(days=2)
    assert (await pusher.push(firm(1, business_scope="甲"))).outcomes == b"n"
    assert (await pusher.push(firm(1, business_scope="乙"), time=between)).outcomes == b"s"


async def test_one_organisation_twice_in_a_batch_the_later_line_stands(acts: Acts) -> None:
    pusher = Pusher(acts)
    rows = (firm(1, business_scope="甲"), firm(1, business_scope="甲"), firm(1, business_scope="乙"))
    assert (await pusher.push(*rows)).outcomes == b"cnu"
    row = await one(acts, "SELECT business_scope, version FROM organizations")
    assert tuple(row) == ("乙", 1)  # one row version: the chunk merges what stands in the end


@pytest.mark.parametrize(
    ("fields", "code_"),
    [
        ({"uscc": "91330110000000001X"}, "uscc_check"),
        ({"uscc": "9133"}, "uscc_length"),
        ({"uscc": 91330110000000001}, "code_as_number"),
        ({"name": ""}, "missing"),
        ({"established_on": "2020-02-31"}, "date_parsing"),
        ({"established_on": "2020-05-05", "closed_on": "2020-05-04"}, "closed_before_established"),
        ({"registered_capital": "很多"}, "capital_wrong"),
        ({"status": "飘着"}, "literal_error"),
        ({"colour": "red"}, "extra_forbidden"),
    ],
)
async def test_wrong_records_come_back_with_a_reason(acts: Acts, fields: dict[str, Any], code_: str) -> None:
    applied = await Pusher(acts).push(firm(1, **fields), firm(2))
    assert applied.outcomes == b"rc"
    assert [finding.error.code for finding in applied.findings] == [code_]
    assert applied.findings[0].line == 1


async def test_without_a_code_a_person_decides(acts: Acts) -> None:
    pusher = Pusher(acts)
    await pusher.push(firm(1))
    nameless = {"name": firm(1)["name"], "address": firm(1)["address"]}
    assert (await pusher.push(nameless)).outcomes == b"v"
    assert (await pusher.push(nameless)).outcomes == b"v"
    item = await one(acts, "SELECT count(*) AS n, min(reason) AS reason, min(candidates::text) AS c FROM review_items")
    assert (item.n, item.reason) == (1, "no_code")
    assert code(1) in item.c


async def test_known_only_to_its_city_it_exists_there_and_waits(acts: Acts) -> None:
    lost = firm(1, uscc=code(1, office=330100), address="某路1号", city="杭州")
    assert (await Pusher(acts).push(lost)).outcomes == b"v"
    row = await one(acts, "SELECT region_code, region_level FROM organizations")
    assert tuple(row) == (330100000000, 2)
    item = await one(acts, "SELECT reason, subject_id IS NOT NULL AS stands FROM review_items")
    assert tuple(item) == ("place_unknown", True)
    assert (await Pusher(acts).push(lost)).outcomes == b"n"


async def test_a_question_that_the_data_answers_is_closed(acts: Acts, clock: Hands) -> None:
    lost = firm(1, uscc=code(1, office=330100), address="某路1号", city="杭州")
    await Pusher(acts).push(lost)
    clock.forward(hours=1)
    await Pusher(acts).push(lost | {"address": firm(1)["address"]})
    item = await one(acts, "SELECT state, decision->>'verdict' AS verdict FROM review_items")
    assert tuple(item) == ("decided", "answered")


async def test_strategies(acts: Acts, clock: Hands) -> None:
    await Pusher(acts).push(firm(1))
    clock.forward(hours=1)
    assert (await Pusher(acts, strategy="create").push(firm(1, address="别处"), firm(2))).outcomes == b"rc"
    assert (await Pusher(acts, strategy="update").push(firm(1, business_scope="茶"), firm(3))).outcomes == b"ur"
    await Pusher(acts, strategy="fill_empty").push(firm(1, business_scope="别的", established_on="2001-01-01"))
    row = await one(acts, "SELECT business_scope, established_on::text FROM organizations WHERE uscc = :u", u=code(1))
    assert tuple(row) == ("茶", "2001-01-01")


@pytest.mark.parametrize(
    ("strategy", "earlier", "outcomes"),
    [("create", 0, b"r"), ("upsert", 1, b"s"), ("update", 1, b"s"), ("fill_empty", 0, b"n"), ("create", 1, b"r")],
)
async def test_a_line_known_by_heart_is_decided_as_if_it_were_read(
    acts: Acts, clock: Hands, strategy: str, earlier: int, outcomes: bytes
) -> None:
    """Neither its strategy nor its age is overlooked, and a validation, which reads every line, foresees it."""
    await Pusher(acts).push(firm(1))
    again = Pusher(acts, strategy=strategy)
    time = clock() - timedelta(days=earlier)
    foreseen = await again.push(firm(1), time=time, validate=True)
    done = await again.push(firm(1), time=time)
    assert (foreseen.outcomes, foreseen.findings) == (done.outcomes, done.findings)
    assert done.outcomes == outcomes


async def test_another_region_is_refused_without_a_word_about_what_is_there(acts: Acts) -> None:
    await Pusher(acts).push(firm(1))
    ningbo = Actor("ningbo", "ningbo", frozenset(ROLES["partner"]), Scope(((330200000000, 330300000000),)))
    pusher = Pusher(acts, actor=ningbo, region=(330200000000, 2))
    applied = await pusher.push(firm(1), firm(2))
    assert applied.outcomes == b"rr"
    assert {finding.error.code for finding in applied.findings} == {"outside_scope"}
    assert applied.subjects == [None, None]


async def test_party_facts_reach_the_organisation_and_unknown_ones_wait(acts: Acts) -> None:
    await Pusher(acts).push(firm(1))
    facts = Pusher(acts, dataset="party_facts")
    rows = ({"uscc": code(1), "formal_members_relation": 3, "has_union": "是"}, {"uscc": code(9), "staff": 2})
    assert (await facts.push(*rows)).outcomes == b"uv"
    row = await one(acts, "SELECT formal_members_relation, has_union, name FROM organizations")
    assert tuple(row) == (3, True, firm(1)["name"])


async def test_a_partners_own_id_finds_the_record_again(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    first = await pusher.push(firm(1, record_id="SCJG-1"))
    clock.forward(hours=1)
    renamed = {"record_id": "SCJG-1", "name": "云岭茶业新名有限公司", "address": firm(1)["address"]}
    again = await pusher.push(renamed)
    assert (again.outcomes, again.subjects) == (b"u", first.subjects)
    assert (await one(acts, "SELECT name FROM organizations")).name == renamed["name"]
    other = Pusher(acts, actor=Actor("another", "another", PUSHER.permissions, PUSHER.scope, PUSHER.datasets))
    assert (await other.push(renamed | {"business_scope": "茶"})).outcomes == b"v"  # the id is the first partner's


async def test_a_body_without_a_code_is_found_again_by_its_partners_id(acts: Acts, clock: Hands) -> None:
    pusher = Pusher(acts)
    station = {"record_id": "ZD-7", "name": "清溪速递驿站", "address": firm(1)["address"]}
    await pusher.push(station)
    item = await one(acts, "SELECT id FROM review_items")
    async with acts.open(PUSHER) as act:
        await decide(act, DATASETS["registrations"], item.id, 1, Verdict("create"))
    clock.forward(hours=1)
    assert (await pusher.push(station | {"name": "清溪骑手驿站"})).outcomes == b"u"
    row = await one(acts, "SELECT count(*) AS n, min(name) AS name FROM organizations")
    assert tuple(row) == (1, "清溪骑手驿站")


records = st.lists(
    st.builds(
        lambda number, own, scope, wrong: firm(number, **own, **scope, **wrong),
        st.integers(1, 6),
        st.sampled_from([{}, {}, {"record_id": "A"}, {"record_id": "B"}]),
        st.sampled_from([{}, {"business_scope": "甲"}, {"business_scope": "乙"}, {"established_on": "2020-01-01"}]),
        st.sampled_from([{}, {}, {}, {"uscc": "x"}, {"uscc": None}, {"registered_capital": "?"}]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=records, second=records, chunk=st.integers(1, 5))
async def test_validation_predicts_a_commit_exactly(
    acts: Acts, clock: Hands, first: list[dict[str, Any]], second: list[dict[str, Any]], chunk: int
) -> None:
    async with acts.open(PUSHER) as act:
        for table in ("organizations", "dataset_records", "review_items"):
            await act.session.execute(text(f"DELETE FROM {table}"))
    pusher = Pusher(acts)
    for rows in (first, second):
        clock.forward(hours=1)
        foreseen = await pusher.push(*rows, chunk=chunk, validate=True)
        done = await pusher.push(*rows, chunk=chunk)
        assert foreseen.outcomes == done.outcomes
        assert foreseen.findings == done.findings
    clock.forward(hours=1)
    replay = await pusher.push(*second, chunk=1000)
    assert set(replay.outcomes) <= set(b"nurv")
