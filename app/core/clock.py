"""The clock is handed in. Instants are UTC; dates are those of Shanghai."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def day_of(instant: datetime) -> date:
    """The Shanghai date of an instant."""
    return instant.astimezone(SHANGHAI).date()
