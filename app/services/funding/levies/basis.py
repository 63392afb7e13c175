"""A levy's reckoning line by line: what was told, what it makes, what was spent, what may be deducted. Pure."""

from collections.abc import Mapping
from typing import Any

from app.services.funding.facts import Use
from app.services.funding.levies.facts import Booked, Found, RatioSource

Line = dict[str, Any]


def basis(row: Mapping[str, Any], found: Found | None, booked: Booked) -> list[Line]:
    """The lines of a levy's statement, in order; `code` is of the label namespace `levy_basis`.

    `row` is the levy as it is shown. Of a settled one the amounts are those of the settlement, and the uses are told
    where the books still say the same.
    """
    limit = row["policy"]["limit_permyriad"]
    uses = dict(booked.by_use) if booked.spent_fen == row["spent_fen"] else {}
    lines = [
        _line("payroll", row["payroll_fen"], rests_on=_said(row, found)),
        _line("limit", row["limit_fen"], row["limit_permyriad"], rests_on=limit["document"]),
        _line("planned", row["planned_fen"], row["ratio_permyriad"], rests_on=_ratio(row, found)),
        _line("set_aside", row["set_aside_fen"]),
        *(_line("spent_for", uses[use], use=use) for use in Use if uses.get(use)),
        _line("spent", row["spent_fen"]),
        _line("deductible", row["deductible_fen"], rests_on=limit["document"]),
        _line("above", row["above_fen"]),
        _line("unspent", row["unspent_fen"]),
    ]
    if row["adjustments"]:
        lines += [_line("deductible_now", row["deductible_now_fen"]), _line("above_now", row["above_now_fen"])]
    return lines


def _line(
    code: str,
    amount_fen: int | None,
    permyriad: int | None = None,
    *,
    use: str | None = None,
    rests_on: str | None = None,
) -> Line:
    return {"code": code, "amount_fen": amount_fen, "permyriad": permyriad, "use": use, "rests_on": rests_on}


def _said(row: Mapping[str, Any], found: Found | None) -> str | None:
    """The paper that an officer entered the payroll by, else the source."""
    source: str | None = row["payroll_source"]
    return found.payroll_document if found is not None and found.payroll_document and source == "officer" else source


def _ratio(row: Mapping[str, Any], found: Found | None) -> str | None:
    """What the ratio rests on: the filing, or the policy's number."""
    policy = row["policy"]
    match row["ratio_source"]:
        case RatioSource.filed:
            return found.ratio_document if found is not None else None
        case RatioSource.band:
            return str(policy["bands"]["document"])
        case RatioSource.default:
            return str(policy["default_permyriad"]["document"])
        case _:
            return None
