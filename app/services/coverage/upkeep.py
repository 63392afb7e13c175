"""What keeps tallies short and facts true while nobody asks."""

from app.core.acts import Act
from app.services.coverage import repository

BITE = 5_000  # organisations brought into line in one transaction


async def fold(act: Act) -> None:
    """Fold what changed into the tallies, so that reports read few rows."""
    await repository.compact(act)


async def refresh(act: Act) -> bool:
    """Bring one bite of facts into line with links that began or ended by date; whether there may be more."""
    return await repository.refresh_stale(act, BITE) == BITE
