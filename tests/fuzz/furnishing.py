"""A few rows of every noun, entered over HTTP like anybody's: lists are not empty, and sequences know ids."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from app.services.access.permissions import ROLES, Permission

XIHU, STREET = "330106000000", "330106010000"
PUSHERS = [role for role, allowed in ROLES.items() if Permission.batches_write in allowed and role != "officer"]
"""Everyone sees only the batches of their own."""
Ids = Mapping[str, list[str]]
"""Ids of what there is, by the name that paths and bodies give them."""
HEAD = "企业名称,统一社会信用代码\r\n"
WAITING = [f"{HEAD}没有代码的公司{number},\r\n另一家没有代码的公司{number},\r\n" for number in range(30)]
"""Bodies of which something waits in the review queue."""
PUSHED = [*WAITING, *([HEAD + "甲,1\r\n" * 20000] * 5)]
"""And some long enough to be cancelled before they are done."""


FIRST = {"if-match": '"1"'}


def furnish(client: Callable[[str], httpx.Client]) -> Ids:
    """Enter the rows as those who may; `client` gives a role's. Raises httpx.HTTPStatusError for what is refused."""
    with client("officer") as officer:
        hosts = [_made(officer, "/v1/hosts", _host(each)) for each in range(6)]
        organizations = [
            _made(officer, "/v1/organizations", _organization(each, hosts[each % 6])) for each in range(60)
        ]
        authorities = [_made(officer, "/v1/authorities", _authority(each)) for each in range(6)]
        branches = [
            _made(
                officer,
                "/v1/branches",
                _branch(number, authorities[0]) | {"organization_ids": pair, "host_id": hosts[0]},
            )
            for number, pair in enumerate((organizations[:2], organizations[2:4]))
        ]
        contacts = [_made(officer, "/v1/contacts", _contact(each)) for each in organizations[:3]]
        members = [_made(officer, "/v1/members", _member(each, branches[each % 2])) for each in range(4)]
        plans = [_made(officer, "/v1/plans", {"region_code": XIHU, "title": f"计划{each}"}) for each in range(2)]
        applications = [
            _made(officer, "/v1/branch-applications", _application(each, authorities[0])) for each in range(3)
        ]
        tasks = [_made(officer, "/v1/formation-tasks", _task(each)) for each in organizations[4:7]]
        workers = [_made(officer, "/v1/workers", _worker(each)) for each in range(2)]
        roles = [_made(officer, "/v1/worker-roles", _role(each)) for each in workers]
        assignments = [
            _made(officer, "/v1/assignments", _assignment(workers[each % 2], organizations[7 + each]))
            for each in range(4)
        ]
        visits = [_made(officer, "/v1/visits", _visit(each)) for each in assignments]
        stations = [_made(officer, "/v1/stations", _station(each)) for each in range(2)]
        joining = f"/v1/stations/{stations[0]}/members"
        memberships = [_made(officer, joining, _membership(each), headers=FIRST) for each in workers]
        proposals = [_made(officer, "/v1/assignment-proposals", {"region_code": XIHU}) for _ in range(2)]
        pairs = officer.get(f"/v1/assignment-proposals/{proposals[0]}/pairs").raise_for_status().json()["items"]
        policy = _made(officer, "/v1/policies", POLICY)
        honours = [_made(officer, "/v1/treatment/honours", _honour(each)) for each in workers]
        conditions = [_made(officer, "/v1/treatment/conditions", _condition(each)) for each in workers]
        _made(officer, "/v1/policies", SCHEME)
        months = [_made(officer, "/v1/treatment/months", _month(days)) for days in (-35, -70)]
        lines = officer.get("/v1/treatment/entitlements").raise_for_status().json()["items"]
        departments = [_made(officer, "/v1/departments", _department(each, authorities[0])) for each in range(3)]
        has = {
            part: [_made(officer, f"/v1/department-{part}", body | {"department_id": each}) for each in departments]
            for part, body in PARTS.items()
        }
        feed = {"kind": "joint_meetings", "name": "办公室"}
        feeds = [_made(officer, "/v1/calendar-feeds", feed | {"subject_id": each}) for each in has["liaisons"]]
        series = [_made(officer, "/v1/joint-meeting-schedules", _series(each, authorities[0])) for each in PURPOSES]
        meetings = [_made(officer, "/v1/joint-meetings", _meeting(each, authorities[0])) for each in (-30, -10, 30)]
        topics = [
            _made(officer, f"/v1/joint-meetings/{meetings[0]}/agenda-items", TOPIC | {"department_id": each})
            for each in departments
        ]
        for each in meetings[:2]:
            officer.post(f"/v1/joint-meetings/{each}/invite", json={}, headers=FIRST).raise_for_status()
        held = {"attendance": [{"department_id": departments[0], "present": "own"}]}
        second = {"if-match": '"2"'}
        officer.post(f"/v1/joint-meetings/{meetings[1]}/hold", json=held, headers=second).raise_for_status()
        items = [
            _made(officer, f"/v1/joint-meetings/{meetings[1]}/decisions", _decision(each)) for each in departments[:2]
        ]
        invitations = officer.get("/v1/meeting-invitations").raise_for_status().json()["items"]
        notices = [_made(officer, "/v1/notices", _notice(each, authorities)) for each in range(4)]
        for each in notices[:2]:
            officer.post(f"/v1/notices/{each}/issue", headers=FIRST).raise_for_status()
        recipients = officer.get("/v1/notice-recipients").raise_for_status().json()["items"]
        tours = [_made(officer, "/v1/supervisions", _tour(each, authorities)) for each in range(3)]
        officer.post(f"/v1/supervisions/{tours[0]}/start", headers=FIRST).raise_for_status()
        subjects = officer.get(f"/v1/supervisions/{tours[0]}/subjects").raise_for_status().json()["items"]
        findings = f"/v1/supervisions/{tours[0]}/findings"
        demands = [_made(officer, findings, _finding(each["id"]), "rectification_id") for each in subjects]
        batches = [_pushed(officer)]
        reviews = officer.get("/v1/reviews").raise_for_status().json()["items"]
    for role in PUSHERS:
        with client(role) as pusher:
            batches.append(_pushed(pusher))
    with client("system_administrator") as system, client("security_administrator") as security:
        machines = [_made(system, "/v1/clients", {"name": name}, "client_id") for name in ("市场监管局", "民政局")]
        grants = [_made(security, "/v1/grants", GRANT | {"subject": each}) for each in machines]
        token = _made(system, "/v1/push-tokens", PUSH_TOKEN | {"grant_id": grants[0], "ends_at": _in(30).isoformat()})
        review = _made(security, "/v1/access-reviews", {"due_on": _in(30).date().isoformat()})
    return {
        "host_id": hosts,
        "organization_id": organizations[4:],
        "authority_id": authorities,
        "branch_id": branches,
        "contact_id": contacts,
        "member_id": members,
        "plan_id": plans,
        "application_id": applications,
        "task_id": tasks,
        "worker_id": workers,
        "role_id": roles,
        "assignment_id": assignments,
        "visit_id": visits,
        "proposal_id": proposals,
        "pair_id": [each["id"] for each in pairs],
        "station_id": stations,
        "membership_id": memberships,
        "honour_id": honours,
        "condition_id": conditions,
        "month_id": months,
        "entitlement_id": [each["id"] for each in lines],
        "schedule_id": series,
        "department_id": departments,
        "duty_id": has["duties"],
        "liaison_id": has["liaisons"],
        "dataset_id": has["datasets"],
        "feed_id": feeds,
        "committee_id": authorities[:1],
        "meeting_id": meetings,
        "item_id": [*topics, *items],
        "invitation_id": [each["id"] for each in invitations],
        "notice_id": notices,
        "recipient_id": [each["id"] for each in recipients],
        "supervision_id": tours,
        "subject_id": [each["id"] for each in subjects],
        "rectification_id": demands,
        "policy_id": [policy],
        "batch_id": batches,
        "review_id": [*(each["id"] for each in reviews), review],
        "client_id": machines,
        "grant_id": grants,
        "token_id": [token],
        "dataset": ["registrations"],
    }


