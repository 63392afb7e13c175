"""The demo's own journey: a county's register with all its dirt, party facts, branches, and the figures in the end.

Nothing may vanish: what the maker of the county knows it did wrong is what the service says it met.
"""

import re
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from app.core.config import Settings
from app.demo import reports, run, truth
from app.demo.county import County
from app.demo.leaving import DENOMINATOR
from app.demo.partner import Api as Caller
from app.demo.party import party_facts_for
from app.demo.places import found
from app.demo.sheets import csv_bytes
from app.services.regions.facts import COUNTY, span
from tests.conftest import Api, Hands
from tests.kit.databases import Clones

SIZE = 1_200
DATASETS = ("registrations", "party_facts", "instructors")
PLACE = 330_106_000_000  # a county whose province the test database holds


@pytest.fixture
def settings(server: Clones, database_name: str, tmp_path: Path) -> Settings:
    """The worker inside, as `liangxin serve` has it."""
    return Settings.load(
        database_url=server.url(database_name), state=tmp_path / "state", pool_size=5, inline_worker=True
    )


@pytest.fixture
def county() -> County:
    """The made-up county, put where the test database knows the towns."""
    return County(found(PLACE), SIZE, 11)


def register(county: County) -> run.Register:
    """The county's two files."""
    return run.Register(
        csv_bytes(truth.HEADERS, county.registrations(), "gb18030"),
        "text/csv",
        csv_bytes(reports.HEADERS, reports.rows(party_facts_for(county.known()))),
        f"{PLACE:012d}",
        [f"{PLACE:012d}"],
    )


async def walked(api: Api, county: County) -> tuple[str, httpx.AsyncClient, httpx.AsyncClient]:
    """Go the whole way once; what was printed, and the two clients."""
    partner = await api.client("regulator", "partner", (span(PLACE, COUNTY),), DATASETS)
    officer = await api.client("officer", "officer")
    superior = await api.client("superior", "work_committee_officer")
    out = StringIO()
    callers = Caller(partner), Caller(officer), Caller(superior)
    await run.show(*callers, register(county), Console(file=out, width=120))
    return out.getvalue(), partner, officer


async def test_what_was_done_wrong_is_what_was_met(api: Api, county: County) -> None:
    """Every row is accounted for, each sort of dirt by the outcome it deserves."""
    told, partner, _ = await walked(api, county)
    batches = (await partner.get("/v1/batches")).json()["items"]
    first = next(batch for batch in batches if batch["dataset"] == "registrations")
    dirt = county.dirt()
    assert first["received"] == county.rows()
    assert first["rejected"] == dirt["wrong_check_character"]
    assert first["unchanged"] == dirt["repeated_row"]
    assert first["updated"] == dirt["repeated_with_other_address"]
    without = dirt["missing_code"] + dirt["code_not_available"] + dirt["registration_number"]
    assert first["needs_review"] == without
    assert first["created"] == SIZE - without - dirt["wrong_check_character"]
    assert first["encoding"] == "gb18030"
    assert f"{first['received']:,} received = {first['created']:,} created" in told
    second = next(batch for batch in batches if batch["dataset"] == "party_facts")
    assert second["received"] == sum(1 for _ in party_facts_for(county.known()))
    assert second["rejected"] == 0
    assert second["updated"] + second["needs_review"] == second["received"]


async def test_the_register_knows_what_is_true(api: Api, county: County) -> None:
    """Kinds and places of clean rows are the ones they were made with; none is placed in a wrong town."""
    _, _, officer = await walked(api, county)
    true = {organization.uscc: organization for organization in county.organizations()}
    seen: Counter[str] = Counter()
    wrong = []
    async for item in Caller(officer).pages("/v1/organizations", region=f"{PLACE:012d}"):
        made = true[item["uscc"]]
        seen["kind"] += item["kind"] == made.kind
        seen["all"] += 1
        if item["region_level"] >= 4 and int(item["region_code"]) // 1000 != made.region_code // 1000:
            wrong.append((item["name"], item["region_code"], made.region_code))
        seen["town"] += item["region_level"] >= 4
    assert not wrong
    assert seen["kind"] / seen["all"] > 0.93
    assert seen["town"] / seen["all"] > 0.95


async def test_what_is_printed_is_what_the_service_says(api: Api, county: County) -> None:
    """The table rests on the figures of the API; what the plan's branches take in is what coverage rises by."""
    told, _, officer = await walked(api, county)
    figures = (await officer.get("/v1/coverage", params={"region": f"{PLACE:012d}"})).json()
    assert f"{figures['organizations']:,}" in told
    rate = figures["organisation_coverage"]
    rise = re.search(r"(\d+) branches applied for[^→]* (\d+) of them counted: coverage (\d+) → (\d+) of ([\d,]+)", told)
    assert rise is not None
    founded, counted, before, after, of = (int(each.replace(",", "")) for each in rise.groups())
    assert (after, of, after - before) == (rate["numerator"], rate["denominator"], counted)
    assert f"{before / of:.1%}" in told
    assert 0.05 < rate["rate"] < figures["work_coverage"]["rate"] < 1
    assert all(each["reached"]["denominator"] for each in figures["classes"])
    gaps = (await officer.get("/v1/coverage/gaps", params={"region": f"{PLACE:012d}", "limit": 20})).json()["items"]
    assert {gap["coverage_mode"] for gap in gaps} == {"none"}
    branches = (await officer.get("/v1/branches", params={"region": f"{PLACE:012d}", "count": "exact"})).json()
    assert f"{branches['count']['value'] - founded:,} founded, 0 refused" in told
    sent = re.search(
        r"(\d+) were sent to, .* (\d+) of them nothing had reached: reached by party work (\d+) → (\d+) of ([\d,]+)",
        told,
    )
    assert sent is not None
    went, rise_of_reach, unreached, reached, of = (int(each.replace(",", "")) for each in sent.groups())
    told_now = figures["work_coverage"]
    assert (reached, of, reached - unreached) == (told_now["numerator"], told_now["denominator"], rise_of_reach)
    running = {"state": "running", "count": "exact", "limit": "1"}
    assert (await officer.get("/v1/assignments", params=running)).json()["count"]["value"] == went
    filed = (await officer.get("/v1/branch-applications", params={"state": "filed", "limit": 200})).json()["items"]
    assert len(filed) == founded


