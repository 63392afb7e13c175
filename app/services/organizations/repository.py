"""Writing single organisations; the set-wise writes of a merge are in absorbing_repository."""

from uuid import UUID

from sqlalchemy import ARRAY, Text, func, literal, select

from app.core.acts import Act
from app.services.organizations.models import Organization


async def add(act: Act, row: Organization) -> Organization:
    """Insert one organisation. The database refuses a USCC or a place outside the scope."""
    act.session.add(row)
    await act.session.flush()
    return row


async def save(act: Act, row: Organization) -> None:
    """Write a claimed organisation's changes as a new version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def is_held(act: Act, uscc: str) -> bool:
    """Whether any organisation of the country has this code, in scope or not."""
    holders = func.organizations_holding_uscc(literal([uscc], ARRAY(Text))).table_valued("uscc")
    return await act.session.scalar(select(func.count()).select_from(holders)) != 0


async def is_named(act: Act, name_key: str, region_code: int) -> bool:
    """Whether a body without a code, of this name and still at work, stands at this very place."""
    same = select(Organization.id).where(
        Organization.name_key == name_key,
        Organization.region_code == region_code,
        Organization.uscc.is_(None),
        Organization.closed_on.is_(None),
    )
    return await act.session.scalar(same.limit(1)) is not None


async def sees_host(act: Act, host_id: UUID) -> bool:
    """Whether there is such a host within the scope."""
    (reference,) = Organization.__table__.c.host_id.foreign_keys
    return await act.session.scalar(select(reference.column).where(reference.column == host_id)) is not None
