"""Departments that meet: a year of one county's joint meetings, what they decided, and the next one with its agenda.

What was held before the service was there is entered afterwards, each time as it would have gone; a topic that is
entered late says so with its reason. A second run enters only what has come since.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.core.clock import day_of
from app.demo.leaving import busiest
from app.demo.partner import Api
from app.demo.programme import Aimed, aimed
from app.demo.supervising import Looked, looked_after

YEAR = timedelta(days=365)
TITLE = "两新工作季度联席会议"
QUARTERLY = "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=20;COUNT=8"
REASON = "演示数据：补录已召开会议的议题"
REPORT = "演示：已按分工完成，台账已报两新工委。"


class Member(NamedTuple):
    """A department of the joint meeting: its kind, what follows the county's name, and its duty."""

    kind: str
    words: str
    duty: str


MEMBERS = (
    Member("organization_department", "委组织部", "牵头联席会议，督促党组织应建尽建"),
    Member("social_work_department", "委社会工作部", "统筹新兴领域党建，汇总各单位进展"),
    Member("market_regulator", "市场监督管理局", "登记、年报时采集党建信息，每月推送新设企业"),
    Member("tax", "税务局", "核对企业从业人数，协助摸排规上企业"),
    Member("civil_affairs", "民政局", "社会组织登记、年检与党建同步"),
    Member("union", "总工会", "工会与党组织同步组建"),
    Member("federation_of_industry", "工商业联合会", "联系企业出资人，推荐党建指导员"),
)


class Decided(NamedTuple):
    """A decision on a topic: whose it is (place among the members), by when, and what became of it.

    `days` count from the meeting, or from today where `ahead`; `fate` is the state it is brought to.
    """

    topic: str
    what: str
    member: int
    days: int
    ahead: bool
    fate: str


DECIDED = (
    (
        Decided("新设企业信息推送", "每月推送新设企业名单，与党组织台账比对", 2, 45, True, "accepted"),
        Decided("规上企业应建未建摸排", "完成规上企业应建未建清单", 0, 60, False, "accepted"),
    ),
    (
        Decided("工会与党组织同步组建", "摸清有工会无党组织的企业并逐家对接", 5, 30, True, "sent_back"),
        Decided("从业人数核对", "提供企业从业人数核对结果", 3, 60, True, "accepted"),
    ),
    (
        Decided("商会党建指导员推荐", "推荐党建指导员人选并完成对接", 6, 40, False, "carried_over"),
        Decided("社会组织年检与党建同步", "年检材料增加党建情况一栏", 4, 30, False, "open"),
    ),
    (
        Decided("新兴领域党建进展通报", "汇总各单位进展并通报", 1, 60, True, "accepted"),
        Decided("社会组织党员排查", "排查社会组织从业党员底数", 4, 75, True, "open"),
    ),
)
"""What the meetings of a year decided, quarter by quarter."""


class Met(NamedTuple):
    """What came of it, as the service tells it."""

    county: str
    departments: int
    held: int
    attended: int
    called: int
    """Invitations to meetings that were held; of these, `attended` were followed."""
    decided: int
    accepted: int
    on_time: int
    overdue: int
    upcoming: dict[str, Any] | None
    head: int
    """Items at the head of the next agenda that the service put there itself."""
    topics: int
    looked: Looked
    aimed: Aimed


class Office(NamedTuple):
    """Who works for the committee, whose county it is, and the day."""

    officer: Api
    superior: Api
    committee: str
    county: str
    name: str
    today: date


async def meet(officer: Api, superior: Api, region: str) -> Met | None:
    """Let a year pass in the county with the most organisations of a region: meetings, a notice, a tour, a programme.

    None where no superior body is known. Raises Refused when the service says no.
    """
    county, name = await busiest(officer, region)
    towns = [item async for item in officer.pages("/v1/authorities", region=county, kind="township")]
    if not towns:
        return None
    told = await officer.get("/v1/coverage", region=county, region_level=3)
    today = day_of(datetime.fromisoformat(told["as_of"]))
    office = Office(officer, superior, await _committee(officer, county, name), county, name, today)
    members = await _joined(office)
    upcoming = await _year(office, members)
    looked = await looked_after(officer, superior, office.committee, county, towns, today)
    held = [item async for item in officer.pages("/v1/joint-meetings", committee_id=office.committee, state="minuted")]
    last = max(held, key=lambda each: str(each["held_on"]))
    goal = await aimed(officer, superior, office.committee, county, today, members[0], str(last["id"]), looked.tour)
    return await _told(office, len(members), len(held), upcoming, looked, goal)


