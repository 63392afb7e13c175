"""Lines and what was left out, in words: every number of a line is said."""

from collections.abc import Mapping
from typing import Any

from app.core.labels import Language, label
from app.services.funding.appropriations.facts import ItemKind


def yuan(fen: int) -> str:
    """An amount as people write it: yuan with two places, thousands set apart."""
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


def worded(row: Mapping[str, Any], spoken: Language) -> dict[str, Any]:
    """A line with its `text`."""
    return {**row, "text": text(row, spoken)}


def text(row: Mapping[str, Any], spoken: Language) -> str:
    """How a line's amount came about: rate and count, what was had before, what was shared out."""
    told: Mapping[str, Any] = row["explanation"]
    parts = [_first(row, told, spoken)]
    if told.get("given_fen"):
        parts.append(label("appropriation_line", "given", spoken, given=yuan(told["given_fen"])))
    if told.get("inherited_fen"):
        parts.append(label("appropriation_line", "inherited", spoken, inherited=yuan(told["inherited_fen"])))
    if "shared_fen" in told:
        shared, whole = yuan(told["shared_fen"]), yuan(told["shared_of_fen"])
        wanted = yuan(row["due_fen"] - row["granted_fen"])
        parts.append(label("appropriation_line", "shared", spoken, shared=shared, whole=whole, wanted=wanted))
    return label("appropriation_line", "whole", spoken, how="".join(parts), amount=yuan(row["amount_fen"]))


def _first(row: Mapping[str, Any], told: Mapping[str, Any], spoken: Language) -> str:
    kind = row["kind"]
    if kind == ItemKind.per_member:
        due = yuan(row["due_fen"])
        return label("appropriation_line", kind, spoken, members=told["members"], rate=yuan(told["rate_fen"]), due=due)
    if kind == ItemKind.founding:
        return label("appropriation_line", kind, spoken, approved_on=told["approved_on"], due=yuan(row["due_fen"]))
    if kind == ItemKind.brand_project:
        return label("appropriation_line", kind, spoken, title=told["title"], due=yuan(row["due_fen"]))
    return label("appropriation_line", kind, spoken, reason=row["reason"])


def left_out(rows: list[dict[str, Any]], spoken: Language) -> list[dict[str, Any]]:
    """The branches without a line, each with its `text`."""
    return [{**row, "text": label("left_out", row["why"], spoken)} for row in rows]
