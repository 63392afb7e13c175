"""Each check as one set-wise query; together one list, by region.

They are read under row-level security: a finding is told to whoever sees the branch and, where it is about one, the
organisation. Nothing is stored, so that a finding is gone once what it tells of has been put right.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.models import Authority
from app.services.branches.facts import ManagementMode
from app.services.branches.models import Branch, BranchOrganization
from app.services.network.facts import Check, NodeKind
from app.services.network.schemas import CheckFilters, NetworkFinding
from app.services.organizations.models import ENDED, Organization
from app.services.regions.stated import stated_span

WIDTH: Final = (10**12, 10**10, 10**8, 10**6, 10**3, 1)
LINES = (Branch.authority_code, Branch.outflow_authority_code)
Upper = aliased(Branch, name="upper")


async def listed(act: Act, filters: CheckFilters, ask: Ask) -> Page:
    """One page of findings, by region."""
    chosen = [made(act) for check, made in CHECKS.items() if filters.check in (None, check)]
    found = union_all(*chosen).subquery("found")
    query = select(*columns(NetworkFinding, found.c, region_code=padded(found.c.region_code)))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(found.c.region_code >= low, found.c.region_code < high)
    sorts = Sorts({"region_code": found.c.region_code, "check": found.c.check}, found.c.key, "region_code")
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in CheckFilters.model_fields])


def _finding(
    check: Check,
    kind: NodeKind | None,
    other: tuple[Any, Any] | None = None,
    region: tuple[Any, Any] = (Branch.region_code, Branch.region_level),
) -> "Select[Any]":
    other_id = null().cast(Text) if other is None else cast(other[0], Text)
    return select(
        literal(str(check)).label("check"),
        cast(Branch.id, Text).label("branch_id"),
        Branch.name.label("branch_name"),
        (null().cast(Text) if kind is None else literal(str(kind))).label("other_kind"),
        other_id.label("other_id"),
        (null().cast(Text) if other is None else other[1]).label("other_name"),
        region[0].label("region_code"),
        region[1].label("region_level"),
        func.concat_ws(" ", literal(str(check)), cast(Branch.id, Text), other_id).label("key"),
    )


def _standing(act: Act, query: "Select[Any]") -> "Select[Any]":
    return query.where(Branch.dissolved_on.is_(None), *within(act, Branch.region_code, LINES, [Branch.id]))


def _authority_dissolved(act: Act) -> "Select[Any]":
    query = _finding(Check.authority_dissolved, NodeKind.authority, (Authority.id, Authority.name))
    return _standing(act, query.join(Authority, Authority.id == Branch.authority_id)).where(
        Authority.dissolved_on <= act.today
    )


def _parent_dissolved(act: Act) -> "Select[Any]":
    query = _finding(Check.parent_dissolved, NodeKind.branch, (Upper.id, Upper.name))
    return _standing(act, query.join(Upper, Upper.id == Branch.parent_id)).where(Upper.dissolved_on <= act.today)


def _covering(act: Act, check: Check) -> "Select[Any]":
    """Links that stand today, where the organisation is."""
    link = BranchOrganization
    firm = (Organization.region_code, Organization.region_level)
    query = _finding(check, NodeKind.organization, (Organization.id, Organization.name), firm)
    return (
        query.join(link, link.branch_id == Branch.id)
        .join(Organization, Organization.id == link.organization_id)
        .where(
            valid_on(link.valid_from, link.valid_to, act.today),
            *within(
                act,
                link.region_code,
                (link.authority_code, link.outflow_authority_code),
                (link.branch_id, link.organization_id),
            ),
        )
    )


def _branch_dissolved(act: Act) -> "Select[Any]":
    return _covering(act, Check.branch_dissolved).where(Branch.dissolved_on <= act.today)


def _organization_ended(act: Act) -> "Select[Any]":
    return _covering(act, Check.organization_ended).where(Organization.status.in_(ENDED))


def _cycle(act: Act) -> "Select[Any]":
    """Branches that come back to themselves by going up. UNION drops what was met before, so that the walk ends."""
    start = select(Branch.id.label("start")).add_columns(*[Branch.parent_id.label("at")])
    up = _standing(act, start).where(Branch.parent_id.is_not(None)).cte("up", recursive=True)
    up = up.union(
        select(up.c.start, Upper.parent_id).join(Upper, Upper.id == up.c.at).where(Upper.parent_id.is_not(None))
    )
    query = _finding(Check.cycle, None)
    return query.where(Branch.id.in_(select(up.c.start).where(up.c.start == up.c.at)))


def _authority_elsewhere(act: Act) -> "Select[Any]":
    query = _finding(Check.authority_elsewhere, NodeKind.authority, (Authority.id, Authority.name))
    width = _width(Authority.region_level)
    return _standing(act, query.join(Authority, Authority.id == Branch.authority_id)).where(
        Branch.management_mode == ManagementMode.territorial,
        or_(Branch.region_code < Authority.region_code, Branch.region_code >= Authority.region_code + width),
    )


def _organization_elsewhere(act: Act) -> "Select[Any]":
    """A county is the widest ground of a branch; one that stands in a city or above is taken for all of that."""
    width = _width(func.least(Branch.region_level, 3))
    ground = Branch.region_code - Branch.region_code % width
    return _covering(act, Check.organization_elsewhere).where(
        Branch.dissolved_on.is_(None),
        Branch.management_mode.not_in((ManagementMode.dual, ManagementMode.industry)),
        or_(Organization.region_code < ground, Organization.region_code >= ground + width),
    )


def _dual_without_outflow(act: Act) -> "Select[Any]":
    return _standing(act, _finding(Check.dual_without_outflow, None)).where(
        Branch.management_mode == ManagementMode.dual, Branch.outflow_authority_code.is_(None)
    )


def _width(level: Any) -> ColumnElement[int]:
    return case(*((level == each, literal(width)) for each, width in enumerate(WIDTH[:-1])), else_=literal(WIDTH[-1]))


CHECKS: Final[dict[Check, Callable[[Act], "Select[Any]"]]] = {
    Check.authority_dissolved: _authority_dissolved,
    Check.parent_dissolved: _parent_dissolved,
    Check.branch_dissolved: _branch_dissolved,
    Check.organization_ended: _organization_ended,
    Check.cycle: _cycle,
    Check.authority_elsewhere: _authority_elsewhere,
    Check.organization_elsewhere: _organization_elsewhere,
    Check.dual_without_outflow: _dual_without_outflow,
}
