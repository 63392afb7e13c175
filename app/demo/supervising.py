"""What goes downward: a notice to all towns with receipts and a reminder, and a tour with something to be put right."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.demo.partner import Api

DAYS = timedelta(days=14)


class Looked(NamedTuple):
    """What came of it, as the service tells it: the notice, the tour, and what it demanded."""

    sent: int
    received: int
    chased: int
    tour: str
    subjects: int
    rectifications: int
    put_right: int


async def looked_after(
    officer: Api, superior: Api, committee: str, county: str, towns: Sequence[dict[str, Any]], today: date
) -> Looked:
    """Tell the towns of a county something, and look at two of them; once a year. Raises Refused."""
    notice = await _noticed(officer, committee, county, today)
    recipients = [each async for each in officer.pages(f"/v1/notices/{notice['id']}/recipients")]
    tour = await _toured(officer, superior, committee, towns, today)
    demands = [each async for each in officer.pages("/v1/rectifications", supervision_id=tour["id"])]
    return Looked(
        sent=len(recipients),
        received=sum(each["received_on"] is not None for each in recipients),
        chased=sum(each["chased"] > 0 for each in recipients),
        tour=str(tour["id"]),
        subjects=tour["subjects"],
        rectifications=len(demands),
        put_right=sum(each["state"] == "accepted" for each in demands),
    )


async def _noticed(officer: Api, committee: str, county: str, today: date) -> dict[str, Any]:
    """The year's notice: all towns but the last confirm it, and that one is reminded."""
    title = f"关于开展{today.year}年两新组织党建工作自查的通知"
    async for each in officer.pages("/v1/notices", committee_id=committee):
        if each["title"] == title:
            return each
    draft = {
        "committee_id": committee,
        "title": title,
        "text": "演示：请各镇（街道）对照年度任务开展自查，收到后回执。",
        "needs": "receipt",
        "due_on": (today + DAYS).isoformat(),
        "recipients": {"groups": [{"kind": "township", "region_code": county, "region_level": 3}]},
    }
    notice = await officer.post("/v1/notices", draft)
    at = f"/v1/notices/{notice['id']}"
    notice = await officer.change(f"{at}/issue", notice, {})
    *prompt, last = [each async for each in officer.pages(f"{at}/recipients")]
    for each in prompt:
        await officer.change(f"/v1/notice-recipients/{each['id']}/receive", each, {})
    await officer.post(f"{at}/chase", {"recipient_ids": [last["id"]]})
    issued: dict[str, Any] = notice
    return issued


async def _toured(
    officer: Api, superior: Api, committee: str, towns: Sequence[dict[str, Any]], today: date
) -> dict[str, Any]:
    """The year's tour of two towns: at one something is to be put right, answered by it and accepted by another."""
    title = f"{today.year}年两新组织党建督查"
    async for each in officer.pages("/v1/supervisions", committee_id=committee):
        if each["title"] == title:
            return each
    draft = {
        "committee_id": committee,
        "title": title,
        "basis": "年度督查计划（演示）",
        "starts_on": today.isoformat(),
        "ends_on": (today + DAYS).isoformat(),
        "template": "two_new",
        "checks": ["rhythm", "team"],
        "subjects": {"authority_ids": [each["id"] for each in towns[:2]]},
    }
    tour = await officer.post("/v1/supervisions", draft)
    at = f"/v1/supervisions/{tour['id']}"
    tour = await officer.change(f"{at}/start", tour, {})
    first, *others = [each async for each in officer.pages(f"{at}/subjects")]
    wrong = {
        "subject_id": first["id"],
        "check_code": "rhythm",
        "what": "演示：主题党日缺少两次记录",
        "found_on": today.isoformat(),
        "severity": "rectify",
        "demand": "补齐记录，此后按月开展",
        "due_on": (today + DAYS).isoformat(),
    }
    await officer.post(f"{at}/findings", wrong)
    for each in others:
        right = {"subject_id": each["id"], "check_code": "team", "what": "演示：班子健全", "severity": "ok"}
        await officer.post(f"{at}/findings", right | {"found_on": today.isoformat()})
    async for demand in officer.pages("/v1/rectifications", supervision_id=tour["id"]):
        path = f"/v1/rectifications/{demand['id']}"
        answered = await officer.change(f"{path}/answer", demand, {"text": "演示：已补齐记录，建立按月检查制度。"})
        await superior.change(f"{path}/accept", answered, {"result": "演示：复查，记录完整。"})
    closed: dict[str, Any] = await superior.change(
        f"{at}/close", await officer.get(at), {"reason": "演示：督查结束，问题已整改"}
    )
    return closed
