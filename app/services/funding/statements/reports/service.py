"""A year of the books: reported by purse and checked against the ledger, on the wire or as a workbook."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.funding.statements.reports import reads, rules
from app.services.funding.statements.reports.facts import Checked, Moved, PurseYear, Year
from app.services.funding.statements.reports.schemas import ReportQuery


@dataclass(frozen=True, slots=True)
class Report:
    """A year: whose it is, the books it rests on, its purses and its checks."""

    about: dict[str, Any]
    year: Year
    purses: tuple[PurseYear, ...]
    checks: tuple[Checked, ...]


async def report(act: Act, year_id: UUID, query: ReportQuery) -> Report:
    """A year as a whole. Raises NotFound, and TooLarge past 100,000 accounts."""
    about = await reads.told(act, year_id)
    books = await reads.year(act, about, query.recount)
    purses = rules.purses(books)
    return Report(about | {"as_of": act.now, "on": books.on}, books, purses, rules.checks(books, purses))


def shown(report: Report) -> dict[str, Any]:
    """The report as it is on the wire."""
    return report.about | {
        "accounts": len(report.year.accounts),
        "recounted": report.year.recounted is not None,
        "reconciles": all(each.holds for each in report.checks),
        "purses": [_purse(each) for each in report.purses],
        "checks": [_checked(each) for each in report.checks],
    }


def _purse(told: PurseYear) -> dict[str, Any]:
    return {
        "purse": told.purse,
        "carried_over_fen": told.carried_over_fen,
        "income": _moved(told.income),
        "set_aside": _moved(told.set_aside),
        "given_back": _moved(told.given_back),
        "spent": _moved(told.spent),
        "closing_fen": told.closing_fen,
        "by_use": [{"use": use, **_moved(moved)} for use, moved in told.by_use],
        "by_month": [{"month": each.month, "use": each.use, "spent_fen": each.fen} for each in told.by_month],
        "by_holder": [
            {
                "holder_kind": each.holder_kind,
                "accounts": each.accounts,
                "carried_over_fen": each.carried_over_fen,
                "received_fen": each.received_fen,
                "handed_on_fen": each.handed_on_fen,
                "spent_fen": each.spent_fen,
                "closing_fen": each.closing_fen,
            }
            for each in told.by_holder
        ],
    }


def _moved(moved: Moved) -> dict[str, int]:
    return {"booked_fen": moved.booked_fen, "taken_back_fen": moved.taken_back_fen, "net_fen": moved.net_fen}


def _checked(each: Checked) -> dict[str, Any]:
    return {
        "check": each.check,
        "purse": each.purse,
        "left": each.left,
        "right": each.right,
        "difference": each.left - each.right,
        "holds": each.holds,
    }
