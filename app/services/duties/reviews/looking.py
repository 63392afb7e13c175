"""What a review rests on: the worker's year, the bodies' answers, and what the rules make of them."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from app.core.acts import Act
from app.core.findings import Finding, Severity
from app.services.assessment.contract import Catalogue
from app.services.duties.facts import Band, Consequence, ReviewFacts, Suggestion, year_of
from app.services.duties.reviews import reads
from app.services.duties.rules import suggest
from app.services.duties.targets.yearly import Year, told_figures, year


@dataclass(frozen=True, slots=True)
class Looked:
    """A review as it stands now: the year, the facts, and the band that they point to."""

    year: Year
    facts: ReviewFacts
    suggestion: Suggestion

    def deciding(self, band: Band, consequence: Consequence) -> ReviewFacts:
        """The facts with what is about to be decided."""
        return replace(self.facts, band=band, consequence=consequence)


def own(act: Act, row: Any) -> bool:
    """Whether a review is the caller's own: his grant names the worker, or he reported on it as on his own year."""
    return row["worker_id"] in act.scope.subjects or (
        row["self_reported_by"] == act.by.id and row["on_behalf"] is False
    )


async def look(act: Act, catalogue: Catalogue, row: Any) -> Looked:
    """Look at a review (its columns by name) today. Raises NotFound."""
    found = await year(act, catalogue, row["worker_id"], row["year"])
    facts = ReviewFacts(
        measured=found.done.measured,
        opinions=await reads.opinions_told(act, row["id"], row["worker_id"], row["year"]),
        self_reported=row["self_reported_on"] is not None,
        year_over=act.today >= year_of(row["year"]).until,
        own=own(act, row),
    )
    return Looked(found, facts, suggest(facts, found.measures.duty))


def snapshot(act: Act, looked: Looked) -> dict[str, Any]:
    """What a review rests on now, as JSON: shown while it is live, and frozen with a decision."""
    found, opinions = looked.year.done, looked.facts.opinions
    return {
        "since": found.over.since.isoformat(),
        "until": found.over.until.isoformat(),
        "as_of": act.now.isoformat(),
        "roles": [
            {
                "role": each.role,
                "since": each.since.isoformat(),
                "until": None if each.until is None else each.until.isoformat(),
            }
            for each in found.held
        ],
        "figures": told_figures(found),
        "opinions": asdict(opinions),
        "score": looked.suggestion.score,
        "suggested_band": looked.suggestion.band,
        "reasons": [_told(reason) for reason in looked.suggestion.reasons],
        "policy_version": looked.year.measures.version,
    }


def _told(finding: Finding) -> dict[str, Any]:
    return asdict(finding) | {"severity": finding.severity.value}


def finding_of(told: dict[str, Any]) -> Finding:
    """A finding as it was frozen."""
    return Finding(**{**told, "severity": Severity(told["severity"])})