async def _committee(officer: Api, county: str, name: str) -> str:
    """The county's own work committee, set up where there is none."""
    async for each in officer.pages("/v1/authorities", region=county, kind="work_committee"):
        if each["region_level"] == 3:
            return str(each["id"])
    draft = {
        "code": f"{int(county[:2]):03d}{int(county[2:4]):03d}{int(county[4:6]):03d}000000",
        "kind": "work_committee",
        "name": f"中共{name}委两新工作委员会",
        "region_code": county,
        "region_level": 3,
    }
    return str((await officer.post("/v1/authorities", draft))["id"])


async def _joined(office: Office) -> list[str]:
    """The departments in the order of MEMBERS, each with its duty and the document that lays it down."""
    at = "/v1/departments"
    there = {each["kind"]: each["id"] async for each in office.officer.pages(at, committee_id=office.committee)}
    since = (office.today - YEAR).isoformat()
    for number, member in enumerate(MEMBERS, 1):
        if member.kind in there:
            continue
        named = {"committee_id": office.committee, "kind": member.kind, "name": f"{office.name}{member.words}"}
        there[member.kind] = (await office.officer.post(at, named | {"valid_from": since}))["id"]
        source = f"《{office.name}两新组织党建工作联席会议制度》（演示）第{number}条"
        duty = {"department_id": there[member.kind], "text": member.duty, "source": source, "valid_from": since}
        await office.officer.post("/v1/department-duties", duty)
    return [str(there[member.kind]) for member in MEMBERS]


async def _year(office: Office, members: Sequence[str]) -> str | None:
    """Enter the meetings of the series until today and plan the next one, whose key is returned."""
    series = await _series(office)
    at = f"/v1/joint-meeting-schedules/{series['id']}/occurrences"
    times = [each async for each in office.officer.pages(at, since=series["first_on"]) if each["state"] == "standing"]
    for number, time in enumerate(times):
        meeting = await _planned(office, series["id"], time)
        decided = DECIDED[number % len(DECIDED)]
        if meeting["state"] == "planned":
            await _called(office, meeting, members, decided)
        if meeting["held_on"] >= office.today.isoformat():
            if meeting["state"] == "planned":
                await _answered(office, meeting["id"])
            return str(meeting["id"])
        if meeting["state"] in ("planned", "invited"):
            await _held(office, meeting["id"], members, number)
        if meeting["state"] != "minuted":
            await _settled(office, meeting, members, decided)
    return None


async def _series(office: Office) -> dict[str, Any]:
    at = "/v1/joint-meeting-schedules"
    async for each in office.officer.pages(at, committee_id=office.committee, purpose="study"):
        if each["title"] == TITLE and each["ended_on"] is None:
            return each
    draft = {
        "committee_id": office.committee,
        "purpose": "study",
        "title": TITLE,
        "rrule": QUARTERLY,
        "first_on": (office.today - YEAR).isoformat(),
        "starts_at": "14:30",
        "minutes": 90,
        "place": f"{office.name}委三楼会议室",
        "shift": "next",
    }
    made: dict[str, Any] = await office.officer.post(at, draft)
    return made


async def _planned(office: Office, series: str, time: dict[str, Any]) -> dict[str, Any]:
    if time["meeting_id"] is not None:
        found: dict[str, Any] = await office.officer.get(f"/v1/joint-meetings/{time['meeting_id']}")
        return found
    draft = {"schedule_id": series, "occurrence_on": time["original_on"]}
    made: dict[str, Any] = await office.officer.post("/v1/joint-meetings", draft)
    return made


async def _called(office: Office, meeting: dict[str, Any], members: Sequence[str], decided: Sequence[Decided]) -> None:
    """Departments propose what they want to talk about, the committee accepts it and calls them all."""
    at = f"/v1/joint-meetings/{meeting['id']}"
    late = office.today.isoformat() > meeting["topics_due_on"]
    for each in decided:
        topic = {"kind": "study", "title": each.topic, "department_id": members[each.member]}
        item = await office.officer.post(f"{at}/agenda-items", topic | ({"departure_reason": REASON} if late else {}))
        await office.superior.change(f"/v1/agenda-items/{item['id']}/accept", item, {})
    await office.officer.change(f"{at}/invite", await office.officer.get(at), {})


