"""What is asked before somebody is sent somewhere, and before he takes over from another."""

from collections.abc import Callable

from app.core.findings import Finding, Severity
from app.services.instructors.facts import AssignmentFacts
from app.services.workers.policy import WorkerPolicy


def is_instructor(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """Only who is an instructor on the first day is sent."""
    if facts.term_to is not None:
        return None
    return policy.instructor_term_months.hard("assignment_without_role", facts.valid_from.isoformat())


def within_term(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """Nobody is sent for longer than he is an instructor; the database holds this too."""
    if facts.term_to is None or facts.valid_to <= facts.term_to:
        return None
    document = policy.instructor_term_months.document
    return Finding("beyond_term", Severity.hard, facts.term_to.isoformat(), facts.valid_to.isoformat(), document)


def is_formal(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """An instructor is a formal member, also after the role was given."""
    asked = policy.instructor_formal
    return asked.hard("instructor_not_formal", facts.formal) if asked.value and facts.formal is not True else None


def target_is_there(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """Nobody is sent to a closed organisation or a dissolved branch."""
    return None if facts.target_open else policy.instructor_most.hard("assignment_target_ended", 0)


def has_room(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """An instructor normally has one to five on his hands."""
    most = policy.instructor_most
    return most.departure("instructor_overloaded", facts.running) if facts.running > most.value else None


def stands_free(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """Who has interests there is sent only when somebody answers for it."""
    document = policy.instructor_most.document
    return Finding("assignment_conflict", Severity.departure, 0, 1, document) if facts.conflict else None


def alone_there(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """That somebody else is sent there already is worth knowing."""
    return policy.instructor_most.advice("instructor_there_already", facts.others) if facts.others else None


def on_its_own(facts: AssignmentFacts, policy: WorkerPolicy) -> Finding | None:
    """That a branch covers the organisation by now is worth knowing as well."""
    return policy.instructor_most.advice("organization_covered_already", 1) if facts.covered else None


ASSIGNMENT: tuple[Callable[[AssignmentFacts, WorkerPolicy], Finding | None], ...] = (
    is_instructor,
    within_term,
    is_formal,
    target_is_there,
    has_room,
    stands_free,
    alone_there,
    on_its_own,
)
