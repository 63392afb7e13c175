"""What a coverage verdict rests on: an organisation's facts key, nothing else.

The layout's home is organizations/facts.py; here are the few changes of facts that a what-if asks about.
"""

from dataclasses import replace

from app.services.organizations.bands import Band
from app.services.organizations.facts import CoverageMode, OrganizationFacts, pack, unpack

__all__ = ["Band", "CoverageMode", "OrganizationFacts", "covered_by", "unpack"]


def covered_by(key: int, mode: CoverageMode) -> int:
    """The key that this organisation would have if a branch of this mode covered it (or none did)."""
    facts = unpack(key)
    reason = facts.uncovered_reason if mode is CoverageMode.none else None
    return pack(replace(facts, coverage_mode=mode, uncovered_reason=reason))
