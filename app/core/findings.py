"""Judgement: a rule is a pure function from facts and a policy to a finding, or to nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

Number = TypeVar("Number")
Facts = TypeVar("Facts")
Policy = TypeVar("Policy")


class Severity(StrEnum):
    """How much a finding weighs."""

    hard = "hard"  # refused
    departure = "departure"  # allowed with a recorded approval
    advice = "advice"  # worth knowing


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: its code, its weight, the limit it cites and the figure it met."""

    code: str
    severity: Severity
    limit: Any
    actual: Any
    citation: str


@dataclass(frozen=True, slots=True)
class Cited(Generic[Number]):
    """A policy's number together with the document it is taken from."""

    value: Number
    document: str

    def hard(self, code: str, actual: Any) -> Finding:
        """A finding that refuses."""
        return Finding(code, Severity.hard, self.value, actual, self.document)

    def departure(self, code: str, actual: Any) -> Finding:
        """A finding that needs a recorded approval."""
        return Finding(code, Severity.departure, self.value, actual, self.document)

    def advice(self, code: str, actual: Any) -> Finding:
        """A finding that only tells."""
        return Finding(code, Severity.advice, self.value, actual, self.document)


def judge(
    rules: Sequence[Callable[[Facts, Policy], Finding | None]], facts: Facts, policy: Policy
) -> tuple[Finding, ...]:
    """Ask every rule in order; return what was found, in the same order."""
    return tuple(found for rule in rules if (found := rule(facts, policy)) is not None)
