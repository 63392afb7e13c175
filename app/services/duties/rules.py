"""How a year is judged: the band that the numbers point to, and what stands against deciding. All of it is pure."""

from collections.abc import Callable
from typing import Final

from app.core.findings import Cited, Finding, judge
from app.services.duties.facts import BANDS, Band, ReviewFacts, Suggestion
from app.services.duties.policy import DutyPolicy

Rule = Callable[[ReviewFacts, DutyPolicy], Finding | None]


def targets_missed(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """Of the targets that could be measured, some were not reached."""
    measured = sum(each.percent is not None for each in facts.measured)
    if not facts.missed:
        return None
    reached = measured - len(facts.missed)
    return Cited(measured, policy.excellent_from.document).advice("review_targets_missed", reached)


def not_content_enough(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """Too few of the bodies that answered are satisfied for the best band."""
    share = facts.opinions.percent(facts.opinions.satisfied)
    low = share is not None and share < policy.excellent_satisfied.value
    return policy.excellent_satisfied.advice("review_not_content_enough", share) if low else None


def dissatisfied(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """Too many of the bodies that answered are not satisfied."""
    share = facts.opinions.percent(facts.opinions.dissatisfied)
    high = share is not None and share > policy.basic_dissatisfied.value
    return policy.basic_dissatisfied.advice("review_dissatisfied", share) if high else None


REASONS: Final[tuple[Rule, ...]] = (targets_missed, not_content_enough, dissatisfied)
"""What the suggested band rests on beside the score."""

CAPS: Final[dict[str, Band]] = {
    "review_not_content_enough": Band.competent,
    "review_dissatisfied": Band.basic,
}
"""The best band that a reason leaves open."""


def suggest(facts: ReviewFacts, policy: DutyPolicy) -> Suggestion:
    """The band by score, then no better than what the reasons leave open; none where nothing could be measured."""
    reasons = judge(REASONS, facts, policy)
    score = facts.score
    if score is None:
        return Suggestion(None, None, reasons)
    reached = next(band for band in BANDS if score >= policy.least(band).value)
    caps = [CAPS[reason.code] for reason in reasons if reason.code in CAPS]
    return Suggestion(max([reached, *caps], key=BANDS.index), score, reasons)


def nobody_decides_his_own(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """A year is decided by somebody else than whose it is, and than who reported on it."""
    own = facts.own and policy.decided_by_another.value
    return policy.decided_by_another.hard("review_own", facts.own) if own else None


def year_over(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """A year is appraised when it is over."""
    early = policy.year_over.value and not facts.year_over
    return policy.year_over.departure("review_year_not_over", facts.year_over) if early else None


def reported(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """The worker reports on his year first."""
    silent = policy.self_report.value and not facts.self_reported
    return policy.self_report.departure("review_without_report", facts.self_reported) if silent else None


def answered(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """Every body that the worker worked for is asked, and answers."""
    asked, came = facts.opinions.asked, facts.opinions.answered
    if not policy.opinions.value or came >= asked:
        return None
    return Cited(asked, policy.opinions.document).departure("review_opinions_missing", came)


def band_as_suggested(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """People decide; where they decide otherwise than the numbers say, they say why."""
    suggested = suggest(facts, policy).band
    if facts.band is None or suggested is None or facts.band is suggested:
        return None
    return Cited(suggested.value, policy.least(suggested).document).departure("review_band_departs", facts.band.value)


def consequence_as_usual(facts: ReviewFacts, policy: DutyPolicy) -> Finding | None:
    """What normally follows from the band."""
    if facts.band is None or facts.consequence is None:
        return None
    usual = policy.follows(facts.band)
    if facts.consequence in usual.value:
        return None
    told = ", ".join(each.value for each in usual.value)
    return Cited(told, usual.document).departure("review_consequence_departs", facts.consequence.value)


GATHERING: Final[tuple[Rule, ...]] = (reported, answered)
"""What is looked at when the opinions are closed."""

DECIDING: Final[tuple[Rule, ...]] = (nobody_decides_his_own, year_over, band_as_suggested, consequence_as_usual)
"""What is looked at when a year is decided."""

REOPENING: Final[tuple[Rule, ...]] = (nobody_decides_his_own,)
"""What is looked at when a decision is taken up again."""