async def test_the_first_gap_is_closed_by_the_plan(api: Api, county: County) -> None:
    """Whoever stands first among the gaps that are printed has a branch of its own in the end."""
    told, _, officer = await walked(api, county)
    name = told.partition("Gaps, easy ones first")[2].splitlines()[2].split()[0]
    everyone = Caller(officer).pages("/v1/organizations", region=f"{PLACE:012d}")
    assert [each["coverage_mode"] async for each in everyone if each["name"] == name] == ["standalone"]


async def test_the_same_county_again_changes_nothing(api: Api, county: County) -> None:
    """A partner that sends the same file twice is told so, and no branch is founded twice."""
    await walked(api, county)
    told, partner, _ = await walked(api, county)
    batches = (await partner.get("/v1/batches")).json()["items"]
    again = next(batch for batch in batches if batch["dataset"] == "registrations")
    assert again["created"] == 0
    assert (
        again["unchanged"] + again["superseded"] + again["rejected"] + again["needs_review"] + again["updated"]
        == (again["received"])
    )
    assert " founded, 0 refused" in told


YEAR = (
    "/v1/departments",
    "/v1/department-duties",
    "/v1/joint-meeting-schedules",
    "/v1/joint-meetings",
    "/v1/agenda-items",
    "/v1/meeting-invitations",
    "/v1/action-items",
    "/v1/notices",
    "/v1/notice-recipients",
    "/v1/supervisions",
    "/v1/rectifications",
    "/v1/programmes",
    "/v1/programme-tasks",
    "/v1/programme-targets",
)
"""What a year of the departments' meeting leaves behind."""


async def rows(officer: httpx.AsyncClient) -> dict[str, list[dict[str, Any]]]:
    """All of it, list by list."""
    return {path: [each async for each in Caller(officer).pages(path)] for path in YEAR}


def versions(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[tuple[str, int]]]:
    """Which rows there are, and in which version."""
    return {path: sorted((each["id"], each["version"]) for each in items) for path, items in found.items()}


async def test_a_year_of_meetings_is_what_the_service_says(api: Api, county: County) -> None:
    """What is printed of the departments' year rests on the rows; on the same day a second run changes none of them."""
    told, _, officer = await walked(api, county)
    found = await rows(officer)
    assert all(found.values())
    held = [each for each in found["/v1/joint-meetings"] if each["state"] == "minuted"]
    assert sorted(each["held_on"] for each in held) == ["2025-03-20", "2025-06-20", "2025-09-22", "2025-12-22"]
    (ahead,) = [each for each in found["/v1/joint-meetings"] if each["state"] == "invited"]
    assert f"{ahead['held_on']}; topics until {ahead['topics_due_on']}, answers until" in told
    assert ahead["held_on"] == "2026-03-20"
    agenda = [each for each in found["/v1/agenda-items"] if each["meeting_id"] == ahead["id"]]
    carried = {each["action_item_id"] for each in agenda if each["kind"] == "carried_over"}
    items = found["/v1/action-items"]
    states = Counter(each["state"] for each in items)
    assert states == {"accepted": 4, "sent_back": 1, "carried_over": 1, "open": 2}
    assert carried == {each["id"] for each in items if each["state"] != "accepted"}
    assert f"{len(carried)} items carried over by itself, {len(agenda) - len(carried)} topics" in told
    overdue = sum(each["overdue"] for each in items)
    assert f"{len(items)} decided, {states['accepted']} accepted, 3 of them on time, {overdue} overdue" in told
    present = [each["present"] for each in found["/v1/meeting-invitations"] if each["present"] is not None]
    there = sum(each != "none" for each in present) / len(present)
    assert f"{len(held)} held by {len(found['/v1/departments'])} departments, {there:.0%} attended" in told
    sent = found["/v1/notice-recipients"]
    confirmed = sum(each["state"] == "received" for each in sent)
    assert f"{len(sent)} sent, {confirmed} received, {sum(each['chased'] for each in sent)} reminded" in told
    assert [each["state"] for each in found["/v1/rectifications"]] == ["accepted"]
    (target,) = found["/v1/programme-targets"]
    assert f"{target['value'] / 10:.1f}% now" in told
    coverage = (
        await officer.get("/v1/coverage", params={"region": f"{PLACE:012d}", "denominator": DENOMINATOR})
    ).json()
    assert target["value"] == int(coverage["organisation_coverage"]["rate"] * 1000)
    await walked(api, county)
    assert versions(await rows(officer)) == versions(found)


async def test_a_later_demo_holds_the_meeting_that_was_ahead(api: Api, county: County, clock: Hands) -> None:
    """A month later the meeting that was planned was held with its topics, and the one after it is planned."""
    await walked(api, county)
    clock.forward(days=30)
    told, _, officer = await walked(api, county)
    meetings = [each async for each in Caller(officer).pages("/v1/joint-meetings")]
    states = {each["held_on"]: each["state"] for each in meetings}
    assert Counter(states.values()) == {"minuted": 5, "invited": 1}
    assert (states["2026-03-20"], states["2026-06-22"]) == ("minuted", "invited")
    assert "5 held by 7 departments" in told
