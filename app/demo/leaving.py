"""Leaving no blank: a county's gaps become a plan, its first places become branches; coverage rises by exactly that.

Every step is taken by who would take it: an officer plans, applies and founds, the superior approves.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from app.core.clock import day_of
from app.demo.partner import Api, Refused

FIRST = 6  # places of each kind that the demo carries out; the others stay tasks
FOUNDED = ("standalone", "joint")
DENOMINATOR = "all_operating"
REASON = "演示数据：按计划组建"


class Left(NamedTuple):
    """What came of it: the plan, how many branches were founded, and the organisations covered before and after."""

    region: str
    plan: dict[str, Any]
    tasks: int
    founded: int
    taken_in: int
    counted: int
    """Of the organisations taken in, those that the denominator counts."""
    before: int
    after: int
    of: int
    lacking: list[str]
    """What the first of the new branches lacks for its next stage, in words."""


async def leave_no_blank(officer: Api, superior: Api, region: str) -> Left | None:
    """Plan for the county with the most organisations in a region, and found the first of what is planned.

    None where no superior body is known. Raises Refused when the service says no, or when coverage rose by another
    number than that of the organisations taken in.
    """
    county, name = await busiest(officer, region)
    authorities = [item async for item in officer.pages("/v1/authorities", region=county, kind="township")]
    if not authorities:
        return None
    before, of, today = await covered(officer, county)
    plan = await officer.post("/v1/plans", {"region_code": county, "region_level": 3, "title": f"{name}组建计划"})
    plan = await officer.change(f"/v1/plans/{plan['id']}/approve", plan, {"authority_id": authorities[0]["id"]})
    tasks = {task["place_id"]: task async for task in officer.pages("/v1/formation-tasks", plan_id=plan["id"])}
    places = [place async for place in officer.pages(f"/v1/plans/{plan['id']}/places")]
    first = [place for kind in FOUNDED for place in [each for each in places if each["kind"] == kind][:FIRST]]
    taken_in, counted, branches = 0, 0, []
    for place in first:
        detail = await officer.get(f"/v1/plans/{plan['id']}/places/{place['id']}")
        branch = await _founded(officer, superior, detail, _in_charge(authorities, place), today)
        end = {"ended_on": today.isoformat(), "branch_id": branch}
        await officer.change(f"/v1/formation-tasks/{tasks[place['id']]['id']}/finish", tasks[place["id"]], end)
        branches.append(branch)
        taken_in += len(detail["items"])
        counted += sum([await _counted(officer, item["organization_id"]) for item in detail["items"]])
    after, of, _ = await covered(officer, county)
    if after - before != counted:
        raise Refused(f"Coverage rose by {after - before}, not by the {counted} organisations taken in.")
    lacking = await _lacking(officer, branches[0]) if branches else []
    return Left(name, plan, len(tasks), len(branches), taken_in, counted, before, after, of, lacking)


async def busiest(api: Api, region: str) -> tuple[str, str]:
    """Code and name of the county that holds the most organisations in a region, gone down to level by level."""
    code, level = region, None
    while True:
        told = await api.get("/v1/coverage", region=code, region_level=level, denominator=DENOMINATOR, by="child")
        if told["region"]["level"] == 3:
            return told["region"]["code"], told["region"]["name"]
        parts = [group for group in told["groups"] if group["code"] is not None]
        largest = max(parts, key=lambda group: int(group["organizations"]))
        code, level = largest["code"], largest["level"]


async def covered(api: Api, county: str) -> tuple[int, int, date]:
    """Covered, of how many, on the service's day."""
    told = await api.get("/v1/coverage", region=county, region_level=3, denominator=DENOMINATOR)
    rate = told["organisation_coverage"]
    return rate["numerator"], rate["denominator"], day_of(datetime.fromisoformat(told["as_of"]))


async def _counted(api: Api, organization: str) -> bool:
    """Whether the denominator counts it: joint branches take in self-employed businesses too."""
    told = await api.get(f"/v1/organizations/{organization}/coverage")
    return any(each["code"] == DENOMINATOR and each["answer"] for each in told["denominators"])


def _in_charge(authorities: list[dict[str, Any]], place: dict[str, Any]) -> str:
    """The town's committee where a place lies in one town, else the first of the county."""
    town = place["region_code"][:9]
    of_town = [each["id"] for each in authorities if each["region_code"][:9] == town and place["region_level"] >= 4]
    return str((of_town or [authorities[0]["id"]])[0])


async def _founded(officer: Api, superior: Api, place: dict[str, Any], authority: str, today: date) -> str:
    """A place's branch: applied for, approved by the superior, elected and founded, filed; its id."""
    first, mode = place["items"][0]["name"], place["kind"]
    words = "联合支部委员会" if mode == "joint" else "支部委员会"
    draft = {
        "name": f"中共{first}{words}",
        "formation_mode": mode,
        "authority_id": authority,
        "region_code": place["region_code"],
        "region_level": place["region_level"],
        "organization_ids": [item["organization_id"] for item in place["items"]],
        "departure_reason": REASON,
    }
    at = "/v1/branch-applications"
    application = await officer.post(at, draft)
    at = f"{at}/{application['id']}"
    application = await superior.change(f"{at}/approve", application, {"departure_reason": REASON})
    founding = {"founded_on": today.isoformat(), "election": "elected", "departure_reason": REASON}
    application = await officer.change(f"{at}/found", application, founding)
    application = await officer.change(f"{at}/file", application, {})
    return str(application["branch_id"])


async def _lacking(api: Api, branch: str) -> list[str]:
    review = await api.get(f"/v1/branches/{branch}/stage-review")
    return [item["text"] for item in review["checklist"] if not item["met"]]
