"""Where the members entered by name and the number that was reported or stated differ: a list to clear up."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import JSONB

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded
from app.services.branches.models import Branch
from app.services.members.facts import OFFICER, MemberKind, MemberState
from app.services.members.models import Member
from app.services.members.roll_schemas import CountedSubject, DifferenceFilters, MemberFact
from app.services.organizations.models import Organization
from app.services.organizations.precedence import read
from app.services.regions.stated import stated_span

ORGANIZATION_FACTS = (
    (
        MemberFact.formal_members_working,
        Organization.formal_members_working,
        Organization.counted_working,
        Organization.members_working,
    ),
    (
        MemberFact.formal_members_relation,
        Organization.formal_members_relation,
        Organization.counted_relation,
        Organization.members_relation,
    ),
    (
        MemberFact.probationary_members,
        Organization.probationary_members,
        Organization.counted_probationary,
        Organization.members_probationary,
    ),
)


async def listed(act: Act, filters: DifferenceFilters, ask: Ask) -> Page:
    """One page of differences by region: organisations against their reports, branches against what is stated.

    A branch that keeps its roll is counted and so never differs; one nobody has entered members for does not either.
    """
    span = None if filters.region is None else stated_span(filters.region, filters.region_level)
    parts: list[Select[Any]] = []
    if filters.subject is not CountedSubject.branch:
        parts += [_organizations(act, span, *fact) for fact in ORGANIZATION_FACTS]
    if filters.subject is not CountedSubject.organization:
        parts += _branches(act, span)
    told = union_all(*parts).subquery()
    shown = [column for column in told.c if column.name != "region"]
    query = select(*shown, padded(told.c.region).label("region_code"))
    asked = [getattr(filters, name) for name in DifferenceFilters.model_fields]
    found = await page(act, query, ask, Sorts({"region_code": told.c.region}, told.c.id, "region_code"), asked)
    return replace(found, rows=[_row(row) for row in found.rows])


def _organizations(
    act: Act, span: tuple[int, int] | None, fact: MemberFact, reported: Any, counted: Any, holds: Any
) -> "Select[Any]":
    source = Organization
    return select(
        *_columns(CountedSubject.organization, source, fact),
        reported.label("reported"),
        counted.label("counted"),
        holds.label("holds"),
        source.provenance.label("provenance"),
    ).where(
        source.counted_working.is_not(None),
        reported.is_not(None),
        reported != counted,
        *_in(source.region_code, span),
        *within(act, source.region_code, [source.line_code], [source.id, source.covered_by]),
    )


def _branches(act: Act, span: tuple[int, int] | None) -> list["Select[Any]"]:
    source = Branch
    roll = (
        select(
            Member.branch_id,
            func.count().filter(Member.kind == MemberKind.formal).label("formal"),
            func.count().filter(Member.kind == MemberKind.probationary).label("probationary"),
        )
        .where(
            Member.state == MemberState.current,
            Member.branch_id.is_not(None),
            *_in(Member.region_code, span),
            *within(act, Member.region_code, [Member.authority_code], [Member.branch_id]),
        )
        .group_by(Member.branch_id)
        .subquery()
    )
    return [
        select(
            *_columns(CountedSubject.branch, source, fact),
            stated.label("reported"),
            counted.label("counted"),
            stated.label("holds"),
            null().cast(JSONB).label("provenance"),
        )
        .join(roll, roll.c.branch_id == source.id)
        .where(
            source.roll_kept_since.is_(None),
            source.dissolved_on.is_(None),
            stated != counted,
            *_in(source.region_code, span),
            *within(act, source.region_code, [source.authority_code], [source.id]),
        )
        for fact, stated, counted in (
            (MemberFact.branch_formal_members, source.formal_members, roll.c.formal),
            (MemberFact.branch_probationary_members, source.probationary_members, roll.c.probationary),
        )
    ]


def _columns(subject: CountedSubject, source: Any, fact: MemberFact) -> list[ColumnElement[Any]]:
    return [
        (cast(source.id, Text) + literal(f"/{fact}")).label("id"),
        literal(subject.value).label("subject"),
        source.id.label("subject_id"),
        source.name.label("name"),
        source.region_code.label("region"),
        literal(fact.value).label("fact"),
    ]


def _in(code: Any, span: tuple[int, int] | None) -> list[ColumnElement[bool]]:
    return [] if span is None else [code >= span[0], code < span[1]]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    said = read(row.pop("provenance") or {}).get(row["fact"])
    told = (OFFICER, None) if said is None else (said.source, said.time)
    return {**row, "reported_by": told[0], "reported_at": told[1]}
