"""One of each noun at each place, entered through the API by somebody who may do everything everywhere."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from fastapi import FastAPI

from app.core.acts import EVERYWHERE, SYSTEM, Scope
from app.services.access.permissions import Permission
from app.services.funding.facts import HolderKind, Purse
from app.services.funding.ledger.facts import Holder
from app.services.organizations.uscc import check_character
from app.services.regions.facts import span
from tests.access.cast import Cast, client, on_stage
from tests.access.model import STANDING, role_of
from tests.access.places import ELSEWHERE, LINE, PLACES, REGION, Place
from tests.conftest import START
from tests.kit import giving, sending, spending, treated
from tests.kit.budgets import opened
from tests.kit.persons import person

REGIONAL = ("own", "child", "parent", "sibling", "foreign")
OWNERS = ("work_committee_officer", "department_partner", "partner elsewhere")
Body = dict[str, Any]
SERIAL = {name: number for number, name in enumerate(PLACES, 1)}


@dataclass(frozen=True, slots=True)
class Thing:
    """One row: its id, the version it stands at, and the texts that give it away wherever they appear."""

    id: str
    version: int
    marks: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Everything there is, by noun and place, and everybody who asks."""

    app: FastAPI
    cast: Cast
    things: dict[str, dict[str, Thing]] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def put(self, noun: str, place: str, thing: Thing) -> None:
        """Enter one row."""
        self.things.setdefault(noun, {})[place] = thing

    def client(self, name: str) -> httpx.AsyncClient:
        """Somebody's client."""
        return self.clients.setdefault(name, client(self.app, name))


def mark(noun: str, place: str) -> str:
    """A text that stands in this row and nowhere else."""
    return f"标志 {noun}.{place}."


def uscc(place: str) -> str:
    """The code of the organisation at a place; its office is of no place in the matrix."""
    stem = f"91110105{SERIAL[place]:09d}"
    return stem + check_character(stem)


