"""Whom a branch may stand under, and whom it had better stand under. Pure functions from facts and a policy."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from app.core.findings import Finding
from app.services.affiliations.facts import SOCIAL_KINDS, Firm, Suggestion, SuggestionFacts, TransferFacts
from app.services.affiliations.policy import TERRITORIAL, AffiliationPolicy
from app.services.authorities.facts import AuthorityKind
from app.services.branches.facts import ManagementMode

Rule = Callable[[TransferFacts, AffiliationPolicy], Finding | None]
Suggests = Callable[[SuggestionFacts, AffiliationPolicy], Suggestion | None]


def without_superior(facts: TransferFacts, policy: AffiliationPolicy) -> Finding | None:
    """No branch is outside a superior body on any day."""
    return None if facts.stands else policy.superiors.hard("affiliation_without_superior", 0)


def kind_departs(facts: TransferFacts, policy: AffiliationPolicy) -> Finding | None:
    """Each mode has its kinds of body: an industry's department does not manage by the territory."""
    bodies = {
        ManagementMode.territorial: policy.territorial_bodies,
        ManagementMode.industry: policy.industry_bodies,
        ManagementMode.entrusted: policy.entrusted_bodies,
        ManagementMode.dual: policy.dual_bodies,
    }[facts.mode]
    return None if facts.kind in bodies.value else bodies.departure("affiliation_kind_departs", facts.kind)


def outside_place(facts: TransferFacts, policy: AffiliationPolicy) -> Finding | None:
    """Managed by the territory means by a body that answers for the place where the branch sits."""
    if facts.mode is not ManagementMode.territorial or facts.holds:
        return None
    return policy.territorial_bodies.departure("affiliation_outside_place", facts.kind)


def dual_without_outflow(facts: TransferFacts, policy: AffiliationPolicy) -> Finding | None:
    """Dual management names the body at the place of origin, unless that is not known here."""
    if facts.mode is not ManagementMode.dual or facts.outflow:
        return None
    return policy.outflow_bodies.advice("affiliation_dual_without_outflow", 0)


TRANSFER: tuple[Rule, ...] = (without_superior, kind_departs, outside_place, dual_without_outflow)


def dual_for_floating(facts: SuggestionFacts, policy: AffiliationPolicy) -> Suggestion | None:
    """Where many members are floating, the place they came from manages too."""
    members = sum(group.members for group in facts.floating)
    share = members * 100 // max(1, facts.formal + members)
    if not members or share < policy.floating_percent.value:
        return None
    from_where: Counter[int] = Counter()
    for group in facts.floating:
        if group.code is not None:
            from_where[group.code] += group.members
    most = min(from_where, key=lambda code: (-from_where[code], code), default=None)
    why = policy.floating_percent.advice("affiliation_floating", share)
    return Suggestion(ManagementMode.dual, why, policy.dual_bodies.value, outflow=most)


def body_of_social_organizations(facts: SuggestionFacts, policy: AffiliationPolicy) -> Suggestion | None:
    """Directly registered social organisations have no department above them: their own body manages them."""
    social = [firm for firm in facts.firms if firm.kind in SOCIAL_KINDS and firm.directly_registered is True]
    if not _reaches(len(social), facts, policy.social_percent.value):
        return None
    why = policy.social_percent.advice("affiliation_directly_registered", len(social) * 100 // len(facts.firms))
    return Suggestion(ManagementMode.industry, why, (AuthorityKind.social_organization_body,))


def line_of_trade(facts: SuggestionFacts, policy: AffiliationPolicy) -> Suggestion | None:
    """Lawyers, accountants and others whose trade has a line of its own are managed by it."""
    lines = Counter(line for firm in facts.firms if (line := _line(firm, policy)) is not None)
    if not lines:
        return None
    line = min(lines, key=lambda name: (-lines[name], name))
    if not _reaches(lines[line], facts, policy.line_percent.value):
        return None
    trade = line if line in policy.line_trades.value else None
    share = lines[line] * 100 // len(facts.firms)
    number = policy.line_percent
    why = number.advice("affiliation_trade", share) if trade else number.advice("affiliation_line_kind", share)
    told = policy.line_trades.document if trade else policy.line_kinds.document
    why = replace(why, citation=told)  # that it has a line of its own; from what share on is local practice
    return Suggestion(ManagementMode.industry, why, (AuthorityKind.industry_department,), trade=trade)


def entrusted_for_large(facts: SuggestionFacts, policy: AffiliationPolicy) -> Suggestion | None:
    """Very large enterprises are entrusted to a department; a policy may say so of all above scale."""
    staff = max((firm.staff or 0 for firm in facts.firms), default=0)
    revenue = max((firm.revenue_yuan or 0 for firm in facts.firms), default=0)
    scale = sum(firm.above_scale is True for firm in facts.firms)
    if staff >= policy.large_staff.value:
        why = policy.large_staff.advice("affiliation_large_staff", staff)
    elif revenue >= policy.large_revenue_yuan.value:
        why = policy.large_revenue_yuan.advice("affiliation_large_revenue", revenue)
    elif scale and policy.entrusted_from.value == "above_scale":
        why = policy.entrusted_from.advice("affiliation_above_scale", scale)
    else:
        return None
    return Suggestion(ManagementMode.entrusted, why, policy.entrusted_bodies.value)


def territorial_otherwise(_: SuggestionFacts, policy: AffiliationPolicy) -> Suggestion | None:
    """What nothing else fits is managed where it is."""
    why = policy.territorial_bodies.advice("affiliation_territorial", None)
    return Suggestion(ManagementMode.territorial, why, TERRITORIAL)


def body_if_directly_registered(facts: SuggestionFacts, policy: AffiliationPolicy) -> Suggestion | None:
    """Social organisations of which nobody has told how they are registered: to be found out."""
    unknown = [firm for firm in facts.firms if firm.kind in SOCIAL_KINDS and firm.directly_registered is None]
    if not _reaches(len(unknown), facts, policy.social_percent.value):
        return None
    why = policy.social_percent.advice("affiliation_registration_unknown", len(unknown) * 100 // len(facts.firms))
    return Suggestion(ManagementMode.industry, why, (AuthorityKind.social_organization_body,), certain=False)


SUGGESTING: tuple[Suggests, ...] = (
    dual_for_floating,
    body_of_social_organizations,
    line_of_trade,
    entrusted_for_large,
    territorial_otherwise,
    body_if_directly_registered,
)
"""In the order of what weighs more: the first that speaks is the first suggestion."""


def suggested(facts: SuggestionFacts, policy: AffiliationPolicy) -> tuple[Suggestion, ...]:
    """All modes that fit, the best first; by the territory always does."""
    return tuple(found for rule in SUGGESTING if (found := rule(facts, policy)) is not None)


def _reaches(number: int, facts: SuggestionFacts, percent: int) -> bool:
    return number > 0 and number * 100 >= len(facts.firms) * percent


def _line(firm: Firm, policy: AffiliationPolicy) -> str | None:
    """The trade, else the kind, by which a firm has a line of its own."""
    for trade in policy.line_trades.value:
        if firm.industry is not None and firm.industry.startswith(trade):
            return trade
    return str(firm.kind) if firm.kind in policy.line_kinds.value else None
