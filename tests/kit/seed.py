"""What the template holds beside empty tables."""

from app.core.acts import Acts
from app.core.clock import system_clock
from app.core.database import Database
from app.services.regions import loading


async def seed(url: str) -> None:
    """Load what most tests stand on: Zhejiang, Hainan (a city and county at once) and Ningxia."""
    database = Database(url, pool_size=1)
    try:
        await loading.load(Acts(database, system_clock), provinces=("33", "46", "64"))
    finally:
        await database.close()
