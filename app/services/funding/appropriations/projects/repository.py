"""Brand projects as they are written."""

from app.core.acts import Act
from app.services.funding.appropriations.models import FundingBrandProject


async def add(act: Act, row: FundingBrandProject) -> None:
    """Write what is asked for."""
    act.session.add(row)
    await act.session.flush()


async def save(act: Act, row: FundingBrandProject) -> None:
    """Write a changed project as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
