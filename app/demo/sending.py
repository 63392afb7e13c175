"""Somebody in charge: a county's department sends instructors, the service proposes who goes where, and they go.

The reach of party work rises by exactly the organisations that nobody reached before; a letter introduces the first of
those who are sent, a visit is written down, and the last month's subsidies are listed and closed by another.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.core.clock import day_of
from app.demo.leaving import DENOMINATOR, busiest
from app.demo.partner import Api, Refused
from app.demo.people import HEADERS, instructor, rows
from app.demo.sheets import csv_bytes

POOL = 40
"""Instructors of the county; normally each goes to five."""
FIRST = ("enter_above_scale", "reach")
"""Whom somebody goes to first: the large ones without anybody, and those whom nothing reaches."""
LOOKED_AT = 1_000
MONTHLY_FEN = 30_000
DOCUMENT = "演示文件〔2026〕1号"
REASON = "演示数据：指导员岗位补贴"


class Sent(NamedTuple):
    """What came of it: who waited, who was sent where, how well, and what party work reaches before and after."""

    region: str
    waiting: int
    instructors: int
    proposal: dict[str, Any]
    sent: int
    rise: int
    """Of those sent to, the ones that the denominator counts and nothing reached before."""
    before: int
    after: int
    of: int
    letter: str | None
    visits: int
    month: dict[str, Any]


async def send(sender: Api, officer: Api, superior: Api, region: str) -> Sent | None:
    """Send instructors into the county with the most organisations of a region.

    None where no superior body or no town is known. Raises Refused when the service says no, or when the reach rose by
    another number than it should.
    """
    county, name = await busiest(officer, region)
    towns = [int(item["code"]) async for item in officer.pages("/v1/regions", region=county, level=4)]
    issuers = [item async for item in officer.pages("/v1/authorities", region=county, kind="township")]
    if not issuers or not towns:
        return None
    before, of, today = await _reached(officer, county)
    await _pushed(sender, towns, name, today)
    gaps = await officer.get("/v1/staffing-gaps", kind="no_instructor", region=county, count="exact", limit=1)
    waiting = int(gaps["count"]["value"])
    pool = [item async for item in officer.pages("/v1/instructors", region=county)]
    wish: dict[str, Any] = {"region_code": county, "region_level": 3, "title": f"{name}选派方案"}
    if first := await _first(officer, county):
        wish["organization_ids"] = first
    proposal = await officer.post("/v1/assignment-proposals", wish)
    pairs = [pair async for pair in officer.pages(f"/v1/assignment-proposals/{proposal['id']}/pairs")]
    chosen = [pair for pair in pairs if pair["worker_id"] is not None]
    rise = sum([await _unreached(officer, pair["organization_id"]) for pair in chosen])
    proposal = await superior.change(f"/v1/assignment-proposals/{proposal['id']}/approve", proposal, {})
    after, of, _ = await _reached(officer, county)
    if after - before != rise:
        raise Refused(f"Party work reaches {after - before} more, not the {rise} that nobody reached before.")
    letter = await _letter(officer, pool, issuers[0]["id"])
    visits = await _visited(officer, proposal["id"], today)
    month = await _month(officer, superior, county, today)
    return Sent(name, waiting, len(pool), proposal, len(chosen), rise, before, after, of, letter, visits, month)


async def _reached(api: Api, county: str) -> tuple[int, int, date]:
    """Reached by party work, of how many, on the service's day."""
    told = await api.get("/v1/coverage", region=county, region_level=3, denominator=DENOMINATOR)
    rate = told["work_coverage"]
    return rate["numerator"], rate["denominator"], day_of(datetime.fromisoformat(told["as_of"]))


async def _first(api: Api, county: str) -> list[str]:
    """Organisations that wait most for somebody, as many as are looked at here."""
    found: list[str] = []
    for step in FIRST:
        async for gap in api.pages("/v1/coverage/gaps", region=county, region_level=3, step=step):
            found.append(gap["id"])
            if len(found) == LOOKED_AT:
                return found
    return found


async def _unreached(api: Api, organization: str) -> bool:
    """Whether the denominator counts it, and nothing reaches it yet."""
    told = await api.get(f"/v1/organizations/{organization}/coverage")
    counted = any(each["code"] == DENOMINATOR and each["answer"] for each in told["denominators"])
    return counted and not told["work_covered"]


async def _pushed(sender: Api, towns: Sequence[int], county: str, today: date) -> None:
    """The department's list, as a spreadsheet in the writing that such departments still use."""
    since = date(_month_before(today).year, 1, 1)
    people = [instructor(number, towns, county, since) for number in range(POOL)]
    batch = await sender.push("instructors", csv_bytes(HEADERS, rows(people), "gb18030"), "text/csv", lambda _: None)
    if batch["received"] != POOL:
        raise Refused(f"Of {POOL} instructors {batch['received']} were received.")


async def _letter(officer: Api, pool: Sequence[dict[str, Any]], issuer: str) -> str | None:
    """The number of the letter that introduces the first who is sent somewhere."""
    for each in pool:
        own = await officer.get("/v1/assignments", worker_id=each["id"], state="running", limit=1)
        if own["items"]:
            draft = {"kind": "dispatch", "subject_id": each["role_id"], "issuer_id": issuer}
            letter = await officer.post("/v1/documents", draft)
            letter = await officer.change(f"/v1/documents/{letter['id']}/issue", letter, {"word": "演示选派"})
            return str(letter["number_text"])
    return None


async def _visited(officer: Api, proposal: str, today: date) -> int:
    """A first visit to the first organisations of the proposal; how many were written down."""
    page = await officer.get("/v1/assignments", proposal_id=proposal, limit=3)
    visit = {"visited_on": today.isoformat(), "kind": "on_site", "did": ["met_owner", "counted_members"]}
    for row in page["items"]:
        await officer.post("/v1/visits", visit | {"assignment_id": row["id"]})
    return len(page["items"])


def _month_before(today: date) -> date:
    """Its first day."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


async def _month(officer: Api, superior: Api, county: str, today: date) -> dict[str, Any]:
    """The list of the month before, which is over: computed by one and closed by another; the one that is there where
    it was.
    """
    first = _month_before(today)
    month = f"{first:%Y-%m}"
    there = await officer.get("/v1/treatment/months", region=county, region_level=3, month=month)
    if there["items"]:
        found: dict[str, Any] = there["items"][0]
        return found
    scheme = {
        "kind": "treatment",
        "region_code": county,
        "region_level": 3,
        "valid_from": first.isoformat(),
        "numbers": {"instructor_fen": {"value": MONTHLY_FEN, "document": DOCUMENT}},
        "reason": REASON,
    }
    laid_down = [each async for each in officer.pages("/v1/policies", kind="treatment")]
    if not any((each["region_code"], each["valid_from"]) == (county, scheme["valid_from"]) for each in laid_down):
        await officer.post("/v1/policies", scheme)
    listed = await officer.post("/v1/treatment/months", {"region_code": county, "region_level": 3, "month": month})
    closed: dict[str, Any] = await superior.change(f"/v1/treatment/months/{listed['id']}/close", listed, {})
    return closed
