"""Frozen values of payment runs: states, what a list brings whom, what is owed back, and what comes of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.services.authorities.facts import AuthorityKind
from app.services.funding.facts import HolderKind, Use

PAID_BY_ROLE: Final[Mapping[str, Use]] = {"full_time_worker": Use.full_time_pay}
"""What a full-time worker is paid is his pay; whatever else a role brings is a subsidy."""
RUN_USES: Final = (Use.full_time_pay, Use.worker_subsidies)
RUN_HOLDERS: Final = (HolderKind.committee, HolderKind.authority)
"""Whose accounts pay whole lists; a branch's or an organisation's money is spent by request."""


class RunState(StrEnum):
    """How far a run is. Once approved its items say it, and the database writes it."""

    draft = "draft"
    approved = "approved"  # nothing was tried yet
    paying = "paying"
    done = "done"  # no item waits
    discarded = "discarded"


class PayableState(StrEnum):
    """What became of one worker's line."""

    open = "open"
    paid = "paid"
    failed = "failed"  # the books refused it, with the reason; it is tried again with the rest
    returned = "returned"  # the bank sent it back; it is paid again where that is said of it
    netted = "netted"  # all of it went against what was owed back
    dropped = "dropped"  # taken out of its run: it may stand in another one


class PayableStep(NamedTuple):
    """From one state to another."""

    come_from: PayableState
    to: PayableState


S = PayableState
STEPS: Final[tuple[PayableStep, ...]] = (
    PayableStep(S.open, S.paid),
    PayableStep(S.open, S.failed),
    PayableStep(S.failed, S.failed),
    PayableStep(S.failed, S.paid),
    PayableStep(S.paid, S.returned),
    PayableStep(S.returned, S.paid),
    PayableStep(S.returned, S.failed),
    PayableStep(S.open, S.dropped),
    PayableStep(S.failed, S.dropped),
    PayableStep(S.returned, S.dropped),
    PayableStep(S.netted, S.dropped),
)
"""All that may follow; the database holds the same table (function payable_steps) and refuses the rest."""

WAITING: Final = (S.open, S.failed, S.returned)
"""Neither paid nor given up."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a closed list that brings its worker something.

    `shares`: days by role of the closed months that it corrects, for a line without paid days of its own month.
    `elsewhere`: a run has it already. `attempt`: the number under which it would be paid.
    """

    entitlement: UUID
    worker: UUID
    role: str | None
    due_fen: int
    shares: Mapping[str, int] = field(default_factory=dict)
    elsewhere: bool = False
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Books:
    """Out of whose books, which purse and for which use a run pays."""

    committee: UUID
    purse: str
    use: Use


@dataclass(frozen=True, slots=True)
class Owed:
    """A line of a closed list that takes something back.

    `bound`: the books that take it back already; `last`: by use, the books of the worker's last paid line.
    """

    entitlement: UUID
    worker: UUID
    month: date
    owed_fen: int
    role: str | None
    shares: Mapping[str, int] = field(default_factory=dict)
    bound: Books | None = None
    last: Mapping[Use, Books] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Debt:
    """What is still owed back, in the books that take it back."""

    id: UUID
    worker: UUID
    month: date
    left_fen: int


@dataclass(frozen=True, slots=True)
class Item:
    """What a run pays one worker for a line: what is due, less what was taken of which debts."""

    line: Line
    netted: tuple[tuple[UUID, int], ...] = ()

    @property
    def netted_fen(self) -> int:
        """What goes against debts."""
        return sum(fen for _, fen in self.netted)

    @property
    def amount_fen(self) -> int:
        """What is paid out."""
        return self.line.due_fen - self.netted_fen


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What decides whether somebody may approve or pay."""

    own: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the books refused one item: a label of the namespace `line` with its params."""

    code: str
    params: Mapping[str, Any]


TERRITORIAL: Final = (
    AuthorityKind.township,
    AuthorityKind.village,
    AuthorityKind.work_committee,
    AuthorityKind.social_work_department,
)
"""Bodies that pay whoever stands in their region; others pay those of their own line alone."""
