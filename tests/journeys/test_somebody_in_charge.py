"""Somebody in charge, over HTTP: from gaps to a proposal, visits, a payable list, a hand-over, and a term that ends.

Nobody reaches into the database: what is needed is pushed, proposed, approved, visited, paid for and handed over.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.catalogues.jobs import refresh_facts
from app.core.acts import Acts
from app.core.clock import day_of
from app.core.config import Settings
from app.demo.partner import Api as Caller
from app.services.organizations.uscc import check_character
from tests.conftest import Api, Hands
from tests.journeys.test_leave_no_blank import COUNTY, STREET, TITLES, TOWN, did, listed, made
from tests.kit.databases import Clones
from tests.kit.identity import administrators, entered, granted, signed_in
from tests.kit.party import errors, tag
from tests.kit.persons import person

XIHU = ((330106000000, 330107000000),)
FIRMS, PEOPLE = 8, 3
SENT = "姓名,身份证号码,政治面貌,来源,派出单位,从业经历,居住镇街,任期起,任期止,专兼职\r\n"
TRADES = ("软件开发", "餐饮服务")
KNOWN = ("信息传输、软件和信息技术服务业", "住宿和餐饮业", "制造业")
MONTHLY = 30_000


@pytest.fixture
def settings(server: Clones, database_name: str, tmp_path: Path) -> Settings:
    """The worker inside, as `liangxin serve` has it."""
    return Settings.load(
        database_url=server.url(database_name), state=tmp_path / "state", pool_size=5, inline_worker=True
    )


def codes() -> list[str]:
    """USCCs that nobody has."""
    stems = [f"91330106MA9{number:06d}" for number in range(100, 100 + FIRMS)]
    return [stem + check_character(stem) for stem in stems]


async def pushed(api: Api, dataset: str, table: str) -> dict[str, Any]:
    """A department's file, worked off."""
    partner = Caller(await api.client(f"{dataset} department", "partner", XIHU))
    return await partner.push(dataset, iter([table.encode("gb18030")]), "text/csv", lambda _: None)


async def a_register_and_those_who_are_sent(api: Api) -> None:
    """Firms that nobody reaches, and instructors whose terms end on two days."""
    firms = "".join(
        f"杭州云栖{number}号有限公司,{code},{TOWN}云栖路{number}号,有限责任公司(自然人投资或控股),"
        f"{TRADES[number % 2]},存续\r\n"
        for number, code in enumerate(codes())
    )
    assert (await pushed(api, "registrations", TITLES + firms))["created"] == FIRMS
    people = "".join(
        f"{one.name},{one.identity_number},中共党员,机关,西湖区某局,{KNOWN[number]},转塘街道,2026年3月1日,"
        f"{'2027-02-28' if number == 0 else ''},兼职\r\n"
        for number, one in enumerate(map(person, range(PEOPLE)))
    )
    assert (await pushed(api, "instructors", SENT + people))["created"] == PEOPLE


async def reached(client: httpx.AsyncClient) -> int:
    """Organisations of the county that party work reaches, branches and all else."""
    told = (await client.get("/v1/coverage", params={"region": COUNTY})).json()
    assert told["work_coverage"]["denominator"] == FIRMS
    numerator: int = told["work_coverage"]["numerator"]
    return numerator


async def missing(client: httpx.AsyncClient, kind: str = "no_instructor") -> set[str]:
    """What somebody in charge is missing for."""
    return {str(gap["id"]) for gap in await listed(client, "/v1/staffing-gaps", kind=kind, region=COUNTY)}


async def running(client: httpx.AsyncClient, **narrowed: str) -> list[dict[str, Any]]:
    return await listed(client, "/v1/assignments", state="running", **narrowed)