def _made(
    client: httpx.Client,
    path: str,
    body: Mapping[str, Any],
    key: str = "id",
    headers: Mapping[str, str] | None = None,
) -> str:
    return str(client.post(path, json=body, headers=dict(headers or {})).raise_for_status().json()[key])


def _pushed(client: httpx.Client) -> str:
    headers = {"content-type": "text/csv", "idempotency-key": uuid4().hex, "prefer": "wait=30"}
    answer = client.post("/v1/datasets/registrations/batches", content=WAITING[0].encode(), headers=headers)
    return str(answer.raise_for_status().json()["id"])


TOPIC = {"kind": "study", "title": "议题", "departure_reason": "补录"}


SINCE = {"valid_from": "2026-02-01"}
PARTS: dict[str, dict[str, Any]] = {
    "duties": {"text": "每月推送新设企业", "source": "联席会议制度第四条", **SINCE},
    "liaisons": {"name": "陈晓云", "post": "科长", "main": True, "phone": "13800138000", **SINCE},
    "datasets": {"dataset": "registrations", "every_days": 31, **SINCE},
}
"""What each department has."""


def _department(number: int, committee: str) -> dict[str, Any]:
    return {"committee_id": committee, "kind": "other", "name": f"某部门{number}", "valid_from": "2025-01-01"}