async def _answered(office: Office, meeting: str) -> None:
    """Two departments answer for the next meeting; the others still may."""
    page = await office.officer.get("/v1/meeting-invitations", meeting_id=meeting, limit=2)
    answers = ({"answer": "attending"}, {"answer": "substitute", "delegate_name": "示例代表"})
    for invitation, answer in zip(page["items"], answers, strict=False):
        await office.officer.change(f"/v1/meeting-invitations/{invitation['id']}/answer", invitation, answer)


async def _held(office: Office, meeting: str, members: Sequence[str], number: int) -> None:
    """One department sends a substitute each time, and every other time another one nobody."""
    present = dict.fromkeys(members, "own")
    present[members[number % len(members)]] = "substitute"
    if number % 2:
        present[members[(number + 2) % len(members)]] = "none"
    at = f"/v1/joint-meetings/{meeting}"
    attendance = [{"department_id": key, "present": how} for key, how in present.items()]
    await office.officer.change(f"{at}/hold", await office.officer.get(at), {"attendance": attendance})


async def _settled(office: Office, meeting: dict[str, Any], members: Sequence[str], decided: Sequence[Decided]) -> None:
    """What was decided, the minutes that another approves, and what became of each decision."""
    at = f"/v1/joint-meetings/{meeting['id']}"
    topics = {
        each["title"]: each["id"] async for each in office.officer.pages("/v1/agenda-items", meeting_id=meeting["id"])
    }
    # What a demo that was stopped here had entered already is not entered again.
    known = {each["what"]: each["id"] async for each in office.officer.pages(f"{at}/decisions")}
    items: list[tuple[Decided, str]] = []
    for each in decided:
        first = office.today if each.ahead else date.fromisoformat(meeting["held_on"])
        decision = {
            "agenda_item_id": topics[each.topic],
            "what": each.what,
            "department_id": members[each.member],
            "due_on": (first + timedelta(days=each.days)).isoformat(),
        }
        items.append((each, known.get(each.what) or (await office.officer.post(f"{at}/decisions", decision))["id"]))
    editions = (await office.officer.get(f"{at}/minutes"))["items"]
    written = [{"heading": each.topic, "text": f"会议决定：{each.what}。"} for each in decided]
    minutes = editions[0] if editions else await office.officer.post(f"{at}/minutes", {"paragraphs": written})
    await office.superior.change(f"{at}/minutes/approve", minutes, {})
    for each, item in items:
        await _brought(office, item, each.fate)


async def _brought(office: Office, key: str, fate: str) -> None:
    """An item to the state that it is to have: the office enters a department's report, the superior judges it."""
    at = f"/v1/action-items/{key}"
    item = await office.officer.get(at)
    if fate in ("accepted", "sent_back"):
        item = await office.officer.change(f"{at}/report", item, {"text": REPORT})
    if fate == "accepted":
        await office.superior.change(f"{at}/accept", item, {"remark": "演示：同意办结"})
    elif fate == "sent_back":
        await office.superior.change(f"{at}/send-back", item, {"reason": "演示：缺少街道明细，请补充"})
    elif fate == "carried_over":
        later = (office.today + timedelta(days=60)).isoformat()
        await office.superior.change(f"{at}/carry-over", item, {"reason": "演示：人选尚在考察", "due_on": later})


async def _told(office: Office, departments: int, held: int, upcoming: str | None, looked: Looked, goal: Aimed) -> Met:
    """Figures out of the service's own lists."""
    officer = office.officer
    seen = {
        how: await _count(officer, "/v1/meeting-invitations", committee_id=office.committee, present=how)
        for how in ("own", "substitute", "none")
    }
    items = [each async for each in officer.pages("/v1/action-items", committee_id=office.committee)]
    accepted = [each for each in items if each["state"] == "accepted"]
    kinds: list[str] = []
    meeting: dict[str, Any] | None = None
    if upcoming is not None:
        meeting = await officer.get(f"/v1/joint-meetings/{upcoming}")
        kinds = [each["kind"] async for each in officer.pages("/v1/agenda-items", meeting_id=upcoming)]
    head = kinds.count("carried_over")
    return Met(
        county=office.name,
        departments=departments,
        held=held,
        attended=seen["own"] + seen["substitute"],
        called=sum(seen.values()),
        decided=len(items),
        accepted=len(accepted),
        on_time=sum(each["reported_on"] <= each["due_on"] for each in accepted),
        overdue=sum(each["overdue"] for each in items),
        upcoming=meeting,
        head=head,
        topics=len(kinds) - head,
        looked=looked,
        aimed=goal,
    )


async def _count(api: Api, path: str, **query: str) -> int:
    told = await api.get(path, count="exact", limit=1, **query)
    return int(told["count"]["value"])
