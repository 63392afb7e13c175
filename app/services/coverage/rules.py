"""Coverage as pure judgement: what counts, what covers, what is found missing.

Every question about facts may be answered True, False or None; None means that it cannot be told, and such
organisations are counted beside a figure, never inside it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.findings import Finding
from app.services.coverage.facts import Band, CoverageMode, OrganizationFacts
from app.services.coverage.policy import CoveragePolicy, DenominatorName
from app.services.organizations.facts import Status, UncoveredReason
from app.services.organizations.kinds import TWO_NEW_KINDS, Kind
from app.services.organizations.sectors import Sector

Question = Callable[[OrganizationFacts, CoveragePolicy], bool | None]
Rule = Callable[[OrganizationFacts, CoveragePolicy], Finding | None]


def all_of(*answers: bool | None) -> bool | None:
    """No if any says no; otherwise unknown if any is unknown."""
    if False in answers:
        return False
    return None if None in answers else True


def any_of(*answers: bool | None) -> bool | None:
    """Yes if any says yes; otherwise unknown if any is unknown."""
    if True in answers:
        return True
    return None if None in answers else False


# What the facts say


def members(facts: OrganizationFacts, policy: CoveragePolicy) -> Band:
    """The formal members by the count the policy goes by: those whose relation is there, or those who work there."""
    return facts.formal_members_working if policy.member_basis.value == "working" else facts.formal_members_relation


def concerned(facts: OrganizationFacts) -> bool:
    """Whether the rules speak of this organisation: certainly two-new, and operating."""
    return facts.kind in TWO_NEW_KINDS and facts.status is Status.operating


def may_form_own(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Whether there are formal members enough for a branch of its own."""
    return members(facts, policy).at_least(policy.branch_minimum.value)


