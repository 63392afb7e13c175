"""Policies as rows."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, SmallInteger, Text, cast, func, literal, select, tuple_

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import selecting
from app.services.policies.facts import Chain
from app.services.policies.models import PolicyRow
from app.services.policies.schemas import PolicyRead

_SELECT = selecting(
    PolicyRead,
    PolicyRow,
    policy_version=PolicyRow.kind + literal("-") + cast(PolicyRow.number, Text),
    region_code=func.lpad(cast(PolicyRow.region_code, Text), 12, "0"),
)
_SORTS = Sorts({"valid_from": PolicyRow.valid_from, "number": PolicyRow.number}, PolicyRow.id, "-number")


async def in_force(act: Act, kind: str, chain: Chain, day: date) -> PolicyRow | None:
    """The newest row of the deepest region of the chain that has one by that day."""
    places = [tuple_(literal(code, BigInteger), literal(level, SmallInteger)) for code, level in chain]
    found: PolicyRow | None = await act.session.scalar(
        select(PolicyRow)
        .where(
            PolicyRow.kind == kind,
            PolicyRow.valid_from <= day,
            tuple_(PolicyRow.region_code, PolicyRow.region_level).in_(places),
        )
        .order_by(PolicyRow.region_level.desc(), PolicyRow.valid_from.desc())
        .limit(1)
    )
    return found


async def laid_down(act: Act, kind: str) -> list[PolicyRow]:
    """Every version of a kind, for whatever region, in the order in which they were laid down."""
    query = select(PolicyRow).where(PolicyRow.kind == kind).order_by(PolicyRow.number)
    return list(await act.session.scalars(query))


async def listed(act: Act, kind: str | None, place: tuple[int, int] | None, ask: Ask) -> Page:
    """Policies, the newest first; of one kind and one region when asked."""
    query = _SELECT
    if kind is not None:
        query = query.where(PolicyRow.kind == kind)
    if place is not None:
        query = query.where(PolicyRow.region_code == place[0], PolicyRow.region_level == place[1])
    return await page(act, query, ask, _SORTS, (kind, place))


async def one(act: Act, policy_id: UUID) -> dict[str, Any] | None:
    """One policy, or None."""
    row = (await act.session.execute(_SELECT.where(PolicyRow.id == policy_id))).mappings().one_or_none()
    return dict(row) if row is not None else None
