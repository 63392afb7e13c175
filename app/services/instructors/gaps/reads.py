"""Gaps as rows for the wire: one question each, all answered alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    Uuid,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.narrowing import within
from app.core.pagination import Ask, Page
from app.core.questions import answered
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.instructors.facts import GapKind
from app.services.instructors.gaps.schemas import About, GapFilters, StaffingGapRead
from app.services.instructors.models import Assignment
from app.services.members.models import Member
from app.services.organizations.facts import CoverageMode, Status
from app.services.organizations.kinds import TWO_NEW_KINDS
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due
from app.services.teams.facts import PostRole
from app.services.teams.models import Post, Term
from app.services.workers.facts import WorkerRole
from app.services.workers.models import Worker, WorkerRoleHeld

Question = Callable[[Act, GapFilters, date], "Select[Any]"]
TYPES: Final[dict[str, Any]] = {
    "id": Uuid(),
    "kind": Text(),
    "about": Text(),
    "name": Text(),
    "worker_id": Uuid(),
    "worker_name": Text(),
    "organization_id": Uuid(),
    "branch_id": Uuid(),
    "region_code": BigInteger(),
    "authority_code": BigInteger(),
    "due_on": Date(),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """By what columns a row is placed: its region, its lines (its own before the one at the place of origin), whose."""

    code: Any
    lines: tuple[Any, ...]
    own: tuple[Any, ...]


BRANCHES = Ground(Branch.region_code, (Branch.authority_code, Branch.outflow_authority_code), (Branch.id,))
ORGANIZATIONS = Ground(Organization.region_code, (Organization.line_code,), (Organization.id, Organization.covered_by))
ROLES = Ground(WorkerRoleHeld.region_code, (WorkerRoleHeld.authority_code,), (WorkerRoleHeld.worker_id,))
ASSIGNMENTS = Ground(
    Assignment.region_code,
    (Assignment.authority_code, Assignment.outflow_authority_code),
    (Assignment.worker_id, Assignment.organization_id, Assignment.branch_id),
)
TERMS = Ground(Term.region_code, (Term.authority_code, Term.outflow_authority_code), (Term.branch_id,))


async def listed(act: Act, filters: GapFilters, soon: date, ask: Ask) -> Page:
    """One page of gaps by region; what ends up to `soon` ends soon."""
    asked = QUESTIONS[filters.kind] if filters.kind is not None else ALL
    parts = [question(act, filters, soon) for question in asked]
    bound = [soon, *(getattr(filters, name) for name in GapFilters.model_fields)]
    return await answered(act, parts, _shown, ("region_code", "id"), ask, bound)


def _shown(gaps: Any) -> list[ColumnElement[Any]]:
    codes = {"region_code": padded(gaps.region_code), "authority_code": padded(gaps.authority_code, DIGITS)}
    return columns(StaffingGapRead, gaps, **codes)


def _row(kind: GapKind, about: About, **told: ColumnElement[Any] | InstrumentedAttribute[Any]) -> list[Any]:
    """The columns of one question, in the order that all have."""
    said = {"kind": literal(kind.value, Text), "about": literal(about.value, Text), **told}
    return [(said[name] if name in said else null().cast(kept)).label(name) for name, kept in TYPES.items()]


def _placed(act: Act, query: "Select[Any]", filters: GapFilters, ground: Ground) -> "Select[Any]":
    query = query.where(*within(act, ground.code, ground.lines, ground.own))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(ground.code >= low, ground.code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(ground.lines[0] >= low, ground.lines[0] < high)
    return query


def _without_secretary(act: Act, filters: GapFilters, _: date) -> "Select[Any]":
    secretary = select(Post.id).where(
        Post.branch_id == Branch.id,
        Post.role == PostRole.secretary,
        valid_on(Post.valid_from, Post.valid_to, act.today),
    )
    told = _row(
        GapKind.no_secretary,
        About.branch,
        id=Branch.id,
        name=Branch.name,
        branch_id=Branch.id,
        region_code=Branch.region_code,
        authority_code=Branch.authority_code,
    )
    stands = (Branch.founded_on <= act.today, or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > act.today))
    return _placed(act, select(*told).where(*stands, ~secretary.exists()), filters, BRANCHES)


def _without_instructor(act: Act, filters: GapFilters, _: date) -> "Select[Any]":
    told = _row(
        GapKind.no_instructor,
        About.organization,
        id=Organization.id,
        name=Organization.name,
        organization_id=Organization.id,
        region_code=Organization.region_code,
        authority_code=Organization.line_code,
    )
    asks = (
        Organization.kind.in_([str(kind) for kind in TWO_NEW_KINDS]),
        Organization.status == Status.operating,
        or_(Organization.established_on.is_(None), Organization.established_on <= act.today),
        Organization.coverage_mode == CoverageMode.none,
        Organization.has_instructor.is_(False),
    )
    return _placed(act, select(*told).where(*asks), filters, ORGANIZATIONS)


def _term_of_instructor(act: Act, filters: GapFilters, soon: date) -> "Select[Any]":
    later = aliased(WorkerRoleHeld)
    told = _row(
        GapKind.term_ending,
        About.worker_role,
        id=WorkerRoleHeld.id,
        worker_id=WorkerRoleHeld.worker_id,
        worker_name=func.coalesce(Member.name, Worker.name),
        region_code=WorkerRoleHeld.region_code,
        authority_code=WorkerRoleHeld.authority_code,
        due_on=WorkerRoleHeld.valid_to,
    )
    following = select(later.id).where(
        later.worker_id == WorkerRoleHeld.worker_id,
        later.role == WorkerRole.instructor,
        later.valid_to > WorkerRoleHeld.valid_to,
    )
    query = (
        select(*told)
        .join(Worker, Worker.id == WorkerRoleHeld.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(
            WorkerRoleHeld.role == WorkerRole.instructor,
            WorkerRoleHeld.valid_from <= act.today,
            WorkerRoleHeld.valid_to > act.today,
            WorkerRoleHeld.valid_to <= soon,
            ~following.exists(),
        )
    )
    return _placed(act, query, filters, ROLES)


def _assignment(act: Act, filters: GapFilters, soon: date) -> "Select[Any]":
    later = aliased(Assignment)
    place = func.coalesce(Assignment.organization_id, Assignment.branch_id)
    told = _row(
        GapKind.term_ending,
        About.assignment,
        id=Assignment.id,
        name=func.coalesce(Organization.name, Branch.name),
        worker_id=Assignment.worker_id,
        worker_name=func.coalesce(Member.name, Worker.name),
        organization_id=Assignment.organization_id,
        branch_id=Assignment.branch_id,
        region_code=Assignment.region_code,
        authority_code=Assignment.authority_code,
        due_on=Assignment.valid_to,
    )
    following = select(later.id).where(
        or_(later.organization_id == place, later.branch_id == place),
        later.valid_from <= Assignment.valid_to,
        later.valid_to > Assignment.valid_to,
    )
    query = (
        select(*told)
        .outerjoin(Organization, Organization.id == Assignment.organization_id)
        .outerjoin(Branch, Branch.id == Assignment.branch_id)
        .outerjoin(Worker, Worker.id == Assignment.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(
            Assignment.valid_from <= act.today,
            Assignment.valid_to > act.today,
            Assignment.valid_to <= soon,
            ~following.exists(),
        )
    )
    return _placed(act, query, filters, ASSIGNMENTS)


def _term_of_team(act: Act, filters: GapFilters, soon: date) -> "Select[Any]":
    runs_to = func.coalesce(Term.extended_to, Term.due_on)
    told = _row(
        GapKind.term_ending,
        About.term,
        id=Term.id,
        name=Branch.name,
        branch_id=Term.branch_id,
        region_code=Term.region_code,
        authority_code=Term.authority_code,
        due_on=runs_to,
    )
    query = select(*told).join(Branch, Branch.id == Term.branch_id)
    return _placed(act, query.where(Term.valid_to.is_(None), runs_to <= soon), filters, TERMS)


QUESTIONS: Final[Mapping[GapKind, tuple[Question, ...]]] = {
    GapKind.no_secretary: (_without_secretary,),
    GapKind.no_instructor: (_without_instructor,),
    GapKind.term_ending: (_term_of_instructor, _assignment, _term_of_team),
}
ALL: Final = tuple(question for questions in QUESTIONS.values() for question in questions)


async def terms_due(act: Act, until: date) -> "Select[Any]":
    """Terms of teams that run out by a day and are not over, as reminders."""
    return _reminded(_term_of_team(act, GapFilters(), until), named=True)


async def roles_due(act: Act, until: date) -> "Select[Any]":
    """Instructors' roles that end by a day and are followed by none, as reminders: without the name."""
    return _reminded(_term_of_instructor(act, GapFilters(), until), named=False)


async def assignments_due(act: Act, until: date) -> "Select[Any]":
    """Assignments that end by a day and are followed by none, as reminders: named by where somebody is sent."""
    return _reminded(_assignment(act, GapFilters(), until), named=True)


def _reminded(question: "Select[Any]", *, named: bool) -> "Select[Any]":
    rows = question.subquery("ending").c
    return select(*due(rows.id, rows.name if named else None, rows.due_on, rows.region_code))
