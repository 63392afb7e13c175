"""What becomes of feeds when regions change."""

from app.core.acts import Act
from app.services.calendars.feeds import repository


async def follow(act: Act, span: tuple[int, int], level: int, to: tuple[int, int]) -> int:
    """Feeds of a region that is no more stand in another one, and with their subject from its next reading on."""
    return await repository.follow(act, span, level, to)
