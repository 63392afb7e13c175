"""What the template holds beside empty tables."""

from app.core.acts import Acts
from app.core.clock import system_clock
from app.core.database import Database


async def seed(url: str) -> None:
    """Load what most tests stand on."""
    database = Database(url, pool_size=1)
    try:
        Acts(database, system_clock)
    finally:
        await database.close()
