"""What if: organisations moved from one mode to another, without writing anything."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.services.coverage.facts import CoverageMode, covered_by
from app.services.coverage.figures import Tally, Verdict, bench
from app.services.coverage.policy import CoveragePolicy
from app.services.coverage.rules import CLASSES, concerned


@dataclass(frozen=True, slots=True)
class Move:
    """What if `count` organisations went from one mode to another, of one class or of any?"""

    count: int
    from_mode: CoverageMode
    to_mode: CoverageMode
    of_class: str | None = None


class NotSoMany(ValueError):
    """A move of more organisations than there are; `available` tells how many could go."""

    def __init__(self, move: Move, available: int) -> None:
        self.move = move
        self.available = available
        super().__init__(f"{move.count} organisations to move, {available} available")


def moved(tally: Tally, moves: Iterable[Move], policy: CoveragePolicy) -> Counter[int]:
    """The tally after the moves, made one after the other, easy ones first. Raises NotSoMany.

    Only organisations go that the rules speak of: certainly two-new, and operating.
    """
    judged, result = bench(policy), Counter[int]()
    for key, number in tally:
        result[key] += number
    for move in moves:
        place = next((i for i, each in enumerate(CLASSES) if each.code == move.of_class), None)
        able = [
            key
            for key, number in result.items()
            if number > 0 and _may_move(judged.verdict(key), move, place)
        ]  # fmt: skip
        available = sum(result[key] for key in able)
        if move.count > available:
            raise NotSoMany(move, available)
        left = move.count
        for key in sorted(able, key=lambda each: (_queue(judged.verdict(each)), each)):
            going = min(left, result[key])
            result[key] -= going
            result[covered_by(key, move.to_mode)] += going
            left -= going
    return +result


def _may_move(verdict: Verdict, move: Move, place: int | None) -> bool:
    of_class = place is None or verdict.classes[place][0] is True
    return verdict.facts.coverage_mode is move.from_mode and concerned(verdict.facts) and of_class


def _queue(verdict: Verdict) -> tuple[int, ...]:
    return verdict.gap.order if verdict.gap else (9,)
