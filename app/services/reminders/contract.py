"""What a noun offers: one kind of thing that falls due, each with its day, under the permission it is read with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.acts import Act

if TYPE_CHECKING:
    from sqlalchemy import Select

Due = Callable[[Act, date], Awaitable["Select[Any]"]]
"""What falls due up to a day, that day included, and is not done: a query of the columns of `reads.due`, narrowed to
the caller's scope. What is overdue is among it."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One kind of reminder.

    `code` is named in the labels (namespace `reminder`), `permission` the one its rows are read or settled with, `path`
    is where one is read, with a place for its id.
    """

    code: str
    permission: str
    path: str
    due: Due


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds that there are, in the order in which they are counted."""

    reminders: tuple[Reminder, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for a code that stands in it twice."""
        codes = [each.code for each in self.reminders]
        if len(codes) != len(set(codes)):
            raise ValueError("a reminder stands in the catalogue twice")

    def held(self, permissions: frozenset[str], kinds: frozenset[str] | None = None) -> tuple[Reminder, ...]:
        """Those that these permissions let read; of certain kinds when asked."""
        return tuple(
            each for each in self.reminders if each.permission in permissions and (kinds is None or each.code in kinds)
        )