async def created(by: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST that must succeed answers."""
    answer = await by.post(path, json=body)
    assert answer.status_code in (200, 201), f"{path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


async def made(app: FastAPI, direct: "asyncpg.Connection[Any]") -> World:
    """The whole world, and everybody in it."""
    world = World(app, on_stage(app))
    world.cast.put("everyone", "officer")
    world.cast.put("everything", "officer")
    world.cast.actors["everything"] = replace(
        world.cast.actors["everything"], permissions=frozenset(str(each) for each in Permission)
    )
    for place in PLACES.values():
        await _party(world, place)
        await _review(world, place, direct)
        await _member(world, place, direct)
        await _match(world, place, direct)
        await _life(world, place, direct)
        await _sent(world, place, direct)
        await _station(world, place)
        await _department(world, place)
        await _series(world, place)
        await _meeting(world, place)
        await _item(world, place)
        await _programme(world, place)
        await _budget(world, place)
        await _levied(world, place, direct)
        await _banked(world, place, direct)
        await _spent(world, place, direct)
        await _given(world, place)
        await _books(world, place, direct)
        await _taught(world, place)
        await _treated(world, place, direct)
        await _waged(world, place, direct)
        await _year(world, place, direct)
        await _proposal(world, place, direct)
    for place in PLACES.values():
        await _plan(world, place)
    issuer = await created(
        world.client("everyone"), "/v1/authorities",
        {"name": "某发文机关", "code": "064009000000000", "kind": "work_committee", "region_code": "640202000000"},
    )  # fmt: skip
    for place in PLACES.values():
        await _paper(world, place, issuer["id"])
        await _told(world, place, issuer["id"], direct)
        await _toured(world, place)
    for name in REGIONAL:
        await _access(world, PLACES[name])
    await _policies(world)
    await _earlier(direct)
    _callers(world)
    await _batches(world, direct)
    return world


def _callers(world: World) -> None:
    mine = {
        "region": Scope((REGION,)),
        "line": Scope(lines=(LINE,)),
        "branch": Scope(subjects=frozenset({UUID(world.things["branches"]["mine"].id)})),
        # What a grant of an instructor holds once access has asked what is assigned to him.
        "organization": Scope(
            subjects=frozenset(UUID(world.things[noun]["mine"].id) for noun in ("organizations", "instructors"))
        ),
        # And of a department's member while it belongs to the meeting.
        "department": Scope(
            subjects=frozenset(UUID(world.things[noun]["mine"].id) for noun in ("departments", "authorities"))
        ),
    }
    for caller, standing in STANDING.items():
        scope = Scope((REGION, ELSEWHERE)) if caller == "officer_of_two" else mine[standing]
        world.cast.put(caller, role_of(caller), scope)


async def _party(world: World, place: Place) -> None:
    by, where = world.client("everyone"), {"region_code": place.region, "region_level": place.level}
    authority = await created(
        by, "/v1/authorities",
        {"name": mark("authorities", place.name), "code": place.authority, "kind": "work_committee", **where},
    )  # fmt: skip
    await _seat(world, authority, place.name)
    host = await created(by, "/v1/hosts", {"name": mark("hosts", place.name), "kind": "park", **where})
    organization = await created(
        by, "/v1/organizations",
        {
            "name": mark("organizations", place.name), "uscc": uscc(place.name), "kind": "private_enterprise",
            "formal_members_relation": 3, **where,
        },
    )  # fmt: skip
    branch = await created(
        by, "/v1/branches",
        {
            "name": mark("branches", place.name), "formation_mode": "attached", "authority_id": authority["id"],
            "host_id": host["id"], "founded_on": "2026-01-01", "organization_ids": [organization["id"]],
            "departure_reason": "试点", "management_mode": "dual", "outflow_authority_code": place.outflow, **where,
        },
    )  # fmt: skip
    applied = await created(
        by, "/v1/branch-applications",
        {
            "name": mark("applications", place.name), "formation_mode": "territorial", "formal_members": 3,
            "authority_id": authority["id"], **where,
        },
    )  # fmt: skip
    someone = person(SERIAL[place.name])
    contact = await created(
        by, "/v1/contacts",
        {
            "organization_id": organization["id"], "name": mark("contacts", place.name), "role": "owner",
            "phone": someone.phone, "identity_number": someone.identity_number,
        },
    )  # fmt: skip
    for noun, row, marks, more in (
        ("authorities", authority, (authority["post"], authority["seat"]), {"seat": authority["seat"]}),
        ("hosts", host, (), {}),
        ("organizations", organization, (uscc(place.name), organization["id"]), {}),
        ("branches", branch, (branch["id"],), {}),
        ("applications", applied, (applied["id"],), {}),
        ("contacts", contact, (someone.phone, someone.identity_number), {"phone": someone.phone}),
    ):
        world.put(noun, place.name, Thing(row["id"], 2, (mark(noun, place.name), *marks), more))
    (stands,) = (await by.get(f"/v1/branches/{branch['id']}/affiliations")).json()["items"]
    world.put("affiliations", place.name, Thing(stands["id"], 1, (stands["id"],)))


async def _member(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """One member of the branch there, who was to leave the service and stayed."""
    someone = person(100 + SERIAL[place.name])
    row = await created(
        world.client("everyone"), "/v1/members",
        {
            "name": mark("members", place.name), "kind": "probationary", "phone": someone.phone,
            "identity_number": someone.identity_number, "branch_id": world.things["branches"][place.name].id,
            "organization_id": world.things["organizations"][place.name].id,
        },
    )  # fmt: skip
    numbers = {"phone": someone.phone, "identity_number": someone.identity_number}
    marks = (mark("members", place.name), row["id"], *numbers.values())
    world.put("members", place.name, Thing(row["id"], 2, marks, numbers))
    transfer = await direct.fetchval(
        "INSERT INTO member_transfers (version, member_id, name, destination, effective_on, reason, state, asked_by,"
        " decided_at, region_code, created_at, recorded_at) VALUES (1, $1, '', $2, '2026-03-01', '试点', 'withdrawn',"
        " 'x', now(), 0, '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z') RETURNING id",
        UUID(row["id"]), mark("member_transfers", place.name),
    )  # fmt: skip
    world.put(
        "member_transfers", place.name, Thing(str(transfer), 2, (mark("member_transfers", place.name), str(transfer)))
    )


async def _seat(world: World, authority: dict[str, Any], place: str) -> None:
    """Who sits in the committee is told to whoever sees it."""
    by, path = world.client("everyone"), f"/v1/authorities/{authority['id']}/seats"
    words = mark("committee_seats", place)
    seat = {
        "department": "other",
        "department_name": "某局",
        "duty": "chair",
        "post": words,
        "valid_from": "2026-01-01",
    }
    seated = await by.post(path, json=seat, headers={"if-match": '"1"'})
    assert seated.status_code == 200, seated.text
    (row,) = (await by.get(path)).json()["items"]
    authority.update(seat=row["id"], post=words)


async def _life(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """A team, and something held so long ago that the branch is hollow."""
    by, branch = world.client("everyone"), world.things["branches"][place.name]
    await direct.execute("UPDATE branches SET founded_on = '2025-01-01' WHERE id = $1", UUID(branch.id))
    words = mark("posts", place.name)
    secretary = {
        "holder_name": words, "formal_member": True, "role": "secretary", "selection_channel": "dispatched",
    }  # fmt: skip
    term = await created(
        by, "/v1/terms",
        {"branch_id": branch.id, "election": "elected", "valid_from": "2025-01-02", "posts": [secretary]},
    )  # fmt: skip
    topic = mark("activities", place.name)
    activity = await created(
        by, "/v1/activities",
        {"branch_id": branch.id, "kind": "theme_day", "held_on": "2025-01-03", "topic": topic, "attended": 3},
    )  # fmt: skip
    await direct.execute("UPDATE terms SET due_on = '2026-06-30' WHERE id = $1", UUID(term["id"]))
    await _worker(world, place, term["posts"][0], direct)
    post = term["posts"][0]["id"]
    world.put("terms", place.name, Thing(term["id"], 2, (term["id"],), {"post": post}))
    world.put("posts", place.name, Thing(post, 2, (words, post)))
    world.put("activities", place.name, Thing(activity["id"], 2, (topic, activity["id"])))


async def _year(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """The secretary's year: a target of his own, and a review that he has reported on and his branch has answered."""
    by, post = world.client("everyone"), world.things["posts"][place.name]
    worker = str(await direct.fetchval("SELECT worker_id FROM worker_roles WHERE post_id = $1", UUID(post.id)))
    target = await created(
        by, "/v1/worker-targets",
        {
            "worker_id": worker, "year": 2025, "indicator": "tasks_done", "value": 1,
            "reason": mark("worker_targets", place.name),
        },
    )  # fmt: skip
    await created(by, "/v1/worker-reviews", {"year": 2025, "worker_ids": [worker]})
    (review,) = (await by.get("/v1/worker-reviews", params={"worker_id": worker})).json()["items"]
    path, words = f"/v1/worker-reviews/{review['id']}", mark("worker_reviews", place.name)
    for verb, body in (
        ("self-report", {"report": words}),
        ("opinions", {"branch_id": world.things["branches"][place.name].id, "answer": "satisfied"}),
    ):
        answer = await by.post(f"{path}/{verb}", json=body, headers={"if-match": f'"{review["version"]}"'})
        assert answer.status_code == 200, answer.text
        review = answer.json()
    (told,) = [each for each in (await by.get(f"{path}/opinions")).json()["items"] if each["opinion_id"]]
    more = {"worker": worker, "opinion": told["opinion_id"]}
    world.put("worker_targets", place.name, Thing(target["id"], 2, (mark("worker_targets", place.name), target["id"])))
    world.put("worker_reviews", place.name, Thing(review["id"], 9, (words, review["id"]), more))


async def _sent(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """An instructor kept by the authority there, sent to the organisation there, and a visit he made."""
    by, words = world.client("everyone"), mark("visits", place.name)
    name, firm = mark("instructors", place.name), world.things["organizations"][place.name].id
    worker = await sending.instructor(
        direct, name, int(place.region), place.level, authority=world.things["authorities"][place.name].id
    )
    assignment = await sending.sent(direct, worker, firm)
    visit = await created(
        by, "/v1/visits",
        {
            "assignment_id": assignment, "visited_on": "2026-03-02", "kind": "on_site", "did": ["met_owner"],
            "note": words,
        },
    )  # fmt: skip
    world.put("instructors", place.name, Thing(worker, 2, (name, worker)))
    world.put("assignments", place.name, Thing(assignment, 2, (assignment,)))
    world.put("visits", place.name, Thing(visit["id"], 2, (words, visit["id"]), {"assignment": assignment}))


async def _proposal(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """A proposal for each region, and in it that the instructor there goes to the organisation there."""
    by, words = world.client("everyone"), mark("assignment_proposals", place.name)
    where = {"region_code": place.region, "region_level": place.level}
    proposal = await created(by, "/v1/assignment-proposals", {"title": words, **where})
    firm, worker = (world.things[noun][place.name].id for noun in ("organizations", "instructors"))
    pair = await sending.paired(direct, proposal["id"], worker, firm, (int(place.region), place.level))
    world.put("assignment_proposals", place.name, Thing(proposal["id"], 2, (words, proposal["id"])))
    world.put("assignment_proposal_pairs", place.name, Thing(pair, 2, (pair,), {"proposal": proposal["id"]}))


async def _told(world: World, place: Place, issuer: str, direct: "asyncpg.Connection[Any]") -> None:
    """A draft of the committee there; and something that somebody elsewhere told the committee, or the department."""
    by, words = world.client("everyone"), mark("notices", place.name)
    told = {"text": "请予办理", "needs": "report", "due_on": "2026-03-31"}
    draft = await created(
        by, "/v1/notices", {**told, "committee_id": world.things["authorities"][place.name].id, "title": words}
    )
    world.put("notices", place.name, Thing(draft["id"], 2, (words, draft["id"])))
    words = mark("notice_recipients", place.name)
    notice = await created(by, "/v1/notices", {**told, "committee_id": issuer, "title": words})
    await direct.execute(
        "UPDATE notices SET state = 'issued', issued_on = '2026-03-02', issued_by = 'x' WHERE id = $1",
        UUID(notice["id"]),
    )
    whom = "department" if place.name == "mine" else "authority"
    body = world.things["departments" if whom == "department" else "authorities"][place.name].id
    recipient = await direct.fetchval(
        f"INSERT INTO notice_recipients (version, committee_id, notice_id, {whom}_id, needs, due_on, chased,"
        " created_at, recorded_at) VALUES (1, $1, $2, $3, 'report', '2026-03-31', 0, '2026-03-02T00:00:00Z',"
        " '2026-03-02T00:00:00Z') RETURNING id",
        UUID(issuer), UUID(notice["id"]), UUID(body),
    )  # fmt: skip
    world.put("notice_recipients", place.name, Thing(str(recipient), 1, (words, str(recipient))))


async def _toured(world: World, place: Place) -> None:
    """A tour of the committee there, led by its department; and something that the branch there is to put right.

    Whoever has to put something right is told who demands it: of `mine` somebody whom nobody else has to do with.
    """
    by, words = world.client("everyone"), mark("supervisions", place.name)
    committee, department = (world.things[noun][place.name].id for noun in ("authorities", "departments"))
    subjects = {"department_ids": [department]}
    tour, (subject,) = await _touring(world, committee, words, subjects, lead_department_id=department)
    world.put("supervisions", place.name, Thing(tour, 2, (words, tour), {"subject": subject["id"]}))
    if place.name == "mine":
        body = {
            "name": "某督查机关",
            "code": "064009100000000",
            "kind": "work_committee",
            "region_code": "640100000000",
        }
        committee = (await created(by, "/v1/authorities", body))["id"]
    subjects = {"branch_ids": [world.things["branches"][place.name].id]}
    tour, (subject,) = await _touring(world, committee, "督查", subjects)
    demand = mark("rectifications", place.name)
    finding = await created(
        by, f"/v1/supervisions/{tour}/findings",
        {
            "subject_id": subject["id"], "check_code": "rhythm", "what": "缺少记录", "found_on": "2026-03-02",
            "severity": "rectify", "demand": demand, "due_on": "2026-03-20",
        },
    )  # fmt: skip
    key = finding["rectification_id"]
    world.put("rectifications", place.name, Thing(key, 1, (demand, key)))


async def _touring(
    world: World, committee: str, title: str, subjects: dict[str, list[str]], **more: str
) -> tuple[str, list[dict[str, Any]]]:
    """A tour under way, and its subjects."""
    by = world.client("everyone")
    tour = await created(
        by, "/v1/supervisions",
        {
            "committee_id": committee, "title": title, "starts_on": "2026-03-02", "ends_on": "2026-03-20",
            "template": "two_new", "subjects": subjects, **more,
        },
    )  # fmt: skip
    path = f"/v1/supervisions/{tour['id']}"
    begun = await by.post(f"{path}/start", headers={"if-match": '"1"'})
    assert begun.status_code == 200, begun.text
    return tour["id"], (await by.get(f"{path}/subjects")).json()["items"]


async def _station(world: World, place: Place) -> None:
    """A station that the authority there runs, and the instructor who belongs to it."""
    by, words = world.client("everyone"), mark("stations", place.name)
    station = await created(
        by, "/v1/stations",
        {
            "name": words, "region_code": place.region, "region_level": place.level,
            "authority_id": world.things["authorities"][place.name].id,
        },
    )  # fmt: skip
    joined = await by.post(
        f"/v1/stations/{station['id']}/members",
        json={"worker_id": world.things["instructors"][place.name].id, "valid_from": "2026-02-01"},
        headers={"if-match": '"1"'},
    )
    assert joined.status_code == 200, joined.text
    more = {"member": joined.json()["id"]}
    world.put("stations", place.name, Thing(station["id"], 2, (words, station["id"]), more))


async def _department(world: World, place: Place) -> None:
    """A department of the committee there, with a duty, a liaison and a dataset."""
    by, since = world.client("everyone"), {"valid_from": "2026-01-01"}
    department = await created(
        by, "/v1/departments",
        {
            "name": mark("departments", place.name), "kind": "union",
            "committee_id": world.things["authorities"][place.name].id, **since,
        },
    )  # fmt: skip
    world.put(
        "departments", place.name, Thing(department["id"], 2, (mark("departments", place.name), department["id"]))
    )
    someone = person(300 + SERIAL[place.name])
    for noun, body, more in (
        ("department_duties", {"text": mark("department_duties", place.name), "source": "某文件"}, ()),
        (
            "department_liaisons",
            {
                "name": mark("department_liaisons", place.name), "post": "科长", "main": True, "phone": someone.phone,
            },
            (someone.phone,),
        ),
        ("department_datasets", {"dataset": "registrations", "every_days": 31}, ()),
    ):  # fmt: skip
        path = f"/v1/{noun.replace('_', '-')}"
        row = await created(by, path, {"department_id": department["id"], **body, **since})
        # A calendar names its liaison by the key alone: that is no secret, the name and the number are.
        told = {"department_datasets": (row["id"],), "department_liaisons": (mark(noun, place.name), *more)}
        named = told.get(noun, (mark(noun, place.name), row["id"]))
        world.put(noun, place.name, Thing(row["id"], 2, named))
    liaison = world.things["department_liaisons"][place.name].id
    feed = {"kind": "joint_meetings", "subject_id": liaison, "name": mark("calendar_feeds", place.name)}
    made_feed = await created(by, "/v1/calendar-feeds", feed)
    world.put("calendar_feeds", place.name, Thing(made_feed["id"], 2, (feed["name"], made_feed["id"])))


async def _series(world: World, place: Place) -> None:
    """A series of meetings of the committee there."""
    series = await created(
        world.client("everyone"), "/v1/joint-meeting-schedules",
        {
            "committee_id": world.things["authorities"][place.name].id, "purpose": "study", "minutes": 60,
            "title": mark("meeting_schedules", place.name), "rrule": "FREQ=MONTHLY;COUNT=4", "first_on": "2026-03-04",
            "starts_at": "09:00", "place": "某处", "shift": "next",
        },
    )  # fmt: skip
    words = mark("meeting_schedules", place.name)
    world.put("meeting_schedules", place.name, Thing(series["id"], 2, (words, series["id"])))


async def _meeting(world: World, place: Place) -> None:
    """A meeting of the committee there, whose department had a topic with a paper; held, decided and minuted."""
    by, department = world.client("everyone"), world.things["departments"][place.name].id
    meeting = await created(
        by, "/v1/joint-meetings",
        {
            "committee_id": world.things["authorities"][place.name].id, "purpose": "study", "minutes": 60,
            "title": mark("joint_meetings", place.name), "starts_at": "2026-02-24T09:00:00+08:00", "place": "某处",
            "departure_reason": "补录",
        },
    )  # fmt: skip
    where = f"/v1/joint-meetings/{meeting['id']}"
    topic = {"kind": "study", "title": mark("agenda_items", place.name), "department_id": department}
    item = await created(by, f"{where}/agenda-items", topic | {"departure_reason": "补录"})
    name = mark("agenda_papers", place.name) + "pdf"
    paper = await by.post(
        f"/v1/agenda-items/{item['id']}/papers", params={"filename": name}, content=b"%PDF-1.4\n%%EOF\n"
    )
    assert paper.status_code == 201, paper.text
    for path, body in (
        (f"/v1/agenda-items/{item['id']}/accept", None),
        (f"{where}/invite", {}),
        (f"{where}/hold", {"attendance": [{"department_id": department, "present": "own"}]}),
    ):
        tag = '"2"' if path.endswith("hold") else '"1"'
        answer = await by.post(path, json=body, headers={"if-match": tag})
        assert answer.status_code == 200, answer.text
    decided = await created(
        by, f"{where}/decisions",
        {
            "what": mark("decisions", place.name), "department_id": department, "agenda_item_id": item["id"],
            "due_on": "2026-06-30",
        },
    )  # fmt: skip
    text = {"paragraphs": [{"text": mark("meeting_minutes", place.name)}]}
    minutes = await created(by, f"{where}/minutes", text)
    approved = await world.client("everything").post(f"{where}/minutes/approve", headers={"if-match": '"1"'})
    assert approved.status_code == 200, approved.text
    rows = (await by.get("/v1/meeting-invitations", params={"meeting_id": meeting["id"]})).json()["items"]
    more = {"decision": decided["id"]}
    for noun, row, named in (
        ("joint_meetings", meeting["id"], more),
        ("agenda_items", item["id"], {"meeting": meeting["id"], "department": department}),
        ("agenda_papers", paper.json()["id"], {"item": item["id"]}),
        ("meeting_invitations", rows[0]["id"], {}),
        ("meeting_minutes", minutes["id"], {"meeting": meeting["id"]}),
    ):
        words = () if noun == "meeting_invitations" else (mark(noun, place.name),)
        world.put(noun, place.name, Thing(row, 2, (*words, row), named))


async def _item(world: World, place: Place) -> None:
    """What the meeting there decided, with evidence."""
    item = world.things["joint_meetings"][place.name].more["decision"]
    name = mark("action_item_evidence", place.name) + "pdf"
    answer = await world.client("everyone").post(
        f"/v1/action-items/{item}/evidence", params={"filename": name}, content=b"%PDF-1.4\n%%EOF\n"
    )
    assert answer.status_code == 201, answer.text
    world.put("action_items", place.name, Thing(item, 2, (mark("decisions", place.name), item)))
    key = answer.json()["id"]
    named = (mark("action_item_evidence", place.name), key)
    world.put("action_item_evidence", place.name, Thing(key, 2, named, {"item": item}))


async def _programme(world: World, place: Place) -> None:
    """A draft for the year, a task of the department there, and a target on the region."""
    by = world.client("everyone")
    programme = await created(
        by, "/v1/programmes",
        {
            "committee_id": world.things["authorities"][place.name].id, "year": 2026,
            "title": mark("programmes", place.name), "plan_title": "某总体计划",
        },
    )  # fmt: skip
    task = await created(
        by, "/v1/programme-tasks",
        {
            "programme_id": programme["id"], "what": mark("programme_tasks", place.name), "due_on": "2026-09-30",
            "department_id": world.things["departments"][place.name].id,
        },
    )  # fmt: skip
    target = await created(
        by, "/v1/programme-targets", {"programme_id": programme["id"], "indicator": "branches_founded", "target": 9}
    )
    world.put("programmes", place.name, Thing(programme["id"], 2, (mark("programmes", place.name), programme["id"])))
    world.put("programme_tasks", place.name, Thing(task["id"], 2, (mark("programme_tasks", place.name), task["id"])))
    world.put("programme_targets", place.name, Thing(target["id"], 2, (target["id"],)))


async def _budget(world: World, place: Place) -> None:
    """A budget of the committee there, approved by another, and an adjustment that is still to be."""
    committee = world.things["authorities"][place.name].id
    line = {
        "use": "branch_activities", "title": mark("budget_lines", place.name), "basis": "按党员人数",
        "amount_fen": 9_000_000,
    }  # fmt: skip
    budget = await created(
        world.client("everyone"), "/v1/funding/budgets",
        {
            "committee_id": committee, "year": 2026, "purse": "fiscal_budget", "title": mark("budgets", place.name),
            "lines": [line],
        },
    )  # fmt: skip
    approved = await world.client("everything").post(
        f"/v1/funding/budgets/{budget['id']}/approve", json={}, headers={"if-match": '"1"'}
    )
    assert approved.status_code == 200, approved.text
    adjustment = await created(
        world.client("everyone"), "/v1/funding/budget-adjustments",
        {
            "budget_id": budget["id"], "reason": mark("budget_adjustments", place.name),
            "lines": [{"budget_line_id": budget["lines"][0]["id"], "delta_fen": 1}],
        },
    )  # fmt: skip
    key, line_id = budget["id"], budget["lines"][0]["id"]
    world.put("budgets", place.name, Thing(key, 2, (mark("budgets", place.name),)))
    named = (mark("budget_adjustments", place.name), adjustment["id"])
    world.put("budget_adjustments", place.name, Thing(adjustment["id"], 2, named))
    world.put("budget_lines", place.name, Thing(line_id, 2, (mark("budget_lines", place.name), line_id)))
    world.put("budget_totals", place.name, Thing(committee, 2, ()))  # whoever asks of its books knows the committee


async def _levied(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """A firm's wages and filing there, what they make, and money put aside for it in the committee's books."""
    by = world.client("everyone")
    committee, firm = (world.things[noun][place.name].id for noun in ("authorities", "organizations"))
    await direct.execute(
        "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
        " VALUES (1, $1, 2025, 'open', 'kit', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z') ON CONFLICT DO NOTHING",
        UUID(committee),
    )
    of = {"organization_id": firm, "year": 2025}
    words = {noun: mark(noun, place.name) for noun in ("payrolls", "levy_ratios")}
    payroll = await created(
        by, "/v1/funding/payrolls", {**of, "payroll_fen": 480_000_000, "document": words["payrolls"]}
    )
    ratio = await created(
        by, "/v1/funding/levy-ratios",
        {**of, "permyriad": 80, "document": words["levy_ratios"], "filed_on": "2025-01-20"},
    )  # fmt: skip
    wish = {"committee_id": committee, "year": 2025, "organization_ids": [firm]}
    answer = await by.post("/v1/funding/levies", json=wish)
    assert answer.status_code == 200, answer.text
    (levy,) = (await by.get("/v1/funding/levies", params={"organization_id": firm})).json()["items"]
    body = {
        "levy_id": levy["id"], "amount_fen": 5, "booked_on": "2025-03-31", "business_key": f"kit-{place.name}",
        "text": "按季计提",  # in the books, which more may read than may see wages
    }  # fmt: skip
    aside = await by.post("/v1/funding/levy-set-asides", json=body, headers={"idempotency-key": uuid4().hex})
    assert aside.status_code == 201, aside.text
    for noun, row in (("payrolls", payroll), ("levy_ratios", ratio)):
        world.put(noun, place.name, Thing(row["id"], 2, (words[noun], row["id"])))
    put_aside = aside.json()["id"]
    world.put("levy_set_asides", place.name, Thing(put_aside, 2, (put_aside,)))
    world.put("levies", place.name, Thing(levy["id"], 2, (levy["id"],)))


async def _banked(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """A statement of the committee's account there: two lines that cancel out, and two that nobody has decided on."""
    held = UUID(world.things["authorities"][place.name].id)
    account = await direct.fetchval(
        "INSERT INTO funding_accounts (committee_id, purse, kind, holder_kind, authority_id, version, created_at,"
        " recorded_at) VALUES ($1, 'dues_refund', 'funds', 'committee', $1, 1, now(), now())"
        " ON CONFLICT DO NOTHING RETURNING id", held,
    )  # fmt: skip
    words = mark("bank_statement_lines", place.name)
    rows = ("2026-01-05,100,", "2026-01-06,-100,", f"2026-01-07,300,{words}", "2026-01-08,5,")
    answer = await world.client("everyone").post(
        "/v1/funding/bank-statements",
        params={
            "account_id": str(account), "from_on": "2026-01-01", "until_on": "2026-01-31", "opening_fen": 0,
            "closing_fen": 30_500,
        },
        headers={"idempotency-key": f"statement-{place.name}", "content-type": "text/csv"},
        content="\n".join(("日期,金额,摘要", *rows)),
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    key = answer.json()["id"]
    by = world.client("everyone")
    lines = [line["id"] for line in (await by.get(f"/v1/funding/bank-statements/{key}/lines")).json()["items"]]
    match = await created(by, "/v1/funding/bank-matches", {"statement_lines": lines[:2]})
    world.put("bank_statements", place.name, Thing(key, 2, (key,)))
    world.put("bank_statement_lines", place.name, Thing(lines[2], 2, (words,), {"other": lines[3]}))
    world.put("bank_matches", place.name, Thing(match["id"], 2, (match["id"],)))


async def _spent(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """What the branch there asked for, approved by another and paid, with an invoice that has its file."""
    committee = world.things["authorities"][place.name].id
    await direct.execute(
        "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
        " VALUES (1, $1, 2026, 'open', 'everyone', now(), now()) ON CONFLICT DO NOTHING",
        UUID(committee),
    )
    branch = Holder(HolderKind.branch, UUID(world.things["branches"][place.name].id))
    account = await spending.holding(world.app.state.liangxin.acts, committee, Purse.higher_grant, branch, 100)
    by, other = world.client("everyone"), world.client("everything")
    request = await spending.drafted(by, account, title=mark("spending_requests", place.name), amount_fen=90)
    ready = await spending.done(other, await spending.done(by, request, "submit"), "approve")
    payment = await spending.paid(other, ready, 80, payee=mark("spending_payments", place.name))
    told = {"kind": "invoice", "title": mark("spending_evidence", place.name), "amount_fen": 80}
    paper = await spending.paper(by, f"{spending.PAYMENTS}/{payment['id']}", number="1", **told)
    file = (await by.get(f"{spending.EVIDENCE}/{paper['id']}")).json()["files"][0]
    for noun, row, more in (
        ("spending_requests", request["id"], {"account": account}),
        ("spending_payments", payment["id"], {}),
        ("spending_evidence", paper["id"], {}),
    ):
        world.put(noun, place.name, Thing(row, 2, (mark(noun, place.name), row), more))
    world.put("spending_files", place.name, Thing(file["id"], 2, (file["id"],), {"item": paper["id"]}))


async def _books(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """The books that the rest of it wrote there: the year, the branch's account, and one entry of the committee's."""
    committee = UUID(world.things["authorities"][place.name].id)
    year = await direct.fetchval("SELECT id FROM funding_years WHERE committee_id = $1 AND year = 2026", committee)
    entry = await direct.fetchval(
        "SELECT id FROM funding_entries WHERE committee_id = $1 ORDER BY id LIMIT 1", committee
    )
    account = world.things["spending_requests"][place.name].more["account"]
    for noun, key in (("funding_years", year), ("funding_accounts", account), ("funding_entries", entry)):
        world.put(noun, place.name, Thing(str(key), 1, (str(key),), {"committee": str(committee)}))


async def _given(world: World, place: Place) -> None:
    """A brand project of the branch there, approved and paid out by the committee."""
    committee, branch = (world.things[noun][place.name].id for noun in ("authorities", "branches"))
    async with world.app.state.liangxin.acts.open(SYSTEM) as act:
        await opened(act, UUID(committee), 90, Purse.higher_grant)
    by, other = world.client("everyone"), world.client("everything")
    asked = {
        "committee_id": committee, "branch_id": branch, "year": 2026, "title": mark("brand_projects", place.name),
        "purpose": "结对共建", "asked_fen": 90,
    }  # fmt: skip
    project = await created(by, giving.PROJECTS, asked)
    await giving.done(other, project, "approve", giving.PROJECTS, approved_fen=90)
    told = {"purse": "higher_grant", "kinds": ["brand_project"], "title": mark("appropriations", place.name)}
    row = await giving.done(other, await giving.proposed(by, committee, **told), "approve")
    await giving.done(other, row, "post", booked_on="2026-03-02")
    (line,) = await giving.lines(other, row)
    named = (mark("appropriations", place.name),)  # a line refers to it by id, seen or not
    world.put("appropriations", place.name, Thing(row["id"], 2, named, {"item": line["id"]}))
    world.put("appropriation_items", place.name, Thing(line["id"], 2, (line["id"],)))
    words = (mark("brand_projects", place.name), project["id"])
    world.put("brand_projects", place.name, Thing(project["id"], 2, words))


async def _worker(world: World, place: Place, post: dict[str, Any], direct: "asyncpg.Connection[Any]") -> None:
    """Who holds the post is a party worker by it, sent by somebody and with a phone."""
    by, words = world.client("everyone"), mark("workers", place.name)
    someone, key = person(200 + SERIAL[place.name]), post["worker_id"]
    told = await by.patch(
        f"/v1/workers/{key}", json={"sending_body": words, "phone": someone.phone}, headers={"if-match": '"1"'}
    )
    assert told.status_code == 200, told.text
    role = str(await direct.fetchval("SELECT id FROM worker_roles WHERE post_id = $1", UUID(post["id"])))
    world.put("workers", place.name, Thing(key, 2, (words, someone.phone), {"phone": someone.phone}))
    world.put("worker_roles", place.name, Thing(role, 2, (role,)))


async def _plan(world: World, place: Place) -> None:
    """A plan for each region, its place for what stands right there, and a task of the authority there."""
    by, where = world.client("everyone"), {"region_code": place.region, "region_level": place.level}
    plan = await created(by, "/v1/plans", {"title": mark("plans", place.name), **where})
    world.put("plans", place.name, Thing(plan["id"], 2, (mark("plans", place.name), plan["id"])))
    rows = (await by.get(f"/v1/plans/{plan['id']}/places")).json()["items"]
    for row in rows:
        if (row["region_code"], row["region_level"]) == (place.region, place.level):
            world.put("plan_places", place.name, Thing(row["id"], 2, (row["id"],), {"plan": plan["id"]}))
    task = await created(
        by, "/v1/formation-tasks",
        {
            "kind": "talk", "due_on": "2026-06-30", "owner_kind": "authority",
            "authority_id": world.things["authorities"][place.name].id,
            "organization_id": world.things["organizations"][place.name].id,
        },
    )  # fmt: skip
    world.put("formation_tasks", place.name, Thing(task["id"], 2, (task["id"],)))


async def _paper(world: World, place: Place, issuer: str) -> None:
    """A paper about the team there, issued and scanned. It names its issuer, who is of no place in the matrix."""
    by, words = world.client("everyone"), mark("documents", place.name)
    draft = await created(
        by, "/v1/documents",
        {
            "kind": "term_reminder", "subject_id": world.things["terms"][place.name].id, "issuer_id": issuer,
            "recipient": words,
        },
    )  # fmt: skip
    path = f"/v1/documents/{draft['id']}"
    issued = await by.post(f"{path}/issue", json={"word": "某工委"}, headers={"if-match": '"1"'})
    assert issued.status_code == 200, issued.text
    name = mark("files", place.name) + "pdf"
    scan = await by.post(f"{path}/scans", params={"filename": name}, content=b"%PDF-1.4\n%%EOF\n")
    assert scan.status_code == 201, scan.text
    file = scan.json()["id"]
    world.put("documents", place.name, Thing(draft["id"], 2, (words, draft["id"])))
    world.put("files", place.name, Thing(file, 2, (mark("files", place.name), file)))


async def _taught(world: World, place: Place) -> None:
    """A course of the authority there with a session that is over, and what the instructor there has learned."""
    by, worker = world.client("everyone"), {"worker_id": world.things["instructors"][place.name].id}
    where = {
        "region_code": place.region, "region_level": place.level,
        "authority_id": world.things["authorities"][place.name].id,
    }  # fmt: skip
    course = await created(
        by, "/v1/courses", {"title": mark("courses", place.name), "kind": "party_work", "body": "党校", **where}
    )
    times = {"starts_at": "2026-02-02T09:00:00+08:00", "ends_at": "2026-02-02T12:00:00+08:00", "minutes": 180}
    held = {"course_id": course["id"], "place": mark("training_sessions", place.name), **times, **where}
    bodies: tuple[tuple[str, str, Body], ...] = (
        ("training_sessions", "training-sessions", held),
        (
            "attendances", "attendances",
            {**worker, "course_title": mark("attendances", place.name), "held_on": "2026-02-02", "minutes": 90},
        ),
        (
            "practice_postings", "practice-postings",
            {
                **worker, "body": mark("practice_postings", place.name), "purpose": "enterprise",
                "valid_from": "2026-02-02",
            },
        ),
        (
            "certificates", "certificates",
            {
                **worker, "body": mark("certificates", place.name), "kind": "instructor",
                "issued_on": "2026-02-02",
            },
        ),
    )  # fmt: skip
    world.put("courses", place.name, Thing(course["id"], 2, (mark("courses", place.name), course["id"])))
    for noun, path, body in bodies:
        row = await created(by, f"/v1/{path}", body)
        world.put(noun, place.name, Thing(row["id"], 2, (mark(noun, place.name), row["id"])))


async def _treated(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """What the instructor there was given and has to work with, and the list of the region that he stands in."""
    by, worker = world.client("everyone"), world.things["instructors"][place.name].id
    given = {"kind": "honour", "title": mark("honours", place.name), "body": "某党委", "awarded_on": "2026-02-02"}
    has = {"kind": "office", "provided": True, "since": "2026-02-02", "note": mark("conditions", place.name)}
    for noun, body in (("honours", given), ("conditions", has)):
        row = await created(by, f"/v1/treatment/{noun}", {"worker_id": worker, **body})
        world.put(noun, place.name, Thing(row["id"], 2, (mark(noun, place.name), row["id"])))
    words = mark("treatment_months", place.name)
    month, line = await treated.listed(direct, worker, words, (int(place.region), place.level), START)
    world.put("treatment_months", place.name, Thing(month, 2, (words,)))  # its lines name it
    world.put("entitlements", place.name, Thing(line, 1, (line,)))


async def _waged(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """What January brings the instructor there, less what December takes back, in a run of the committee's money."""
    worker = world.things["instructors"][place.name].id
    committee = world.things["authorities"][place.name].id
    where = (int(place.region), place.level)
    await treated.closed(direct, worker, date(2025, 12, 1), -30, where)
    january = await treated.closed(direct, worker, date(2026, 1, 1), 100, where)
    own = Holder(HolderKind.committee, UUID(committee))
    account = await spending.holding(world.app.state.liangxin.acts, committee, Purse.dues_refund, own, 100)
    by = world.client("everyone")
    body = {"account_id": account, "month_id": january, "use": "worker_subsidies"}
    run = (await created(by, "/v1/funding/payment-runs", body))["id"]
    item = (await by.get("/v1/funding/payables", params={"run_id": run})).json()["items"][0]["id"]
    asked = {"worker_id": worker}
    debt = (await by.get("/v1/funding/payable-debts", params=asked)).json()["items"][0]["id"]
    world.put("payment_runs", place.name, Thing(run, 2, (run,), {"account": account}))
    world.put("payment_run_places", place.name, Thing(run, 2, ()))  # the run itself is known to more
    world.put("payables", place.name, Thing(item, 2, (item,)))
    world.put("payable_debts", place.name, Thing(debt, 2, (debt,)))


async def _earlier(direct: "asyncpg.Connection[Any]") -> None:
    """Every row has had an earlier version, so that there is history to leak."""
    for noun in (
        *("plans", "plan_places", "formation_tasks", "documents", "files", "workers", "worker_roles"),
        *("authorities", "hosts", "organizations", "branches", "branch_applications", "contacts", "review_items"),
        *("host_matches", "members", "member_transfers", "grants", "clients", "terms", "posts", "activities"),
        *("treatment_honours", "treatment_conditions", "treatment_months"),
        *("assignment_proposals", "assignment_proposal_pairs"),
        *("worker_targets", "workers", "assignments", "visits", "stations", "station_members"),
        *("departments", "department_duties", "department_liaisons", "department_datasets"),
        "meeting_schedules",
        *("joint_meetings", "agenda_items", "meeting_invitations", "meeting_minutes", "action_items"),
        *("courses", "training_sessions", "attendances", "practice_postings", "certificates"),
        *("programmes", "programme_tasks", "programme_targets"),
        *("funding_budgets", "funding_budget_adjustments"),
        *("organization_payrolls", "funding_levy_ratios", "funding_levies", "funding_levy_set_asides"),
        *("spending_requests", "spending_payments", "spending_evidence"),
        *("bank_statements", "bank_statement_lines", "bank_matches"),
        *("payment_runs", "payables", "payable_debts"),
        *("funding_appropriations", "funding_appropriation_items", "funding_brand_projects"),
    ):
        await direct.execute(f"UPDATE {noun} SET version = 2, recorded_at = recorded_at + interval '1 second'")
    await direct.execute("UPDATE worker_reviews SET version = 9, recorded_at = recorded_at + interval '1 second'")
    await direct.execute("UPDATE access_reviews SET version = 2")


async def _review(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    values = f'{{"name": "{mark("reviews", place.name)}"}}'
    found = await direct.fetchval(
        "INSERT INTO review_items (dataset, record_key, owner, region_code, region_level, reason, subject_id, values,"
        " batch_id, line, recorded_at) VALUES ('registrations', $1, 'partner', $2, $3, 'no_code', NULL, $4, $5, 7,"
        " '2026-03-01T00:00:00Z') RETURNING id",
        f"key-{place.name}", int(place.region), place.level, values, uuid4(),
    )  # fmt: skip
    world.put("reviews", place.name, Thing(str(found), 2, (mark("reviews", place.name), str(found))))


async def _match(world: World, place: Place, direct: "asyncpg.Connection[Any]") -> None:
    """A proposal that was refused, so that no other one takes its place."""
    words = mark("host_matches", place.name)
    found = await direct.fetchval(
        "INSERT INTO host_matches (organization_id, host_id, region_code, state, confidence, certain, matched, reasons,"
        " decided_by, decided_at, created_at, recorded_at) VALUES ($1, $2, $3, 'rejected', 60, false, $4,"
        " '{name_in_address}', 'tester', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')"
        " RETURNING id",
        UUID(world.things["organizations"][place.name].id),
        UUID(world.things["hosts"][place.name].id), int(place.region), words,
    )  # fmt: skip
    world.put("host_matches", place.name, Thing(str(found), 2, (words, str(found))))
    branch = world.things["branches"][place.name]
    if place.outflow is None:
        world.put("network_findings", place.name, Thing(branch.id, 2, branch.marks))


async def _access(world: World, place: Place) -> None:
    """What administrators of that place enter: a client, a partner's grant, a push token and a round of review."""
    there = Scope((span(int(place.region), place.level),))
    world.cast.put("system there", "system_administrator", there)
    world.cast.put("security there", "security_administrator", there)
    system, security = world.client("system there"), world.client("security there")
    name = place.name
    entered = await created(system, "/v1/clients", {"name": mark("clients", name)})
    granted = await created(
        security, "/v1/grants",
        {
            "subject": entered["client_id"], "role": "department_partner", "datasets": ["*"],
            "reason": mark("grants", name),
            "regions": [{"region_code": place.region, "region_level": place.level}],
        },
    )  # fmt: skip
    token = await created(
        system, "/v1/push-tokens",
        {
            "grant_id": granted["id"], "name": mark("push_tokens", name), "dataset": "registrations",
            "addresses": ["10.0.0.0/8"], "ends_at": "2026-12-31T00:00:00+08:00",
        },
    )  # fmt: skip
    review = await created(security, "/v1/access-reviews", {"due_on": "2026-12-31"})
    secret = {"secret": entered["secrets"][0]["id"]}
    world.put("clients", name, Thing(entered["id"], 2, (mark("clients", name), entered["id"]), secret))
    world.put("grants", name, Thing(granted["id"], 2, (mark("grants", name), granted["id"])))
    world.put("push_tokens", name, Thing(token["id"], 1, (mark("push_tokens", name), token["id"])))
    world.put("access_reviews", name, Thing(review["id"], 2, (review["id"],)))


async def _policies(world: World) -> None:
    for name in REGIONAL:
        place = PLACES[name]
        body = {
            "kind": "coverage", "region_code": place.region, "region_level": place.level, "valid_from": "2026-04-01",
            "numbers": {"above_scale_staff": {"value": 100, "document": "试点文件"}}, "reason": "试点",
        }  # fmt: skip
        row = await created(world.client("everyone"), "/v1/policies", body)
        world.put("policies", name, Thing(row["id"], 1, ()))


async def _batches(world: World, direct: "asyncpg.Connection[Any]") -> None:
    """Each of three has pushed a batch whose one record was refused."""
    world.cast.put("partner elsewhere", "department_partner", EVERYWHERE)
    for owner in OWNERS:
        name = owner.replace(" ", "-")
        pushed = await world.client(owner).post(
            "/v1/datasets/registrations/batches",
            params={"filename": mark("batches", name)},
            headers={"idempotency-key": f"matrix-{name}", "content-type": "application/json"},
            content=f'[{{"name": "{mark("records", name)}"}}]',
        )
        assert pushed.status_code == 202, pushed.text
        row = pushed.json()
        await direct.execute(
            "UPDATE batches SET state = 'done', chunks_done = chunks, rejected = 1, finished_at = now() WHERE id = $1",
            UUID(row["id"]),
        )
        await direct.execute(
            "UPDATE batch_chunks SET state = 'done', outcomes = 'r' WHERE batch_id = $1", UUID(row["id"])
        )
        await direct.execute(
            "INSERT INTO batch_findings (batch_id, line, position, owner, seq, outcome, pointer, code)"
            " SELECT batch_id, first_line, 0, owner, seq, 'rejected', '/name', 'missing' FROM batch_chunks"
            " WHERE batch_id = $1",
            UUID(row["id"]),
        )
        marks = (mark("batches", name), mark("records", name), row["id"])
        world.put("batches", owner, Thing(row["id"], 1, marks))
