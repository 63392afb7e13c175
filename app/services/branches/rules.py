"""What is asked before a branch is applied for and founded, takes in an organisation, or changes its level."""

from collections.abc import Callable

from app.core.findings import Cited, Finding
from app.services.branches.facts import (
    DecisionFacts,
    Election,
    ElectionFacts,
    FormationMode,
    FoundingFacts,
    Level,
    TermKind,
)
from app.services.branches.policy import BranchPolicy


def standalone_is_one(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A branch of its own is one organisation's."""
    limit = policy.standalone_organizations
    wrong = facts.mode is FormationMode.standalone and facts.organizations != limit.value
    return limit.hard("branch_standalone_organizations", facts.organizations) if wrong else None


def too_few_of_its_own(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """Fewer than three formal members cannot be a branch of their own."""
    short = facts.mode is FormationMode.standalone and facts.formal < policy.branch_minimum.value
    return policy.branch_minimum.hard("branch_too_few_members", facts.formal) if short else None


def joint_is_several(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A joint branch joins at least two organisations."""
    short = facts.mode is FormationMode.joint and facts.organizations < policy.joint_least.value
    return policy.joint_least.hard("branch_joint_too_few_organizations", facts.organizations) if short else None


def too_few_together(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """The organisations of a joint branch have three formal members together."""
    short = facts.mode is FormationMode.joint and facts.formal < policy.joint_minimum.value
    return policy.joint_minimum.hard("branch_joint_too_few_members", facts.formal) if short else None


def covered_once(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """An organisation is covered by one branch at a time; the database holds this too."""
    taken = facts.covered_elsewhere > 0
    return policy.branches_each.hard("branch_already_covered", facts.covered_elsewhere) if taken else None


def joint_is_small(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A joint branch normally takes in at most five organisations."""
    wide = facts.mode is FormationMode.joint and facts.organizations > policy.joint_most.value
    return policy.joint_most.departure("branch_joint_too_many_organizations", facts.organizations) if wide else None


def able_stand_alone(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """An organisation with members enough should have a branch of its own rather than share one."""
    shared = facts.mode is not FormationMode.standalone and facts.able > 0
    return policy.branch_minimum.departure("branch_shares_able", facts.able) if shared else None


def attached_to_a_host(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """An attached branch leans on a host: without one it is a departure, since older files do not always name it."""
    bare = facts.mode is FormationMode.attached and not facts.has_host
    return policy.hosted_modes.departure("branch_attached_without_host", 0) if bare else None


def territorial_on_a_host(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A territorial branch leans on its area; naming the community or point it leans on is good, not required."""
    bare = facts.mode is FormationMode.territorial and not facts.has_host
    return policy.hosted_modes.advice("branch_territorial_without_host", 0) if bare else None


def carried_by_members(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """Attached and territorial branches are often carried by the host's members, so too few here is advice."""
    short = (
        facts.mode in (FormationMode.attached, FormationMode.territorial) and facts.formal < policy.branch_minimum.value
    )
    return policy.branch_minimum.advice("branch_carried_by_few", facts.formal) if short else None


def branch_is_small(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A branch normally has at most fifty members."""
    large = facts.level is Level.branch and counted(facts, policy) > policy.branch_most.value
    return policy.branch_most.advice("branch_too_many_members", counted(facts, policy)) if large else None


def general_branch_is_large(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A general branch is founded from fifty members; with fewer it needs an approval."""
    small = facts.level is Level.general_branch and not _reached(facts, policy, policy.general_branch_from)
    return policy.general_branch_from.departure("general_branch_too_small", counted(facts, policy)) if small else None


def committee_is_large(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A committee is founded from a hundred members; with fewer it needs an approval."""
    small = facts.level is Level.committee and not _reached(facts, policy, policy.committee_from)
    return policy.committee_from.departure("committee_too_small", counted(facts, policy)) if small else None


def project_is_long(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A project has a branch of its own when it lasts half a year or longer."""
    short = facts.term is TermKind.project and (facts.months or 0) < policy.project_months.value
    return policy.project_months.departure("branch_project_too_short", facts.months) if short else None


def temporary_is_short(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """What is to last as long as a project that has a branch had better have one that is not temporary."""
    long = facts.term is TermKind.temporary and (facts.months or 0) >= policy.temporary_months.value
    return policy.temporary_months.advice("branch_temporary_long", facts.months) if long else None


def temporary_does_less(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A temporary branch has appointed leaders, and normally neither recruits nor elects."""
    less = facts.term is TermKind.temporary and not policy.temporary_elects.value
    return policy.temporary_elects.advice("branch_temporary_limits", facts.term) if less else None


def ends_with_its_task(facts: FoundingFacts, policy: BranchPolicy) -> Finding | None:
    """A branch for a time ends with its task: past its planned end it is extended or dissolved."""
    late = facts.days_over > policy.days_past_end.value
    return policy.days_past_end.advice("branch_past_its_end", facts.days_over) if late else None


def nobody_approves_his_own(facts: DecisionFacts, policy: BranchPolicy) -> Finding | None:
    """The superior approves, not whoever put the application forward."""
    own = facts.own and policy.approved_by_another.value
    return policy.approved_by_another.hard("application_own", facts.own) if own else None


def approved_in_time(facts: DecisionFacts, policy: BranchPolicy) -> Finding | None:
    """An application is normally answered within a month."""
    late = facts.days_late > 0
    return policy.approval_months.departure("application_decided_late", facts.days_late) if late else None


def leaders_are_elected(facts: ElectionFacts, policy: BranchPolicy) -> Finding | None:
    """Once approved, a branch elects its committee or secretary; that the superior appoints them is a departure."""
    appointed = facts.term is not TermKind.temporary and facts.election is Election.appointed
    wrong = appointed and policy.leaders_elected.value
    return policy.leaders_elected.departure("branch_leaders_appointed", facts.election) if wrong else None


def temporary_is_appointed(facts: ElectionFacts, policy: BranchPolicy) -> Finding | None:
    """Whoever approves a temporary branch appoints its leaders."""
    elected = facts.term is TermKind.temporary and facts.election is Election.elected
    wrong = elected and not policy.temporary_elects.value
    return policy.temporary_elects.departure("branch_temporary_elected", facts.election) if wrong else None


Rule = Callable[[FoundingFacts, BranchPolicy], Finding | None]

TERM: tuple[Rule, ...] = (project_is_long, temporary_is_short, temporary_does_less, ends_with_its_task)

DECIDING = (nobody_approves_his_own, approved_in_time)

ELECTING = (leaders_are_elected, temporary_is_appointed)

HOSTING: tuple[Rule, ...] = (attached_to_a_host, territorial_on_a_host)

LEVEL: tuple[Rule, ...] = (branch_is_small, general_branch_is_large, committee_is_large)

COVERING: tuple[Rule, ...] = (standalone_is_one, covered_once, joint_is_small, able_stand_alone)

FOUNDING: tuple[Rule, ...] = (
    standalone_is_one,
    too_few_of_its_own,
    joint_is_several,
    too_few_together,
    covered_once,
    joint_is_small,
    able_stand_alone,
    *HOSTING,
    carried_by_members,
    *LEVEL,
    *TERM,
)


def counted(facts: FoundingFacts, policy: BranchPolicy) -> int:
    """The members that levels go by: formal ones, or all."""
    return facts.formal + (facts.probationary if policy.level_counts.value == "all" else 0)


def _reached(facts: FoundingFacts, policy: BranchPolicy, threshold: Cited[int]) -> bool:
    members = counted(facts, policy)
    return members >= threshold.value if policy.threshold_included.value else members > threshold.value
