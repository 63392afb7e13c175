"""What the rules are asked about a branch that stands, and what is let pass."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.findings import Finding
from app.services.branches import repository
from app.services.branches.facts import FormationMode, FoundingFacts, Level, TermKind, whole_months
from app.services.branches.failures import require_reason
from app.services.branches.founding import able, recorded
from app.services.branches.models import Branch
from app.services.branches.policy import BranchPolicy


async def facts_of(
    act: Act, row: Any, policy: BranchPolicy, organizations: Iterable[UUID], covered_elsewhere: int = 0
) -> FoundingFacts:
    """The facts of a branch (its columns by name) that covers these organisations."""
    members = await repository.members_of(act, organizations)
    return FoundingFacts(
        level=Level(row["level"]),
        mode=FormationMode(row["formation_mode"]),
        organizations=len(members),
        able=able(members, policy),
        covered_elsewhere=covered_elsewhere,
        formal=row["formal_members"],
        probationary=row["probationary_members"],
        has_host=row["host_id"] is not None,
        term=TermKind(row["term_kind"]),
        months=None if row["ends_on"] is None else whole_months(row["founded_on"], row["ends_on"]),
        days_over=0 if row["ends_on"] is None else (act.today - row["ends_on"]).days,
    )


def let_pass(act: Act, branch: Branch, findings: Sequence[Finding], policy: BranchPolicy, reason: str | None) -> None:
    """Keep departures with the branch. Raises DepartureUnapproved when there is one and no reason."""
    departing = require_reason(tuple(findings), reason)
    if departing:
        branch.departures = [*branch.departures, *recorded(act, departing, policy, reason)]
