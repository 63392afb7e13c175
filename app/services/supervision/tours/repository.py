"""Tours as entities, and their subjects set-wise."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import Forbidden, NotFound
from app.services.authorities.facts import span as line_span
from app.services.authorities.models import Authority
from app.services.branches.models import Branch
from app.services.departments.models import Department
from app.services.organizations.models import Organization
from app.services.regions.facts import span
from app.services.supervision.facts import OPEN, RectificationState, SubjectKind
from app.services.supervision.models import Rectification, Supervision, SupervisionFinding, SupervisionSubject

K = SubjectKind
BODIES: Mapping[SubjectKind, tuple[Any, Any]] = {
    K.authority: (Authority, Authority.code),
    K.department: (Department, Department.authority_code),
    K.branch: (Branch, Branch.authority_code),
    K.organization: (Organization, Organization.line_code),
}
"""Where each kind of body stands, and by which code a line has it."""


async def add(act: Act, row: Supervision | SupervisionFinding | Rectification) -> UUID:
    """Insert a row; its key is the database's."""
    act.session.add(row)
    await act.session.flush()
    return row.id


async def save(act: Act, row: Supervision | SupervisionSubject) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def committee(act: Act, authority_id: UUID) -> Any:
    """Code, region and end of an authority; None where it is not to be seen."""
    query = select(
        Authority.id, Authority.code, Authority.region_code, Authority.region_level, Authority.dissolved_on
    ).where(Authority.id == authority_id)
    return (await act.session.execute(query)).first()


async def member(act: Act, committee_id: UUID, department_id: UUID) -> bool:
    """Whether a department is seen and sits in the committee's meeting today."""
    query = select(Department.id).where(
        Department.id == department_id,
        Department.committee_id == committee_id,
        valid_on(Department.valid_from, Department.valid_to, act.today),
    )
    return await act.session.scalar(query) is not None


def _standing(act: Act, kind: SubjectKind) -> ColumnElement[bool]:
    if kind is K.department:
        return valid_on(Department.valid_from, Department.valid_to, act.today)
    ended = Organization.closed_on if kind is K.organization else BODIES[kind][0].dissolved_on
    return or_(ended.is_(None), ended > act.today)


async def bodies(act: Act, kind: SubjectKind, ids: Sequence[UUID], issuer: Any) -> dict[UUID, str | None]:
    """Of these bodies those that are seen, each with what stands against it: outside, ended, or nothing."""
    if not ids:
        return {}
    body, line = BODIES[kind]
    low, high = span(issuer.region_code, issuer.region_level)
    first, last = line_span(issuer.code)
    inside = or_(and_(body.region_code >= low, body.region_code < high), and_(line >= first, line < last))
    query = select(body.id, func.coalesce(inside, False).label("inside"), _standing(act, kind).label("standing")).where(
        body.id.in_(ids)
    )
    return {
        row.id: "subject_outside" if not row.inside else None if row.standing else "reference_ended"
        for row in await act.session.execute(query)
    }


async def put_subjects(act: Act, tour: Supervision, chosen: Sequence[tuple[SubjectKind, UUID]]) -> None:
    """Let these bodies be the tour's subjects: those that are not among them go, those that are new come."""
    subject = SupervisionSubject
    columns = {kind: getattr(subject, f"{kind}_id") for kind in SubjectKind}
    kept = or_(*(columns[kind].in_([each for told, each in chosen if told is kind]) for kind in SubjectKind))
    await act.session.execute(delete(subject).where(subject.supervision_id == tour.id, kept.is_not(True)))
    known = select(func.coalesce(*columns.values())).where(subject.supervision_id == tour.id)
    there = set(await act.session.scalars(known))
    rows = [
        {
            **{f"{told}_id": each if told is kind else None for told in SubjectKind},
            "version": 1,
            "committee_id": tour.committee_id,
            "supervision_id": tour.id,
            "lead_department_id": tour.lead_department_id,
            "created_at": act.now,
            "recorded_at": act.now,
        }
        for kind, each in sorted(set(chosen))
        if each not in there
    ]
    if rows:
        await act.session.execute(insert(subject), rows)
    await lead(act, tour)


async def lead(act: Act, tour: Supervision) -> None:
    """Let the subjects be led as the tour is."""
    row = SupervisionSubject
    await act.session.execute(
        update(row)
        .where(row.supervision_id == tour.id, row.lead_department_id.is_distinct_from(tour.lead_department_id))
        .values(lead_department_id=tour.lead_department_id, version=row.version + 1, recorded_at=act.now)
        .execution_options(synchronize_session=False)
    )


async def held(act: Act, supervision_id: UUID) -> Supervision:
    """The tour, locked whatever its version. Raises NotFound, Forbidden for one only to be seen."""
    query = select(Supervision).where(Supervision.id == supervision_id).with_for_update(key_share=True)
    row = await act.session.scalar(query)
    if row is None:
        if await act.session.scalar(select(Supervision.id).where(Supervision.id == supervision_id)) is None:
            raise NotFound()
        raise Forbidden(reason="scope")
    return row


async def subject(act: Act, supervision_id: UUID, subject_id: UUID) -> SupervisionSubject | None:
    """A subject of a tour."""
    row = SupervisionSubject
    query = select(row).where(row.id == subject_id, row.supervision_id == supervision_id)
    return await act.session.scalar(query.with_for_update(key_share=True))


async def subjects(act: Act, supervision_id: UUID) -> int:
    """How many subjects a tour has."""
    query = select(func.count()).where(SupervisionSubject.supervision_id == supervision_id)
    return int(await act.session.scalar(query) or 0)


async def open_ones(act: Act, supervision_id: UUID) -> list[UUID]:
    """What is still open of what a tour demanded, locked."""
    row = Rectification
    query = (
        select(row.id)
        .where(row.supervision_id == supervision_id, row.state.in_(OPEN))
        .order_by(row.id)
        .with_for_update(key_share=True)
    )
    return list(await act.session.scalars(query))


async def hand_on(act: Act, ids: Sequence[UUID], reason: str) -> None:
    """Somebody else sees to these."""
    row = Rectification
    await act.session.execute(
        update(row)
        .where(row.id.in_(ids))
        .values(
            state=RectificationState.handed_on, handed_on_reason=reason, version=row.version + 1, recorded_at=act.now
        )
        .execution_options(synchronize_session=False)
    )