def is_above_scale(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Whether the unit is above scale: by the statistics bureau's word, else by revenue (or staff) bands."""
    if facts.above_scale_reported is not None:
        return facts.above_scale_reported
    by_revenue = _above_scale_by_revenue(facts, policy)
    if policy.above_scale_staff.value is None:
        return by_revenue
    return any_of(by_revenue, facts.staff.at_least(policy.above_scale_staff.value))


def _above_scale_by_revenue(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    if facts.sector is Sector.agriculture:
        return False  # the statistics know no limit for it
    limit = next((limit for limit in policy.above_scale.value if limit.sector is facts.sector), None)
    if limit is None:
        return None  # construction goes by qualification; an unknown sector has no limit to be held against
    if facts.revenue.at_least(limit.from_yuan):
        return True
    return False if facts.revenue.at_least(limit.never_below) is False else None


# What covers


def organisation_covered(facts: OrganizationFacts, _: CoveragePolicy) -> bool:
    """组织覆盖: a branch of any mode covers the organisation."""
    return facts.coverage_mode is not CoverageMode.none


def standalone(facts: OrganizationFacts, _: CoveragePolicy) -> bool:
    """单独建: the organisation has a branch of its own."""
    return facts.coverage_mode is CoverageMode.standalone


def work_covered(facts: OrganizationFacts, policy: CoveragePolicy) -> bool:
    """工作覆盖: covered by a branch, or reached through one of the channels that the policy counts."""
    return organisation_covered(facts, policy) or any(getattr(facts, channel) for channel in policy.work_channels.value)


# Denominators: whom a figure counts


def _counted(facts: OrganizationFacts, policy: CoveragePolicy, name: DenominatorName) -> bool | None:
    operating = facts.status is Status.operating
    kind = None if facts.kind is Kind.unclassified else facts.kind in policy.counted(name).value
    return all_of(operating, kind)


def all_operating(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Every operating organisation of the counted kinds."""
    return _counted(facts, policy, "all_operating")


def eligible(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Those that should have a branch by the rules: members enough for one of their own, or above scale."""
    due = any_of(may_form_own(facts, policy), above_scale(facts, policy))
    return all_of(_counted(facts, policy, "eligible"), due)


def above_scale(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """规模以上 enterprises."""
    return all_of(_counted(facts, policy, "above_scale"), is_above_scale(facts, policy))


def has_members(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Those with at least one formal member."""
    return all_of(_counted(facts, policy, "has_members"), members(facts, policy).at_least(1))


def san_you(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """三有: fixed premises, staff enough, operating."""
    staffed = facts.staff.at_least(policy.san_you_staff.value)
    return all_of(_counted(facts, policy, "san_you"), facts.fixed_premises, staffed)


QUESTIONS: dict[DenominatorName, Question] = {
    "all_operating": all_operating,
    "eligible": eligible,
    "above_scale": above_scale,
    "has_members": has_members,
    "san_you": san_you,
}


# Classes: the three of full coverage, and those without members


def three_members(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Members enough for a branch of its own."""
    return all_of(_counted(facts, policy, "has_members"), may_form_own(facts, policy))


def few_members(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """Some members, too few for a branch of its own."""
    enough = may_form_own(facts, policy)
    some = members(facts, policy).at_least(policy.joint_from.value)
    return all_of(_counted(facts, policy, "has_members"), some, None if enough is None else not enough)


def no_members(facts: OrganizationFacts, policy: CoveragePolicy) -> bool | None:
    """No formal member at all."""
    some = members(facts, policy).at_least(policy.joint_from.value)
    return all_of(_counted(facts, policy, "has_members"), None if some is None else not some)


@dataclass(frozen=True, slots=True)
class CoverageClass:
    """A class of organisations and what full coverage asks of it. `code` and `goal` have labels."""

    code: str
    holds: Question
    goal: str
    reached: Callable[[OrganizationFacts, CoveragePolicy], bool]


CLASSES: tuple[CoverageClass, ...] = (
    CoverageClass("above_scale", above_scale, "organisation_covered", organisation_covered),
    CoverageClass("three_members", three_members, "standalone", standalone),
    CoverageClass("few_members", few_members, "organisation_covered", organisation_covered),
    CoverageClass("no_members", no_members, "work_covered", work_covered),
)


# Findings about one organisation


def kind_unclassified(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """Nobody can say whether it belongs to the two-new field."""
    untold = facts.kind is Kind.unclassified and facts.status is Status.operating
    return policy.counted_all_operating.advice("kind_unclassified", facts.kind) if untold else None


def members_unknown(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """The count of formal members that the policy goes by was never told."""
    untold = concerned(facts) and not members(facts, policy).known
    return policy.member_basis.advice("members_unknown", None) if untold else None


def own_branch_below_minimum(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """A branch of its own, and fewer formal members than one takes."""
    short = standalone(facts, policy) and may_form_own(facts, policy) is False
    return policy.branch_minimum.hard("own_branch_below_minimum", str(members(facts, policy))) if short else None


def three_members_without_own_branch(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """Members enough, and no branch of its own."""
    due = three_members(facts, policy) and not standalone(facts, policy)
    actual = str(members(facts, policy))
    return policy.branch_minimum.departure("three_members_without_own_branch", actual) if due else None


def few_members_without_joint_branch(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """One or two members whom no joint, attached or territorial branch takes in."""
    due = few_members(facts, policy) and not organisation_covered(facts, policy)
    actual = str(members(facts, policy))
    return policy.joint_from.departure("few_members_without_joint_branch", actual) if due else None


def above_scale_without_branch(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """Above scale, and no branch covers it."""
    due = above_scale(facts, policy) and not organisation_covered(facts, policy)
    return policy.above_scale_needs.departure("above_scale_without_branch", facts.coverage_mode) if due else None


def no_members_unreached(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """No members, and neither the community nor a mass organisation nor an instructor has gone in."""
    due = no_members(facts, policy) and not work_covered(facts, policy)
    return policy.no_members_needs.departure("no_members_unreached", facts.coverage_mode) if due else None


def san_you_unreached(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """Premises, staff and business are there, and party work has not come."""
    due = san_you(facts, policy) and not work_covered(facts, policy)
    return policy.san_you_staff.advice("san_you_unreached", str(facts.staff)) if due else None


def no_reason_stated(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """Not covered, and nobody has stated why."""
    due = concerned(facts) and not organisation_covered(facts, policy) and facts.uncovered_reason is None
    return policy.stated_reason.advice("no_reason_stated", None) if due else None


def reason_contradicted(facts: OrganizationFacts, policy: CoveragePolicy) -> Finding | None:
    """The stated reason and the reported members do not go together."""
    refuted_from = {
        UncoveredReason.no_members: policy.joint_from,
        UncoveredReason.fewer_than_three: policy.branch_minimum,
    }
    if not concerned(facts) or facts.uncovered_reason not in refuted_from:
        return None
    limit = refuted_from[facts.uncovered_reason]
    refuted = members(facts, policy).at_least(limit.value)
    return limit.advice("reason_contradicted", str(members(facts, policy))) if refuted else None


COVERAGE: tuple[Rule, ...] = (
    kind_unclassified,
    members_unknown,
    own_branch_below_minimum,
    three_members_without_own_branch,
    few_members_without_joint_branch,
    above_scale_without_branch,
    no_members_unreached,
    san_you_unreached,
    no_reason_stated,
    reason_contradicted,
)
