"""The documents that are written here: of what, with which fields, and who may issue them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.catalogues.meeting_papers import MEETING_PAPERS
from app.core.acts import Act
from app.core.errors import Conflict, FieldError
from app.core.labels import label
from app.services.access.permissions import Permission
from app.services.authorities import reads as authorities
from app.services.branches import reads as branches
from app.services.branches.applications import reads as applications
from app.services.branches.facts import ApplicationState
from app.services.documents.contract import Catalogue, Collected, Source
from app.services.documents.facts import DocumentKind, Issuer, written_day
from app.services.instructors import reads as assignments
from app.services.instructors.facts import AssignmentState
from app.services.teams import reads as teams
from app.services.teams.facts import EndKind
from app.services.workers import reads as workers
from app.services.workers.facts import WorkerRole
from app.services.workers.roles import reads as roles

APPROVED = (ApplicationState.approved, ApplicationState.founded, ApplicationState.filed)
SUBJECT = "/subject_id"


async def _issuer(act: Act, authority_id: UUID) -> Issuer:
    row = await authorities.detail(act, authority_id)
    return Issuer(authority_id, row["name"], int(row["region_code"]), int(row["code"]))


async def _application(act: Act, application_id: UUID) -> Collected:
    """An approval is written once the superior has approved."""
    row = await applications.one(act, application_id)
    if row["state"] not in APPROVED:
        raise Conflict(errors=(FieldError(SUBJECT, "document_application_open"),))
    fields = {
        "branch_name": row["name"],
        "level": _word("branch_level", row["level"]),
        "term_kind": _word("term_kind", row["term_kind"]),
        "formation_mode": _word("formation_mode", row["formation_mode"]),
        "management_mode": _word("management_mode", row["management_mode"]),
        "authority_name": row["authority_name"] or "",
        "organizations": str(len(row["organization_ids"])),
        "applied_on": written_day(row["applied_on"]),
        "decided_on": written_day(row["decided_on"]),
    }
    return Collected(row["name"], row["branch_id"], row["authority_id"], fields)


async def _term(act: Act, term_id: UUID) -> tuple[dict[str, Any], Collected]:
    row = await teams.one(act, term_id, act.today)
    branch = await branches.one(act, row["branch_id"])
    fields = {
        "branch_name": row["branch_name"],
        "number": str(row["number"]),
        "valid_from": written_day(row["valid_from"]),
        "due_on": written_day(_due(row)),
    }
    return row, Collected(row["branch_name"], row["branch_id"], branch["authority_id"], fields)


async def _reminder(act: Act, term_id: UUID) -> Collected:
    """Whoever is in office is reminded."""
    row, collected = await _term(act, term_id)
    if row["valid_to"] is not None:
        raise Conflict(errors=(FieldError(SUBJECT, "document_term_ended"),))
    return collected


async def _appointment(act: Act, term_id: UUID) -> Collected:
    """Those in office are appointed, those whose post was ended are dismissed."""
    _, collected = await _term(act, term_id)
    posts = await teams.posts_of(act, term_id)
    if any(post["holder_name"] is None for post in posts):
        raise Conflict(errors=(FieldError(SUBJECT, "document_names_unseen"),))
    appointed = [post for post in posts if post["valid_to"] is None]
    dismissed = [post for post in posts if post["end_kind"] == EndKind.ended]
    if not appointed and not dismissed:
        raise Conflict(errors=(FieldError(SUBJECT, "document_nobody"),))
    fields = dict(collected.fields) | {
        "appointed": _each(appointed, "{name}同志任{branch}{role}"),
        "dismissed": _each(dismissed, "免去{name}同志的{branch}{role}职务"),
    }
    return Collected(collected.name, collected.branch_id, collected.issuer_id, fields)


def _each(posts: Sequence[dict[str, Any]], words: str) -> str:
    lines = [
        words.format(name=post["holder_name"], branch=post["branch_name"], role=_word("post_role", post["role"]))
        for post in posts
    ]
    return "\n".join(f"{line}{'。' if line is lines[-1] else '；'}" for line in lines)


async def _dispatch(act: Act, role_id: UUID) -> Collected:
    """An instructor whose term runs is introduced wherever he is sent, today or later."""
    role = await roles.one(act, role_id, act.today)
    if role["role"] != WorkerRole.instructor:
        raise Conflict(errors=(FieldError(SUBJECT, "document_not_instructor"),))
    if role["valid_to"] <= act.today:
        raise Conflict(errors=(FieldError(SUBJECT, "document_role_ended"),))
    worker = await workers.one(act, role["worker_id"])
    sent = [row for row in await assignments.of_worker(act, worker["id"]) if _within(role, row)]
    places = [(row["organization_name"] or row["branch_name"], row) for row in sent]
    if worker["name"] is None or any(name is None for name, _ in places):
        raise Conflict(errors=(FieldError(SUBJECT, "document_dispatch_unseen"),))
    if not places:
        raise Conflict(errors=(FieldError(SUBJECT, "document_nothing_assigned"),))
    fields = {
        "name": worker["name"],
        "engagement": "专职" if role["full_time"] else "兼职",
        "recipient": "、".join(filter(None, (worker["sending_body"], "各派驻单位"))),
        "valid_from": written_day(role["valid_from"]),
        "last_day": written_day(role["valid_to"] - timedelta(days=1)),
        "count": str(len(places)),
        "places": "\n".join(_place(number, name, row) for number, (name, row) in enumerate(places, 1)),
    }
    return Collected(worker["name"], None, worker["authority_id"], fields)


def _within(role: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether an assignment belongs to this term, and is not of another."""
    return bool(row["state"] != AssignmentState.ended and role["valid_from"] <= row["valid_from"] < role["valid_to"])


def _place(number: int, name: str, row: dict[str, Any]) -> str:
    until = written_day(row["valid_to"] - timedelta(days=1))
    purpose = _word("assignment_purpose", row["purpose"])
    return f"{number}. {name}（{purpose}，{written_day(row['valid_from'])}至{until}）"


def _due(row: dict[str, Any]) -> date:
    day: date = row["extended_to"] or row["due_on"]
    return day


def _word(namespace: str, code: str) -> str:
    """Papers are written in simplified Chinese."""
    return label(namespace, code, "zh-Hans")


SOURCES: tuple[Source, ...] = (
    Source(DocumentKind.approval, "branch_applications", Permission.branches_read, _application),
    Source(DocumentKind.appointment, "terms", Permission.teams_read, _appointment, needs=Permission.teams_read),
    Source(
        DocumentKind.dispatch, "worker_roles", Permission.assignments_read, _dispatch, needs=Permission.workers_read
    ),
    Source(DocumentKind.term_reminder, "terms", Permission.teams_read, _reminder),
    *MEETING_PAPERS,
)
DOCUMENTS = Catalogue({source.kind: source for source in SOURCES}, _issuer)
