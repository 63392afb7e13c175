"""What a proposal comes to, told slowly and on its own: by fractions, fen by fen, and branch by branch.

Nothing of the room's computing is used, only its values.
"""

from collections.abc import Sequence
from fractions import Fraction
from uuid import UUID

from app.services.funding.appropriations.facts import Ground, ItemKind
from app.services.funding.appropriations.policy import AppropriationPolicy

Given = dict[tuple[ItemKind, UUID, UUID | None], int]
"""Kind, branch and project: fen."""


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Exact quotas, rounded down; then a fen at a time to whoever lacks most of his quota."""
    if not any(weights):
        weights = [1] * len(weights)
    quotas = [Fraction(total) * weight / sum(weights) for weight in weights]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    served: set[int] = set()
    while sum(parts) < total:
        neediest = None
        for place in range(len(weights)):
            if place in served:
                continue
            lacks = (quotas[place] - parts[place], weights[place])
            if neediest is None or lacks > (quotas[neediest] - parts[neediest], weights[neediest]):
                neediest = place
        assert neediest is not None
        parts[neediest] += 1
        served.add(neediest)
    return parts


def had(ground: Ground, policy: AppropriationPolicy, branch: UUID) -> int:
    """What a branch has had by members for the year, through those that went on in it included."""
    own = {each.branch_id: each.given_fen for each in ground.branches} | {
        key: fen for key, fen in ground.given if key not in {each.branch_id for each in ground.branches}
    }
    whole = own.get(branch, 0)
    for ended in sorted({each.predecessor_id for each in ground.passings if each.successor_id == branch}):
        heirs = sorted({each.successor_id for each in ground.passings if each.predecessor_id == ended})
        parts = split(had(ground, policy, ended), [members(ground, policy, heir) for heir in heirs])
        whole += parts[heirs.index(branch)]
    return whole


def members(ground: Ground, policy: AppropriationPolicy, branch: UUID) -> int:
    """How many members of a branch count."""
    for each in ground.branches:
        if each.branch_id == branch:
            return each.formal + each.probationary * (policy.member_basis.value != "formal")
    for key, formal, probationary in ground.heirs:
        if key == branch:
            return formal + probationary * (policy.member_basis.value != "formal")
    return 0


def wanted(ground: Ground, kinds: set[ItemKind], policy: AppropriationPolicy) -> Given:
    """What each branch still has a right to."""
    found: Given = {}
    for branch in ground.branches:
        key = branch.branch_id
        if ItemKind.per_member in kinds:
            left = members(ground, policy, key) * policy.member_year_fen.value - had(ground, policy, key)
            if left > 0:
                found[ItemKind.per_member, key, None] = left
        old_enough = (ground.on - branch.founded_on).days >= policy.founding_after_days.value
        new = not branch.came_of or policy.founding_for_successors.value
        recent = branch.approved_on.year in range(ground.year - policy.founding_years_back.value, ground.year + 1)
        of_year = recent and not branch.founding_given
        if ItemKind.founding in kinds and of_year and old_enough and new and policy.founding_fen.value > 0:
            found[ItemKind.founding, key, None] = policy.founding_fen.value
        if ItemKind.brand_project in kinds:
            for project in ground.projects:
                if project.branch_id == key:
                    found[ItemKind.brand_project, key, project.project_id] = project.approved_fen
    return found


def given(ground: Ground, kinds: set[ItemKind], policy: AppropriationPolicy, wished: int | None) -> Given:
    """What each branch gets."""
    due = wanted(ground, kinds, policy)
    if wished is None or wished == sum(due.values()):
        return due
    order = sorted(due, key=lambda each: (each[1], each[0].value, each[2] or each[1]))
    return dict(zip(order, split(wished, [due[key] for key in order]), strict=True))
