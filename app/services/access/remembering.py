"""Remembering for a few seconds what the database said, so that a busy caller does not ask it each time."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")

FOR = timedelta(seconds=5)
"""The longest that a grant which was ended elsewhere still holds here."""
MOST = 10_000


class Remembered(Generic[Value]):
    """Values by key, each for five seconds; never more than ten thousand."""

    def __init__(self) -> None:
        self._kept: dict[str | bytes, tuple[datetime, Value]] = {}

    def get(self, key: str | bytes, now: datetime) -> Value | None:
        """What is remembered, while it is fresh."""
        found = self._kept.get(key)
        if found is None or not found[0] <= now < found[0] + FOR:
            return None
        return found[1]

    def put(self, key: str | bytes, value: Value, now: datetime) -> Value:
        """Remember, and hand it on."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (now, value)
        return value

    def forget(self) -> None:
        """Forget everything: something was changed here."""
        self._kept.clear()
