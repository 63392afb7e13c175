"""What the engine is told about a kind of policy."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar


class Numbers(Protocol):
    """A frozen dataclass whose fields are Cited numbers, but for the name of its version."""

    @property
    def version(self) -> str:
        """The version's name, told with every figure and judgement."""


P = TypeVar("P", bound=Numbers)

Chain = tuple[tuple[int, int], ...]
"""The regions a policy may be laid down for, as (code, level), from the region asked about up to the country."""


@dataclass(frozen=True, slots=True)
class PolicyKind(Generic[P]):
    """A kind of policy: its name on the wire and the numbers that hold where nobody has laid down others."""

    name: str
    default: P


@dataclass(frozen=True, slots=True)
class InForce(Generic[P]):
    """The policy that holds at a place on a day. Without an id it is the shipped default."""

    numbers: P
    id: str | None
    region_code: int
    region_level: int
    valid_from: date | None


class WrongNumbers(ValueError):
    """Values that a policy cannot take: field name to label code and its params."""

    def __init__(self, wrong: dict[str, tuple[str, dict[str, Any]]]) -> None:
        self.wrong = wrong
        super().__init__(", ".join(wrong))