def _meeting(days: int, committee: str) -> dict[str, Any]:
    return {
        "committee_id": committee, "purpose": "study", "title": f"会议{days}", "starts_at": _in(days).isoformat(),
        "minutes": 60, "place": "某处", "departure_reason": "补录",
    }  # fmt: skip


PURPOSES = ("study", "bulletin")


def _series(purpose: str, committee: str) -> dict[str, Any]:
    return {
        "committee_id": committee, "purpose": purpose, "title": "系列", "rrule": "FREQ=MONTHLY;COUNT=12",
        "first_on": _in(-60).date().isoformat(), "starts_at": "14:30", "minutes": 60, "place": "某处", "shift": "next",
    }  # fmt: skip


def _decision(department: str) -> dict[str, Any]:
    return {"what": "某事", "department_id": department, "due_on": _in(20).date().isoformat()}


def _in(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _host(number: int) -> dict[str, Any]:
    return {"kind": "park", "name": f"软件园{number}号", "region_code": XIHU}


def _organization(number: int, host: str) -> dict[str, Any]:
    name = f"杭州西湖科技{number}有限公司"
    return {"name": name, "kind": "private_enterprise", "region_code": STREET, "host_id": host}


def _authority(number: int) -> dict[str, Any]:
    code = f"0330010060{number + 10}000"
    return {"code": code, "kind": "township", "name": f"街道党工委{number}", "region_code": STREET}


def _notice(number: int, authorities: list[str]) -> dict[str, Any]:
    return {
        "committee_id": authorities[0],
        "title": f"通知{number}",
        "text": "请予办理",
        "needs": ("report", "receipt")[number % 2],
        "due_on": _in(20).date().isoformat(),
        "recipients": {"authority_ids": authorities[1:4]},
    }


def _tour(number: int, authorities: list[str]) -> dict[str, Any]:
    return {
        "committee_id": authorities[0],
        "title": f"督查{number}",
        "starts_on": _in(0).date().isoformat(),
        "ends_on": _in(20).date().isoformat(),
        "template": "two_new",
        "subjects": {"authority_ids": authorities[1:4]},
    }


def _finding(subject: str) -> dict[str, Any]:
    return {
        "subject_id": subject,
        "check_code": "rhythm",
        "what": "缺少两次记录",
        "found_on": (_in(0) + timedelta(hours=8)).date().isoformat(),  # the day in Shanghai
        "severity": "rectify",
        "demand": "补齐记录",
        "due_on": _in(20).date().isoformat(),
    }


def _branch(number: int, authority: str) -> dict[str, Any]:
    return {
        "name": f"联合支部{number}",
        "formation_mode": "joint",
        "authority_id": authority,
        "region_code": STREET,
        "founded_on": "2026-02-10",
        "formal_members": 7,
    }


def _member(number: int, branch: str) -> dict[str, Any]:
    told = {"name": f"李{number}", "kind": "probationary", "branch_id": branch}
    return told | {"admitted_on": "2025-06-01", "phone": "13800138000"}


def _application(number: int, authority: str) -> dict[str, Any]:
    told = _branch(number, authority) | {"name": f"申请组建的支部{number}", "formation_mode": "territorial"}
    return {name: value for name, value in told.items() if name != "founded_on"} | {"departure_reason": "试点"}


def _task(organization: str) -> dict[str, Any]:
    owner = {"owner_kind": "federation", "owner_name": "区工商联"}
    return {"kind": "talk", "organization_id": organization, "due_on": _in(30).date().isoformat()} | owner


def _worker(number: int) -> dict[str, Any]:
    return {"name": f"沈{number}", "formal_member": True, "region_code": XIHU, "since": _day(-300)}


def _role(worker: str) -> dict[str, Any]:
    told = {"worker_id": worker, "role": "instructor", "selection_channel": "dispatched"}
    return told | {"valid_from": _day(-300)}


def _honour(worker: str) -> dict[str, Any]:
    told = {"worker_id": worker, "kind": "honour", "title": "优秀党务工作者", "body": "区委"}
    return told | {"awarded_on": _day(-100)}


def _condition(worker: str) -> dict[str, Any]:
    return {"worker_id": worker, "kind": "office", "provided": True, "since": _day(-100)}


def _month(days: int) -> dict[str, Any]:
    return {"region_code": XIHU, "month": _day(days)[:7]}


def _assignment(worker: str, organization: str) -> dict[str, Any]:
    told = {"worker_id": worker, "organization_id": organization, "purpose": "guide_formation"}
    return told | {"valid_from": _day(-200)}


def _visit(assignment: str) -> dict[str, Any]:
    told = {"assignment_id": assignment, "kind": "on_site", "did": ["explained_policy"]}
    return told | {"visited_on": _day(-100)}


def _station(number: int) -> dict[str, Any]:
    return {"name": f"党建指导站{number}", "region_code": XIHU}


def _membership(worker: str) -> dict[str, Any]:
    return {"worker_id": worker, "valid_from": _day(-100)}


def _day(days: int) -> str:
    return _in(days).date().isoformat()


def _contact(organization: str) -> dict[str, Any]:
    return {"organization_id": organization, "name": "陈晓云", "role": "liaison", "phone": "13800138000"}


POLICY: dict[str, Any] = {
    "kind": "coverage",
    "region_code": XIHU,
    "region_level": 3,
    "valid_from": "2026-03-01",
    "numbers": {"above_scale_staff": {"value": 100, "document": "某区〔2026〕1号"}},
    "reason": "会议决定",
}
SCHEME: dict[str, Any] = {
    "kind": "treatment",
    "region_code": XIHU,
    "region_level": 3,
    "valid_from": "2026-01-01",
    "numbers": {"instructor_fen": {"value": 30000, "document": "某区〔2026〕2号"}},
    "reason": "会议决定",
}
GRANT: dict[str, Any] = {
    "role": "department_partner",
    "regions": [{"region_code": XIHU}],
    "datasets": ["*"],
    "reason": "试点",
}
PUSH_TOKEN: dict[str, Any] = {"name": "每周报送", "dataset": "registrations", "addresses": ["10.20.0.0/16"]}
