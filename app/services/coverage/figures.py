"""Figures from a tally: how many organisations have each set of facts, judged once per set.

A tally is `(facts key, number of organisations)`; a region has a few hundred distinct keys whatever its size.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.services.coverage.easy_first import Gap, gap_of
from app.services.coverage.facts import CoverageMode, OrganizationFacts, covered_by, unpack
from app.services.coverage.policy import DENOMINATORS, CoveragePolicy, DenominatorName
from app.services.coverage.rules import CLASSES, QUESTIONS, concerned, organisation_covered, standalone, work_covered
from app.services.organizations.kinds import Kind

Tally = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one set of facts."""

    facts: OrganizationFacts
    counted: dict[DenominatorName, bool | None]
    covered: bool
    standalone: bool
    work_covered: bool
    classes: tuple[tuple[bool | None, bool], ...]  # of CLASSES in order: belongs, reached
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    numerator: int
    denominator: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1, to four places; None when there is nobody to count."""
        return round(self.numerator / self.denominator, 4) if self.denominator else None


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """How far one class has come to its goal, and how many may or may not belong to it."""

    code: str
    goal: str
    share: Share
    undetermined: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Coverage of a tally under one policy and one denominator, and all that the figures rest on."""

    denominator: DenominatorName
    kinds: tuple[Kind, ...]
    kinds_document: str
    policy_version: str
    member_basis: str
    organizations: int  # all in the tally, counted or not
    organisation_coverage: Share
    work_coverage: Share
    standalone_rate: Share
    unclassified: int  # whose kind cannot be told, so that they may or may not belong here
    undetermined: int  # of a counted kind, but other facts the denominator asks for are missing
    classes: tuple[ClassFigure, ...]


class Bench:
    """Judges facts keys under one policy and remembers each verdict."""

    def __init__(self, policy: CoveragePolicy) -> None:
        self.policy = policy
        self._verdicts: dict[int, Verdict] = {}

    def verdict(self, key: int) -> Verdict:
        """The verdict on a facts key. Raises ValueError for a key of another layout."""
        found = self._verdicts.get(key)
        if found is None:
            found = self._verdicts[key] = self._judged(unpack(key))
        return found

    def _judged(self, facts: OrganizationFacts) -> Verdict:
        policy = self.policy
        return Verdict(
            facts=facts,
            counted={name: QUESTIONS[name](facts, policy) for name in DENOMINATORS},
            covered=organisation_covered(facts, policy),
            standalone=standalone(facts, policy),
            work_covered=work_covered(facts, policy),
            classes=tuple((each.holds(facts, policy), each.reached(facts, policy)) for each in CLASSES),
            gap=gap_of(facts, policy),
        )


@lru_cache(maxsize=64)
def bench(policy: CoveragePolicy) -> Bench:
    """The bench of a policy; kept, so that a key is judged once for as long as the process lives."""
    return Bench(policy)


def figures(tally: Tally, policy: CoveragePolicy, denominator: DenominatorName) -> Figures:
    """The figures of a tally. Unclassified and undetermined organisations stand beside them, never inside."""
    judged = bench(policy)
    total = counted = covered = work = alone = unclassified = undetermined = 0
    belongs, reached, unsure = [0] * len(CLASSES), [0] * len(CLASSES), [0] * len(CLASSES)
    for key, number in tally:
        verdict = judged.verdict(key)
        total += number
        answer = verdict.counted[denominator]
        if answer:
            counted += number
            covered += number * verdict.covered
            work += number * verdict.work_covered
            alone += number * verdict.standalone
        elif answer is None:
            if verdict.facts.kind is Kind.unclassified:
                unclassified += number
            else:
                undetermined += number
        for place, (holds, has_reached) in enumerate(verdict.classes):
            if holds:
                belongs[place] += number
                reached[place] += number * has_reached
            elif holds is None:
                unsure[place] += number
    kinds = policy.counted(denominator)
    return Figures(
        denominator=denominator,
        kinds=kinds.value,
        kinds_document=kinds.document,
        policy_version=policy.version,
        member_basis=policy.member_basis.value,
        organizations=total,
        organisation_coverage=Share(covered, counted),
        work_coverage=Share(work, counted),
        standalone_rate=Share(alone, counted),
        unclassified=unclassified,
        undetermined=undetermined,
        classes=tuple(
            ClassFigure(each.code, each.goal, Share(reached[place], belongs[place]), unsure[place])
            for place, each in enumerate(CLASSES)
        ),
    )


def by_kind(tally: Tally) -> dict[Kind, Counter[int]]:
    """The tally split by kind, kinds in their fixed order."""
    split: dict[Kind, Counter[int]] = {}
    for key, number in tally:
        split.setdefault(unpack(key).kind, Counter())[key] += number
    return {kind: split[kind] for kind in Kind if kind in split}


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