async def a_proposal_becomes_assignments(officer: httpx.AsyncClient) -> None:
    """Everyone who waits is proposed to somebody, proven and explained; once approved nobody waits."""
    waiting = await missing(officer)
    assert len(waiting) == FIRMS
    assert await reached(officer) == 0
    proposal = await made(officer, "/v1/assignment-proposals", {"region_code": COUNTY, "title": "西湖区选派方案"})
    assert proposal["figures"]["proven"]
    pairs = await listed(officer, f"/v1/assignment-proposals/{proposal['id']}/pairs")
    assert {pair["organization_id"] for pair in pairs} == waiting
    assert all(pair["worker_id"] and pair["reasons"] for pair in pairs)
    assert await reached(officer) == 0, "a proposal reaches nobody"
    told = await did(officer, f"/v1/assignment-proposals/{proposal['id']}/approve", proposal, {})
    assert told["state"] == "approved"
    sent = await running(officer)
    assert {(row["organization_id"], row["worker_id"]) for row in sent} == {
        (pair["organization_id"], pair["worker_id"]) for pair in pairs
    }
    assert await reached(officer) == FIRMS, "by exactly those that were sent to"
    assert await missing(officer) == set()


async def a_letter(officer: httpx.AsyncClient, authority: str, worker: dict[str, Any]) -> None:
    """The instructor is introduced in writing wherever he is sent."""
    draft = {"kind": "dispatch", "subject_id": worker["role_id"], "issuer_id": authority}
    letter = await made(officer, "/v1/documents", draft)
    letter = await did(officer, f"/v1/documents/{letter['id']}/issue", letter, {"word": "西两新函"})
    own = await running(officer, worker_id=worker["id"])
    text = "\n".join(letter["text"]["paragraphs"])
    assert all(row["organization_name"] in text for row in own)
    assert f"共{len(own)}家" in text


async def visits(api: Api, officer: httpx.AsyncClient, worker: str, clock: Hands) -> None:
    """A quarter passes; the instructor himself writes what he did, for his own and for nobody else's."""
    clock.forward(days=93)
    assert len(await listed(officer, "/v1/visit-dues", region=COUNTY)) == FIRMS
    system, security = await administrators(api)
    machine = await entered(system, "指导员")
    await granted(security, machine.id, "instructor", subjects=[worker])
    me = await signed_in(api, machine)
    own = await running(officer, worker_id=worker)
    assert {row["id"] for row in await listed(me, "/v1/assignments")} == {row["id"] for row in own}
    theirs = next(row for row in await running(officer) if row["worker_id"] != worker)
    today = day_of(clock()).isoformat()
    visit = {"visited_on": today, "kind": "on_site", "did": ["explained_policy", "counted_members"]}
    for row in own:
        await made(me, "/v1/visits", visit | {"assignment_id": row["id"]})
    other = await me.post("/v1/visits", json=visit | {"assignment_id": theirs["id"]})
    assert other.status_code in (404, 422), other.text
    assert len(await listed(officer, "/v1/visit-dues", region=COUNTY)) == FIRMS - len(own)
    assert await reached(officer) == FIRMS


async def a_month_is_paid(api: Api, officer: httpx.AsyncClient) -> None:
    """A scheme, the list of a whole month, closed by another: what is due, once each."""
    wish = {"region_code": COUNTY, "month": "2026-04"}
    none = await officer.post("/v1/treatment/months", json=wish)
    assert none.status_code == 409, "without a scheme there is no list of noughts"
    scheme = {
        "kind": "treatment", "region_code": COUNTY, "region_level": 3, "valid_from": "2026-04-01",
        "reason": "区委专题会议",
        "numbers": {"instructor_fen": {"value": MONTHLY, "document": "西两新工委〔2026〕3号"}},
    }  # fmt: skip
    await made(officer, "/v1/policies", scheme)
    month = await made(officer, "/v1/treatment/months", wish)
    lines = await listed(officer, "/v1/treatment/entitlements", month_id=month["id"])
    assert [(line["due_fen"], line["state"]) for line in lines] == [(MONTHLY, "open")] * PEOPLE
    own = await officer.post(f"/v1/treatment/months/{month['id']}/close", json={}, headers=tag(month))
    assert own.status_code == 409, "nobody closes what is his own"
    superior = await api.client("superior", "work_committee_officer")
    month = await did(superior, f"/v1/treatment/months/{month['id']}/close", month, {})
    assert (month["state"], month["figures"]["due_fen"]) == ("closed", PEOPLE * MONTHLY)
    due = await officer.get(
        "/v1/treatment/entitlements", params={"month": "2026-04", "state": "due"}, headers={"accept": "text/csv"}
    )
    assert due.text.count("treatment:2026-04:") == PEOPLE


