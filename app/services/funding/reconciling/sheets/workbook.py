"""A reconciliation sheet as a workbook that computes itself: open items are figures, what they come to are formulas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.labels import Language, label
from app.core.workbooks import Bold, Cell, Formula, Sheet, Yuan, on, quoted
from app.services.funding.reconciling.facts import Side

HEAD = 1  # rows above the first open item
SIDE, DAY, AMOUNT = range(3)


@dataclass(frozen=True, slots=True)
class Printed:
    """A statement with its sheet and all of its open items."""

    statement: dict[str, Any]
    sheet: dict[str, Any]
    items: Sequence[dict[str, Any]]


class Book:
    """The layout of one sheet in one language."""

    def __init__(self, printed: Printed, language: Language) -> None:
        self.printed = printed
        self.language = language

    def text(self, code: str) -> str:
        """A word of the workbook."""
        return label("bank_sheet", code, self.language)

    def named(self, namespace: str, code: str) -> str:
        """A coded value."""
        return label(namespace, code, self.language)

    def sheets(self) -> list[Sheet]:
        """The sheet with its two sides, the open items, the checks."""
        return [self.sides(), self.items(), self.checks()]

    def sides(self) -> Sheet:
        """Both balances, what the other side alone has, and what they come to."""
        told, row = self.printed.sheet, self.printed.statement
        day = date.fromisoformat(str(told["on"])).isoformat()
        state = self.text("settled" if told["frozen"] else "as_of_now")
        books, bank = told["bank_only"], told["books_only"]
        difference = told["difference_fen"]
        agrees = self.text("agrees" if difference == 0 else "differs")
        rows: list[list[Cell]] = [
            [Bold(self.text("title"))],
            [self.text("account"), row["holder_name"], self.text("purse"), self.named("purse", row["purse"])],
            [self.text("day"), day, self.text("state"), state],
            [],
            [Bold(self.text("item")), Bold(self.text("amount")), Bold(self.text("item")), Bold(self.text("amount"))],
            [self.text("books"), Yuan(told["books_fen"]), self.text("bank"), Yuan(told["bank_fen"])],
            [
                self.text("bank_received"),
                self.sum(Side.bank, ">0", books["received_fen"]),
                self.text("books_received"),
                self.sum(Side.books, ">0", bank["received_fen"]),
            ],
            [
                self.text("bank_paid"),
                self.sum(Side.bank, "<0", books["paid_fen"]),
                self.text("books_paid"),
                self.sum(Side.books, "<0", bank["paid_fen"]),
            ],
            [
                self.text("adjusted"),
                Formula("SUM(B6:B8)", Yuan(told["adjusted_books_fen"])),
                self.text("adjusted"),
                Formula("SUM(D6:D8)", Yuan(told["adjusted_bank_fen"])),
            ],
            [
                self.text("difference"),
                Formula("ROUND(B9-D9,2)", Yuan(difference)),
                Formula(f"IF(B10=0,{quoted(self.text('agrees'))},{quoted(self.text('differs'))})", agrees),
            ],
        ]
        return Sheet(self.text("title"), rows, (34, 18, 34, 18), marked=("C10:C10", self.text("differs")))

    def sum(self, side: Side, sign: str, fen: int) -> Formula:
        """What the open items of a side come to, in or out."""
        last = HEAD + max(len(self.printed.items), 1) - 1
        amounts, sides = (on(self.text("items"), (HEAD, at), (last, at)) for at in (AMOUNT, SIDE))
        named = quoted(self.named("bank_side", side))
        return Formula(f"SUMIFS({amounts},{sides},{named},{amounts},{quoted(sign)})", Yuan(fen))

    def items(self) -> Sheet:
        """What stands on one side alone, the oldest first."""
        codes = ("bank_side", "bank_on_day", "bank_amount", "bank_days_open", "bank_reference", "bank_item_text")
        heads = (*codes, "bank_explanation", "bank_explanation_reason")
        rows: list[list[Cell]] = [[Bold(self.named("heading", code)) for code in heads]]
        for each in self.printed.items:
            why = each["explanation"]
            rows.append(
                [
                    self.named("bank_side", each["side"]),
                    each["on_day"].isoformat(),
                    Yuan(each["amount_fen"]),
                    each["days_open"],
                    each["reference"],
                    each["text"],
                    None if why is None else self.named("bank_explanation", why),
                    each["explanation_reason"],
                ]
            )
        return Sheet(self.text("items"), rows, (34, 14, 18, 12, 24, 40, 16, 40), frozen=(HEAD, 0))

    def checks(self) -> Sheet:
        """Pairs of numbers that must be one, in the order in which one mends them."""
        rows: list[list[Cell]] = [[Bold(self.text(code)) for code in ("check", "left", "right", "result")]]
        for line, each in enumerate(self.printed.sheet["checks"], HEAD + 1):
            counted = each["code"] in ("period_follows", "lines_decided")
            left, right = (each[name] if counted else Yuan(each[name]) for name in ("left", "right"))
            passes = self.text("agrees" if each["passes"] else "differs")
            same = f"IF(B{line}=C{line},{quoted(self.text('agrees'))},{quoted(self.text('differs'))})"
            rows.append([self.named("bank_sheet_check", each["code"]), left, right, Formula(same, passes)])
        marked = (f"D2:D{max(len(rows), 2)}", self.text("differs"))
        return Sheet(self.text("checks"), rows, (50, 18, 18, 14), frozen=(HEAD, 0), marked=marked)
