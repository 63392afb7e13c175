"""Claims of people's tokens mapped by configuration: to a subject, and where wished to roles and places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.services.access.facts import PERSON, Holding, Range, merged

Span = Callable[[str], Range]
"""The range of codes under one written code. Raises ValueError for what is none."""


@dataclass(frozen=True, slots=True)
class MappedGrant:
    """Whoever has `value` in the claim `claim` holds `role`, in the codes that the claims `regions`, `lines` list."""

    claim: str
    value: str
    role: str
    regions: str | None = None
    lines: str | None = None
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spans:
    """How written codes become ranges; the nouns know, and hand it in."""

    region: Span
    line: Span


def subject_of(claims: Mapping[str, Any], claim: str) -> str:
    """The subject a person's grants name. Raises ValueError when the claim is no short plain text."""
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise ValueError(claim)
    return PERSON + value


def grants_of(
    claims: Mapping[str, Any], rules: Sequence[MappedGrant], spans: Spans, issuer: str
) -> tuple[Holding, ...]:
    """The grants that claims bring along. One that names a place that is none grants nothing."""
    found = []
    for rule in rules:
        if rule.value not in _listed(claims.get(rule.claim)):
            continue
        try:
            ranges = _ranges(claims, rule.regions, spans.region)
            lines = _ranges(claims, rule.lines, spans.line)
        except ValueError:
            continue
        if ranges or lines:
            key = uuid5(NAMESPACE_URL, f"{issuer} {rule.role} {rule.claim} {rule.value}")
            found.append(Holding(key, rule.role, ranges, lines, datasets=frozenset(rule.datasets)))
    return tuple(found)


def _ranges(claims: Mapping[str, Any], claim: str | None, span: Span) -> tuple[Range, ...]:
    return merged(span(code) for code in _listed(claims.get(claim))) if claim is not None else ()


def _listed(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(each for each in value if isinstance(each, str))
    return ()
