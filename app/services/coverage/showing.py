"""Figures and verdicts as the wire has them, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from app.core.labels import Language, label
from app.services.coverage.facts import OrganizationFacts
from app.services.coverage.figures import ClassFigure, Figures, Share, Verdict
from app.services.coverage.policy import CoveragePolicy
from app.services.coverage.rules import CLASSES
from app.services.organizations.bands import Band
from app.services.policies.facts import InForce
from app.services.regions.facts import wire


def share(of: Share) -> dict[str, Any]:
    """A share with its rate."""
    return {"numerator": of.numerator, "denominator": of.denominator, "rate": of.rate}


def figures(of: Figures, spoken: Language) -> dict[str, Any]:
    """Figures and what stands beside them."""
    return {
        "organizations": of.organizations,
        **_shares(of),
        "unclassified": of.unclassified,
        "unclassified_share": share(of.unclassified_share),
        "undetermined": of.undetermined,
        "unplaced": of.unplaced,
        "classes": [one_class(each, spoken) for each in of.classes],
    }


def one_class(of: ClassFigure, spoken: Language) -> dict[str, Any]:
    """One class of full coverage."""
    return {
        "code": of.code,
        "label": label("coverage_class", of.code, spoken),
        "goal": of.goal,
        "goal_label": label("coverage_goal", of.goal, spoken),
        "reached": share(of.reached),
        **_shares(of),
        "undetermined": of.undetermined,
    }


def denominator(of: Figures, spoken: Language) -> dict[str, Any]:
    """Whom the figures count."""
    return {
        "name": of.denominator,
        "label": label("denominator", of.denominator, spoken),
        "kinds": list(of.kinds),
        "kinds_document": of.kinds_document,
        "member_basis": of.member_basis,
    }


def policy(of: InForce[CoveragePolicy]) -> dict[str, Any]:
    """The policy by name."""
    return {"version": of.numbers.version, "id": of.id, "valid_from": of.valid_from}


def region(place: tuple[int, int], name: str | None) -> dict[str, Any]:
    """A region with its name."""
    return {"code": wire(place[0]), "level": place[1], "name": name}


def group(code: str | None, level: int | None, name: str, of: Figures, spoken: Language) -> dict[str, Any]:
    """One line of a breakdown."""
    return {"code": code, "level": level, "label": name, **figures(of, spoken)}


def point(day: Any, of: Figures) -> dict[str, Any]:
    """One day of a series."""
    return {
        "day": day,
        "organizations": of.organizations,
        **_shares(of),
        "unclassified": of.unclassified,
        "undetermined": of.undetermined,
        "unplaced": of.unplaced,
        "policy_version": of.policy_version,
    }


def verdict(of: Verdict, by: CoveragePolicy, spoken: Language) -> dict[str, Any]:
    """What the rules say of one organisation, but for the findings."""
    return {
        "facts": facts(of.facts),
        "organisation_covered": of.covered,
        "work_covered": of.work_covered,
        "standalone": of.standalone,
        "channels": [channel for channel in by.work_channels.value if getattr(of.facts, channel)],
        "denominators": [
            {"code": code, "label": label("denominator", code, spoken), "answer": answer}
            for code, answer in of.counted.items()
        ],
        "classes": [
            {
                "code": each.code,
                "label": label("coverage_class", each.code, spoken),
                "answer": belongs,
                "goal": each.goal,
                "reached": reached,
            }
            for each, (belongs, reached) in zip(CLASSES, of.classes, strict=True)
        ],
        "gap": None if of.gap is None else gap(of.gap.step, spoken),
    }


def gap(step: str, spoken: Language) -> dict[str, str]:
    """What comes next, and why."""
    return {"step": step, "reason": label("coverage_step", step, spoken)}


def facts(of: OrganizationFacts) -> dict[str, Any]:
    """Facts by name; a band as its text."""
    names: Iterable[str] = of.__slots__
    return {name: str(value) if isinstance(value := getattr(of, name), Band) else value for name in names}


def _shares(of: Figures | ClassFigure) -> dict[str, Any]:
    return {
        "organisation_coverage": share(of.organisation_coverage),
        "work_coverage": share(of.work_coverage),
        "standalone_rate": share(of.standalone_rate),
    }
