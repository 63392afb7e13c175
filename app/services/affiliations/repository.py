"""Branches coming under another body: what is said of it goes to the trigger that dates it (see the migration)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB

from app.core.acts import Act
from app.services.affiliations.models import Affiliation
from app.services.authorities.models import Authority, AuthorityHandover
from app.services.branches.models import Branch


async def superior(act: Act, authority_id: UUID) -> Authority | None:
    """A body that a branch is to stand under, locked so that it cannot end before this act does."""
    return await act.session.scalar(select(Authority).where(Authority.id == authority_id).with_for_update(read=True))


async def began(act: Act, branch_ids: Sequence[UUID]) -> date | None:
    """The latest day on which one of these branches came under its present body."""
    return await act.session.scalar(
        select(func.max(Affiliation.valid_from)).where(
            Affiliation.branch_id.in_(branch_ids), Affiliation.valid_to.is_(None)
        )
    )


async def stand_under(act: Act, branch: Branch, changed: Mapping[str, Any], day: date, told: Mapping[str, Any]) -> None:
    """Write a claimed branch's next version with another body, mode or place of origin, dated and told."""
    await _tell(act, day, told)
    for name, value in changed.items():
        setattr(branch, name, value)
    branch.version += 1
    branch.recorded_at = act.now
    await act.session.flush()
    await _tell(act, None, {})


async def under(act: Act, authority_id: UUID) -> list[Branch]:
    """The branches that stand directly under a body and may be written, locked in the order of their ids."""
    query = (
        select(Branch)
        .where(
            Branch.authority_id == authority_id,
            or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > act.today),
        )
        .order_by(Branch.id)
        .with_for_update(key_share=True)
    )
    return list(await act.session.scalars(query))


async def branches_of(act: Act, authority_id: UUID) -> int:
    """How many branches stand directly under a body, those outside the caller's scope too."""
    return int(await act.session.scalar(select(func.branches_under(authority_id))) or 0)


async def hand_over(
    act: Act,
    ids: Sequence[UUID],
    values: Mapping[str, Any],
    let_pass: list[dict[str, Any]],
    day: date,
    told: Mapping[str, Any],
) -> None:
    """Bring locked branches under another body, all in one statement, each with the departures let pass for it."""
    await _tell(act, day, told)
    await act.session.execute(
        update(Branch)
        .where(Branch.id.in_(ids))
        .values(
            **values,
            departures=Branch.departures + literal(let_pass, JSONB),
            version=Branch.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )
    await _tell(act, None, {})


async def keep(act: Act, handover: AuthorityHandover) -> AuthorityHandover:
    """Insert the record of a hand-over; its key is the database's."""
    act.session.add(handover)
    await act.session.flush()
    return handover


async def _tell(act: Act, day: date | None, told: Mapping[str, Any]) -> None:
    said = orjson.dumps(dict(told)).decode() if told else ""
    await act.session.execute(
        select(
            func.set_config("liangxin.effective_on", day.isoformat() if day else "", True),
            func.set_config("liangxin.affiliation", said, True),
        )
    )
