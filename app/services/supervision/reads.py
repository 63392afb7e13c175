"""What all reads of supervision share: the four kinds of body under one name."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal

from app.services.authorities.models import Authority
from app.services.branches.models import Branch
from app.services.departments.models import Department
from app.services.organizations.models import Organization
from app.services.supervision.facts import SubjectKind

BODIES: tuple[tuple[SubjectKind, Any], ...] = (
    (SubjectKind.authority, Authority),
    (SubjectKind.department, Department),
    (SubjectKind.branch, Branch),
    (SubjectKind.organization, Organization),
)


def named(query: Any, row: Any) -> Any:
    """Join the four kinds of body of a row, whose names are shown where the caller sees them."""
    for kind, body in BODIES:
        query = query.outerjoin(body, body.id == getattr(row, f"{kind}_id"))
    return query


def name() -> ColumnElement[str]:
    """What the body is called."""
    return func.coalesce(*(body.name for _, body in BODIES))


def kind_of(row: Any) -> ColumnElement[str]:
    """Which kind of body it is."""
    return case(*((getattr(row, f"{kind}_id").is_not(None), literal(str(kind))) for kind, _ in BODIES))


def body_of(row: Any) -> ColumnElement[Any]:
    """The body's id."""
    return func.coalesce(*(getattr(row, f"{kind}_id") for kind, _ in BODIES))
