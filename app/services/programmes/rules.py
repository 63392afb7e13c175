"""How a programme and its targets are judged. All of it is pure."""

from collections.abc import Callable
from typing import Final

from app.core.findings import Cited, Finding
from app.services.programmes.facts import ProgrammeFacts, TargetFacts
from app.services.programmes.policy import ProgrammePolicy

Rule = Callable[[ProgrammeFacts, ProgrammePolicy], Finding | None]
TargetRule = Callable[[TargetFacts, ProgrammePolicy], Finding | None]


def approved_by_another(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """Nobody approves what he drew up."""
    own = facts.own_draft and policy.approved_by_another.value
    return policy.approved_by_another.hard("programme_own_draft", facts.own_draft) if own else None


def holds_something(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """A programme without a task says nothing."""
    empty = facts.tasks == 0
    return Cited(1, policy.kept_after_approval.document).departure("programme_empty", 0) if empty else None


def all_linked(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """Every task belongs to an item of the general plan: that is what planned together means."""
    loose = policy.linked.value and facts.unlinked > 0
    return Cited(0, policy.linked.document).departure("programme_tasks_unlinked", facts.unlinked) if loose else None


def kept_after_approval(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """What was approved stays as it was approved."""
    late = policy.kept_after_approval.value and facts.changing
    return policy.kept_after_approval.departure("programme_changed_late", True) if late else None


def year_over(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """A year is closed when it is over."""
    early = policy.year_over.value and not facts.year_over
    return policy.year_over.departure("programme_year_not_over", facts.year_over) if early else None


def all_done(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """No task is left open."""
    left = policy.tasks_done.value and facts.open_tasks > 0
    return Cited(0, policy.tasks_done.document).departure("programme_tasks_open", facts.open_tasks) if left else None


def all_marked(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """Every task bears the four marks."""
    bare = policy.marked.value and facts.unmarked > 0
    return Cited(0, policy.marked.document).departure("programme_tasks_unmarked", facts.unmarked) if bare else None


def all_reached(facts: ProgrammeFacts, policy: ProgrammePolicy) -> Finding | None:
    """Targets that were not reached are told; they stand against nothing."""
    missed = Cited(0, policy.tasks_done.document).advice("programme_targets_missed", facts.missed)
    return missed if facts.missed else None


def behind(facts: TargetFacts, policy: ProgrammePolicy) -> Finding | None:
    """The figure lags further behind its time than is let pass."""
    done = facts.progress_permille
    if done is None or facts.reached:
        return None
    least = facts.time_permille - policy.lag_permille.value
    return Cited(least, policy.lag_permille.document).advice("target_behind", done) if done < least else None


def unmeasured(facts: TargetFacts, policy: ProgrammePolicy) -> Finding | None:
    """There is nothing to measure it by."""
    nothing = facts.value is None
    return Cited(True, policy.lag_permille.document).advice("target_unmeasured", False) if nothing else None


APPROVING: Final[tuple[Rule, ...]] = (approved_by_another, holds_something, all_linked)
"""What is looked at when a programme is approved."""

CHANGING: Final[tuple[Rule, ...]] = (kept_after_approval,)
"""What is looked at when something is entered or changed."""

CLOSING: Final[tuple[Rule, ...]] = (year_over, all_done, all_marked, all_reached)
"""What is looked at when a programme is closed, and told all year."""

TARGETS: Final[tuple[TargetRule, ...]] = (behind, unmeasured)
"""What is told of a target."""