async def an_instructor_leaves(officer: httpx.AsyncClient, worker: dict[str, Any], clock: Hands) -> None:
    """Nothing falls uncovered unnoticed: successors are proposed, and take over on the day that he leaves."""
    today = day_of(clock()).isoformat()
    wish: dict[str, Any] = {"on": today, "reason": "岗位调整"}
    at = f"/v1/instructors/{worker['id']}/leave"
    alone = await officer.post(at, json=wish, headers=tag(worker))
    own = await running(officer, worker_id=worker["id"])
    assert (alone.status_code, {code for _, code in errors(alone)}) == (409, {"leaves_uncovered"}), alone.text
    assert len(errors(alone)) == len(own)
    proposal = await made(officer, "/v1/assignment-proposals", {"region_code": COUNTY, "hand_over_of": worker["id"]})
    pairs = await listed(officer, f"/v1/assignment-proposals/{proposal['id']}/pairs")
    heirs = {pair["organization_id"]: pair["worker_id"] for pair in pairs}
    assert worker["id"] not in heirs.values()
    hand_overs = [{"assignment_id": row["id"], "worker_id": heirs[row["organization_id"]]} for row in own]
    told = await did(officer, at, worker, wish | {"hand_overs": hand_overs})
    assert (len(told["handed_over"]), told["uncovered"]) == (len(own), [])
    assert await running(officer, worker_id=worker["id"]) == []
    assert await reached(officer) == FIRMS
    assert await missing(officer) == set()


async def a_term_ends_by_date(officer: httpx.AsyncClient, acts: Acts, clock: Hands) -> None:
    """On the day a term is over nobody is there any more, and the figures say so that day; it was told before."""
    sent = await running(officer)
    by_day: dict[str, set[str]] = {}
    for row in sent:
        by_day.setdefault(row["valid_to"], set()).add(row["organization_id"])
    left = FIRMS
    for day in sorted(by_day):
        clock.forward(days=(date.fromisoformat(day) - timedelta(days=1) - day_of(clock())).days)
        await refresh_facts(acts)
        assert await reached(officer) == left, f"on {day} minus one"
        ending = await listed(officer, "/v1/staffing-gaps", kind="term_ending", region=COUNTY)
        assert by_day[day] <= {str(gap["organization_id"]) for gap in ending}
        clock.forward(days=1)
        await refresh_facts(acts)
        left -= len(by_day[day])
        assert await reached(officer) == left, f"on {day}"
        assert by_day[day] <= await missing(officer)
    assert left == 0


async def test_from_the_gaps_to_a_term_that_ends(api: Api, acts: Acts, clock: Hands) -> None:
    await a_register_and_those_who_are_sent(api)
    officer = await api.client("officer", "work_committee_officer")
    street = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": STREET}
    authority = (await made(officer, "/v1/authorities", street))["id"]
    await a_proposal_becomes_assignments(officer)
    workers = {row["id"]: row for row in await listed(officer, "/v1/instructors", region=COUNTY)}
    busiest = max(workers.values(), key=lambda row: (row["load"], row["id"]))
    assert sum(row["load"] for row in workers.values()) == FIRMS
    await a_letter(officer, authority, busiest)
    await visits(api, officer, busiest["id"], clock)
    await a_month_is_paid(api, officer)
    leaver = next(row for row in workers.values() if row["term_to"] == "2027-03-01")
    await an_instructor_leaves(officer, (await officer.get(f"/v1/instructors/{leaver['id']}")).json(), clock)
    await a_term_ends_by_date(officer, acts, clock)
