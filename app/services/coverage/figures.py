"""Figures from a tally: how many organisations have each set of facts, judged once per set.

A tally is `(facts key, number of organisations)`; a region has a few hundred distinct keys whatever its size.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.services.coverage.easy_first import Gap, gap_of
from app.services.coverage.facts import OrganizationFacts, unpack
from app.services.coverage.policy import DENOMINATORS, CoveragePolicy, DenominatorName
from app.services.coverage.rules import CLASSES, QUESTIONS, organisation_covered, standalone, work_covered
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
    reached: Share
    organisation_coverage: Share
    work_coverage: Share
    standalone_rate: Share
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
    unplaced: int  # known to a city or province at most
    classes: tuple[ClassFigure, ...]

    @property
    def unclassified_share(self) -> Share:
        """The unclassified among all that are or may be counted: how far the figures could be off."""
        counted = self.organisation_coverage.denominator
        return Share(self.unclassified, counted + self.unclassified + self.undetermined)


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


class _Sums:
    """Running sums of one set of organisations."""

    def __init__(self) -> None:
        self.number = self.covered = self.work = self.alone = self.reached = self.unsure = 0

    def add(self, answer: bool | None, number: int, verdict: Verdict, reached: bool) -> None:
        if answer:
            self.number += number
            self.covered += number * verdict.covered
            self.work += number * verdict.work_covered
            self.alone += number * verdict.standalone
            self.reached += number * reached
        elif answer is None:
            self.unsure += number

    def shares(self) -> dict[str, Share]:
        return {
            "organisation_coverage": Share(self.covered, self.number),
            "work_coverage": Share(self.work, self.number),
            "standalone_rate": Share(self.alone, self.number),
        }


def figures(tally: Tally, policy: CoveragePolicy, denominator: DenominatorName) -> Figures:
    """The figures of a tally. Unclassified and undetermined organisations stand beside them, never inside."""
    judged = bench(policy)
    total = unclassified = unplaced = 0
    counted, classes = _Sums(), [_Sums() for _ in CLASSES]
    for key, number in tally:
        verdict = judged.verdict(key)
        total += number
        unplaced += number * verdict.facts.unplaced
        answer = verdict.counted[denominator]
        counted.add(answer, number, verdict, verdict.covered)
        if answer is None and verdict.facts.kind is Kind.unclassified:
            unclassified += number
        for sums, (belongs, reached) in zip(classes, verdict.classes, strict=True):
            sums.add(belongs, number, verdict, reached)
    kinds = policy.counted(denominator)
    return Figures(
        denominator=denominator,
        kinds=kinds.value,
        kinds_document=kinds.document,
        policy_version=policy.version,
        member_basis=policy.member_basis.value,
        organizations=total,
        **counted.shares(),
        unclassified=unclassified,
        undetermined=counted.unsure - unclassified,
        unplaced=unplaced,
        classes=tuple(
            ClassFigure(
                code=each.code,
                goal=each.goal,
                reached=Share(sums.reached, sums.number),
                **sums.shares(),
                undetermined=sums.unsure,
            )
            for each, sums in zip(CLASSES, classes, strict=True)
        ),
    )


def by_kind(tally: Tally) -> dict[Kind, Counter[int]]:
    """The tally split by kind, kinds in their fixed order."""
    split: dict[Kind, Counter[int]] = {}
    for key, number in tally:
        split.setdefault(unpack(key).kind, Counter())[key] += number
    return {kind: split[kind] for kind in Kind if kind in split}


def of_class(tally: Tally, policy: CoveragePolicy, code: str) -> Counter[int]:
    """The part of a tally that certainly belongs to a class."""
    judged = bench(policy)
    place = next(place for place, each in enumerate(CLASSES) if each.code == code)
    return Counter({key: number for key, number in tally if judged.verdict(key).classes[place][0]})
