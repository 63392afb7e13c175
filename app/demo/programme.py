"""A year's programme inside the general plan: approved by another, with a target on a figure the service reads."""

from datetime import date
from typing import Any, NamedTuple

from app.demo.leaving import DENOMINATOR, covered
from app.demo.partner import Api

RISE = 50  # thousandths that coverage is to rise in a year
INDICATOR = "organization_coverage_permille"


class Aimed(NamedTuple):
    """The programme, and its target with where the figure is."""

    year: int
    tasks: int
    marks: dict[str, int]
    """How many tasks bear each of the four marks, by its code."""
    target: dict[str, Any]


async def aimed(
    officer: Api, superior: Api, committee: str, county: str, today: date, department: str, meeting: str, tour: str
) -> Aimed:
    """Draw up the year's programme of a committee where there is none, and read where its target is. Raises Refused."""
    year = today.year
    there = (await officer.get("/v1/programmes", committee_id=committee, year=year, limit=1))["items"]
    programme = there[0] if there else await _drawn_up(officer, committee, year)
    if programme["state"] == "draft":
        await _filled(officer, programme["id"], county, department, (year, meeting, tour, today))
        at = f"/v1/programmes/{programme['id']}"
        await superior.change(f"{at}/approve", await officer.get(at), {})
        await _begun(officer, programme["id"])
    told = await officer.get(f"/v1/programmes/{programme['id']}")
    targets = await officer.get("/v1/programme-targets", programme_id=programme["id"], limit=1)
    marks = {name: told["counts"][name] for name in ("planned", "deployed", "inspected", "appraised")}
    return Aimed(year, told["counts"]["tasks"], marks, targets["items"][0])


async def _drawn_up(officer: Api, committee: str, year: int) -> dict[str, Any]:
    draft = {
        "committee_id": committee,
        "year": year,
        "title": f"{year}年两新组织党建工作计划",
        "plan_title": f"{year}年基层党建工作要点（演示）",
        "plan_document": f"演示文件〔{year}〕3号",
        "items": [
            {"code": "三（一）", "text": "推进新兴领域党组织应建尽建"},
            {"code": "三（二）", "text": "抓实两新组织党建工作督查"},
        ],
    }
    made: dict[str, Any] = await officer.post("/v1/programmes", draft)
    return made


async def _filled(
    officer: Api, programme: str, county: str, department: str, shown_by: tuple[int, str, str, date]
) -> None:
    """Two tasks with the marks that can be shown by now, and a target on the county's coverage."""
    year, meeting, tour, today = shown_by
    day = today.isoformat()
    items = (await officer.get(f"/v1/programmes/{programme}"))["items"]
    tasks = ("完成应建未建清单销号", "完成全年两新组织党建督查")
    marks = (
        ({"mark": "planned", "reference": "写入年度工作要点（演示）"}, {"mark": "deployed", "meeting_id": meeting}),
        ({"mark": "planned", "reference": "写入年度工作要点（演示）"}, {"mark": "inspected", "supervision_id": tour}),
    )
    for item, what, borne in zip(items, tasks, marks, strict=True):
        owned = {"programme_id": programme, "item_id": item["id"], "department_id": department}
        task = await officer.post("/v1/programme-tasks", owned | {"what": what, "due_on": f"{year}-12-31"})
        for mark in borne:
            task = await officer.change(f"/v1/programme-tasks/{task['id']}/mark", task, mark | {"marked_on": day})
    reached, of, _ = await covered(officer, county)
    target = min(1000, reached * 1000 // of + RISE)
    draft = {"programme_id": programme, "indicator": INDICATOR, "basis": DENOMINATOR, "target": target, "from_on": day}
    await officer.post("/v1/programme-targets", draft)


async def _begun(officer: Api, programme: str) -> None:
    """The first task's department tells how far it is; the office enters it."""
    first = (await officer.get("/v1/programme-tasks", programme_id=programme, limit=1))["items"][0]
    told = {"progress": 40, "text": "演示：清单已下发各镇（街道），首批已组建。"}
    await officer.change(f"/v1/programme-tasks/{first['id']}/report", first, told)
