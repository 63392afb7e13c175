"""Frozen values of action items: states, verbs, and the one table of what follows what."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

ACTION_ITEMS: Final = "action_items"
"""What files and the audit call them."""


class ActionItemState(StrEnum):
    """How far it is. That it is overdue is no state: a day says so, and nobody writes it down."""

    open = "open"
    reported = "reported"
    sent_back = "sent_back"
    accepted = "accepted"
    carried_over = "carried_over"
    withdrawn = "withdrawn"


class Verb(StrEnum):
    """What is done with it; each leaves one entry."""

    decide = "decide"  # the first entry: there was nothing before
    change = "change"
    set_supporters = "set_supporters"
    report = "report"
    accept = "accept"
    send_back = "send_back"
    carry_over = "carry_over"
    withdraw = "withdraw"


class Who(StrEnum):
    """Whose step it is. A department's own may be entered for it by the committee's office, and is marked so."""

    department = "department"
    committee = "committee"


class Step(NamedTuple):
    """From one state by a verb to another, and whose step that is."""

    come_from: ActionItemState
    verb: Verb
    to: ActionItemState
    who: Who


S, V, W = ActionItemState, Verb, Who
TRANSITIONS: Final[tuple[Step, ...]] = (
    Step(S.open, V.change, S.open, W.committee),
    Step(S.open, V.report, S.reported, W.department),
    Step(S.sent_back, V.report, S.reported, W.department),
    Step(S.carried_over, V.report, S.reported, W.department),
    Step(S.reported, V.accept, S.accepted, W.committee),
    Step(S.reported, V.send_back, S.sent_back, W.committee),
    Step(S.open, V.carry_over, S.carried_over, W.committee),
    Step(S.sent_back, V.carry_over, S.carried_over, W.committee),
    Step(S.carried_over, V.carry_over, S.carried_over, W.committee),
    Step(S.open, V.withdraw, S.withdrawn, W.committee),
    Step(S.reported, V.withdraw, S.withdrawn, W.committee),
    Step(S.sent_back, V.withdraw, S.withdrawn, W.committee),
    Step(S.carried_over, V.withdraw, S.withdrawn, W.committee),
    Step(S.open, V.set_supporters, S.open, W.committee),
    Step(S.reported, V.set_supporters, S.reported, W.committee),
    Step(S.sent_back, V.set_supporters, S.sent_back, W.committee),
    Step(S.carried_over, V.set_supporters, S.carried_over, W.committee),
)
"""All that may follow; the database holds the same table (function action_item_steps) and refuses everything else."""

WAITING: Final = (S.open, S.sent_back, S.carried_over)
"""For the department: past its day such an item is overdue. A report is in the committee's hands."""
UNDER_WAY: Final = (*WAITING, S.reported)
"""Not settled."""


def step(state: ActionItemState, verb: Verb) -> Step | None:
    """Where a verb leads from a state; None where it leads nowhere."""
    return next((each for each in TRANSITIONS if each.come_from is state and each.verb is verb), None)


def days_overdue(state: ActionItemState, due_on: date, today: date) -> int:
    """Whole days past its day while it waits for the department; 0 where it is not overdue."""
    return max((today - due_on).days, 0) if state in WAITING else 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What was decided; the day of the decision is that of its meeting, or today without one."""

    committee_id: UUID
    meeting_id: UUID | None
    agenda_item_id: UUID | None
    what: str
    department_id: UUID
    supporters: tuple[UUID, ...]
    due_on: date
