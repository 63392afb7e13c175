"""A slow, separate reckoning of what a worker is paid: one fen after another, from the words of the rules.

It shares no code with the application. Fen are single things here: each fen that is due either meets the oldest fen
that is owed back, and both are gone, or is handed over.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FULL_TIME = "full_time_worker"


def use_by_words(role: str | None, days: dict[str, int], order: Sequence[str]) -> str | None:
    """A full-time worker's line is pay, any other a subsidy; without a role, the one with most days, the first of two
    alike in the order in which roles are told.
    """
    if role is None:
        best = 0
        for each in order:
            if days.get(each, 0) > best:
                best, role = days[each], each
        if role is None:
            return None
    return "full_time_pay" if role == FULL_TIME else "worker_subsidies"


@dataclass
class Purseful:
    """What one committee owes, and is owed by, one worker out of one purse for one use."""

    owed_back: deque[str] = field(default_factory=deque)  # a fen each, by the month it is of, the oldest in front
    handed_over: int = 0
    met: dict[str, int] = field(default_factory=dict)

    def owes(self, month: str, fen: int) -> None:
        """A list took so much back."""
        self.owed_back = deque(sorted([*self.owed_back, *[month] * fen]))

    def due(self, fen: int) -> tuple[int, dict[str, int]]:
        """A list brings so much: what is handed over, and what of it met which month's debt."""
        over, met = 0, dict[str, int]()
        for _ in range(fen):
            if self.owed_back:
                month = self.owed_back.popleft()
                met[month] = met.get(month, 0) + 1
            else:
                over += 1
        self.handed_over += over
        return over, met

    def undone(self, over: int, met: dict[str, int]) -> None:
        """A run was set aside: nothing of it happened."""
        self.handed_over -= over
        for month, fen in met.items():
            self.owes(month, fen)


def total(dues: Iterable[int]) -> int:
    """All that lists brought less all that they took back."""
    return sum(dues)
