"""A year of the books as a workbook that computes itself: the accounts are figures, what they come to are formulas.

Sheets: the purses, the months with a chart, the accounts, the checks, and what it all rests on. Figures are yuan.
"""

from app.core.labels import Language, label
from app.core.workbooks import Bold, Cell, Chart, Formula, Series, Sheet, Yuan, cell, letters, on, quoted
from app.services.funding.facts import AccountKind, Purse, Use
from app.services.funding.statements.reports.facts import AccountYear, Check, Moved, PurseYear
from app.services.funding.statements.reports.service import Report

HEAD = 3  # rows above the first row of figures: title, unit, headings
MONTHS = range(1, 13)
PURSES, USES = tuple(Purse), tuple(Use)
# Columns of the accounts.
HOLDER, HOLDER_KIND, PURSE, KIND, USE, REGION, OPENING, IN, OUT, CLOSING, KEPT, OFF = range(12)
# Columns of the purses: from the first use on one for each use, and what follows them.
CARRIED, INCOME, SET_ASIDE, GIVEN_BACK, FIRST_USE = range(1, 6)
SPENT = FIRST_USE + len(USES)
LEFT, HELD, DIFFERENCE, RESULT = range(SPENT + 1, SPENT + 5)


class Book:
    """The layout of one report in one language."""

    def __init__(self, report: Report, language: Language) -> None:
        self.report = report
        self.language = language
        self.accounts = report.year.accounts
        self.last = max(HEAD, HEAD + len(self.accounts) - 1)

    def text(self, code: str) -> str:
        """A word of the workbook."""
        return label("funding_report", code, self.language)

    def sheets(self) -> list[Sheet]:
        """All sheets in their order."""
        return [self.purses(), self.months(), self.holders(), self.checks(), self.basis()]

    def titled(self, sheet: str, headings: list[str]) -> list[list[Cell]]:
        """The rows above the figures."""
        about = self.report.about
        title = f"{about['committee_name'] or ''} {about['year']} {self.text(sheet)}".strip()
        return [[Bold(title)], [self.text("unit")], [Bold(each) for each in headings]]

    def named(self, namespace: str, code: str) -> str:
        """A coded value."""
        return label(namespace, code, self.language)

    def same(self, difference: str, off: int) -> Formula:
        """Whether a difference is nothing."""
        yes, no = self.text("agrees"), self.text("differs")
        return Formula(f"IF({difference}=0,{quoted(yes)},{quoted(no)})", yes if off == 0 else no)

    # The accounts: one row each.

    def column(self, at: int) -> str:
        """A column of the accounts, from the first to the last of them."""
        return on(self.text("accounts"), (HEAD, at), (self.last, at))

    def holders(self) -> Sheet:
        """Every account with what it held, what came and went, and whether that is what the books keep."""
        codes = ("holder", "holder_kind", "purse", "kind", "use", "region", "opening", "in", "out")
        rows = self.titled("accounts", [self.text(each) for each in (*codes, "closing", "kept", "difference")])
        rows += [self._holder(line, each) for line, each in enumerate(self.accounts, HEAD)]
        return Sheet(self.text("accounts"), rows, (36, 14, 20, 10, 26, 16, *(18,) * 6), frozen=(HEAD, 1))

    def _holder(self, line: int, each: AccountYear) -> list[Cell]:
        closing = each.opening_fen + each.in_fen - each.out_fen
        return [
            each.holder_name or self.text("unseen"),
            self.named("funding_holder_kind", each.holder_kind),
            self.named("purse", each.purse),
            self.named("funding_account_kind", each.kind),
            None if each.use is None else self.named("spending_use", each.use),
            f"{each.region_code:012d}",
            Yuan(each.opening_fen),
            Yuan(each.in_fen),
            Yuan(each.out_fen),
            _sum(f"{cell(line, OPENING)}+{cell(line, IN)}-{cell(line, OUT)}", closing),
            Yuan(each.closing_fen),
            _sum(f"{cell(line, CLOSING)}-{cell(line, KEPT)}", closing - each.closing_fen),
        ]

    def of_accounts(self, column: int, kind: AccountKind, purse: str, use: str | None = None) -> str:
        """The sum of a column over the accounts of a kind, purse and use; purse and use are cells."""
        asked = [self.column(PURSE), purse, self.column(KIND), quoted(self.named("funding_account_kind", kind))]
        if use is not None:
            asked += [self.column(USE), use]
        return f"SUMIFS({self.column(column)},{','.join(asked)})"

    # The purses: carried over + income + set aside - given back - spent = left.

    def purses(self) -> Sheet:
        """One row a purse, and the whole."""
        codes = ["purse", "carried_over", "income", "set_aside", "given_back"]
        after = ["spent", "left", "held", "difference", "result"]
        uses = [self.named("spending_use", use) for use in USES]
        headings = [self.text(each) for each in codes] + uses + [self.text(each) for each in after]
        rows = self.titled("summary", headings)
        rows += [self._purse(line, told) for line, told in enumerate(self.report.purses, HEAD)]
        rows.append(self._whole())
        rows += [[], *self._taken_back(len(rows) + 1)]
        mark = f"{cell(HEAD, RESULT)}:{cell(HEAD + len(PURSES), RESULT)}"
        widths = (24, *(18,) * (RESULT - 1), 12)
        return Sheet(self.text("summary"), rows, widths, (HEAD, 1), marked=(mark, self.text("differs")))

    def _purse(self, line: int, told: PurseYear) -> list[Cell]:
        name = f"${letters(0)}{line + 1}"
        funds = AccountKind.funds
        moved = HEAD + len(PURSES) + 4 + PURSES.index(told.purse)  # its row in the table of what was taken back
        received = f"({cell(moved, 1)}-{cell(moved, 2)})"
        levied = told.purse is Purse.enterprise_levy
        uses: list[Cell] = [
            _sum(
                self.of_accounts(IN, AccountKind.use, name, f"{letters(FIRST_USE + at)}${HEAD}")
                + "-"
                + self.of_accounts(OUT, AccountKind.use, name, f"{letters(FIRST_USE + at)}${HEAD}"),
                used.net_fen,
            )
            for at, (_, used) in enumerate(told.by_use)
        ]
        first, last = cell(line, FIRST_USE), cell(line, SPENT - 1)
        spent = sum(used.net_fen for _, used in told.by_use)
        added = f"{cell(line, CARRIED)}+{cell(line, INCOME)}+{cell(line, SET_ASIDE)}"
        left = f"{added}-{cell(line, GIVEN_BACK)}-{cell(line, SPENT)}"
        off = told.computed_fen - told.closing_fen
        return [
            self.named("purse", told.purse),
            _sum(self.of_accounts(OPENING, funds, name), told.carried_over_fen),
            _sum("0" if levied else received, told.income.net_fen),
            _sum(received if levied else "0", told.set_aside.net_fen),
            _sum(f"{cell(moved, 3)}-{cell(moved, 4)}", told.given_back.net_fen),
            *uses,
            _sum(f"SUM({first}:{last})", spent),
            _sum(left, told.computed_fen),
            _sum(self.of_accounts(KEPT, funds, name), told.closing_fen),
            _sum(f"{cell(line, LEFT)}-{cell(line, HELD)}", off),
            self.same(cell(line, DIFFERENCE), off),
        ]

    def _whole(self) -> list[Cell]:
        line = HEAD + len(PURSES)
        told = self.report.purses
        sums = [
            sum(each.carried_over_fen for each in told),
            sum(each.income.net_fen for each in told),
            sum(each.set_aside.net_fen for each in told),
            sum(each.given_back.net_fen for each in told),
            *(sum(each.by_use[at][1].net_fen for each in told) for at in range(len(USES))),
            sum(each.spent.net_fen for each in told),
            sum(each.computed_fen for each in told),
            sum(each.closing_fen for each in told),
        ]
        cells: list[Cell] = [
            _sum(f"SUM({cell(HEAD, at)}:{cell(line - 1, at)})", value) for at, value in enumerate(sums, CARRIED)
        ]
        off = sums[-2] - sums[-1]
        difference = _sum(f"{cell(line, LEFT)}-{cell(line, HELD)}", off)
        return [Bold(self.text("whole")), *cells, difference, self.same(cell(line, DIFFERENCE), off)]

    def _taken_back(self, start: int) -> list[list[Cell]]:
        """What came from outside and went back there, and what of either was reversed: told by entries."""
        codes = ("purse", "received", "received_back", "returned", "returned_back", "spent", "spent_back", "spent_net")
        rows: list[list[Cell]] = [[Bold(self.text("taken_back"))], [Bold(self.text(each)) for each in codes]]
        for line, told in enumerate(self.report.purses, start + 2):
            received = told.set_aside if told.purse is Purse.enterprise_levy else told.income
            name = f"${letters(0)}{line + 1}"
            rows.append(
                [
                    self.named("purse", told.purse),
                    _sum(f"{self.of_accounts(OUT, AccountKind.source, name)}-{cell(line, 4)}", received.booked_fen),
                    _sum(f"{self.of_accounts(IN, AccountKind.source, name)}-{cell(line, 3)}", received.taken_back_fen),
                    Yuan(told.given_back.booked_fen),
                    Yuan(told.given_back.taken_back_fen),
                    _sum(self.of_accounts(IN, AccountKind.use, name), told.spent.booked_fen),
                    _sum(self.of_accounts(OUT, AccountKind.use, name), told.spent.taken_back_fen),
                    _sum(f"{cell(line, 5)}-{cell(line, 6)}", told.spent.net_fen),
                ]
            )
        return rows

    # The months: a purse's uses, and all purses together by use, which the chart shows.

    def months(self) -> Sheet:
        """Spending by month, with what it is in the accounts beside it."""
        name = self.text("months")
        headings = [self.text("purse"), self.text("use"), *(f"{month}" for month in MONTHS)]
        rows = self.titled("months", [*headings, self.text("whole"), self.text("by_accounts"), self.text("difference")])
        fen = {(each.purse, each.use, each.month): each.fen for each in self.report.year.months}
        for told in self.report.purses:
            for use, used in told.by_use:
                amounts = [fen.get((told.purse, use, month), 0) for month in MONTHS]
                rows.append(self._months_of(len(rows), told.purse, use, amounts, used))
        first, last = HEAD, len(rows) - 1
        rows += [
            [],
            [None, Bold(self.text("by_use")), *(Bold(f"{month}") for month in MONTHS), Bold(self.text("whole"))],
        ]
        head = len(rows) - 1
        for use in USES:
            rows.append(self._months_of_use(len(rows), (first, last), use, fen))
        rows.append(self._months_whole((head + 1, len(rows) - 1), fen))
        series = tuple(
            Series(on(name, (line, 1)), on(name, (line, 2), (line, 13)))
            for line in range(head + 1, head + 1 + len(USES))
        )
        chart = Chart(self.text("chart"), on(name, (head, 2), (head, 13)), series, cell(len(rows) + 1, 1))
        return Sheet(name, rows, (20, 26, *(13,) * 12, 16, 16, 14), frozen=(HEAD, 2), charts=(chart,))

    def _months_of(self, line: int, purse: Purse, use: Use, amounts: list[int], used: Moved) -> list[Cell]:
        total = sum(amounts)
        a, b = f"{letters(0)}{line + 1}", f"{letters(1)}{line + 1}"
        net = (
            self.of_accounts(IN, AccountKind.use, a, b) + "-" + self.of_accounts(OUT, AccountKind.use, a, b)
        )  # the same accounts, not cut into months
        return [
            self.named("purse", purse),
            self.named("spending_use", use),
            *(Yuan(each) for each in amounts),
            _sum(f"SUM({cell(line, 2)}:{cell(line, 13)})", total),
            _sum(net, used.net_fen),
            _sum(f"{cell(line, 14)}-{cell(line, 15)}", total - used.net_fen),
        ]

    def _months_of_use(
        self, line: int, span: tuple[int, int], use: Use, fen: dict[tuple[Purse, Use, int], int]
    ) -> list[Cell]:
        names = f"$B${span[0] + 1}:$B${span[1] + 1}"
        sums = [sum(fen.get((purse, use, month), 0) for purse in PURSES) for month in MONTHS]
        cells: list[Cell] = [
            _sum(f"SUMIFS({cell(span[0], at)}:{cell(span[1], at)},{names},$B{line + 1})", value)
            for at, value in enumerate(sums, 2)
        ]
        whole = _sum(f"SUM({cell(line, 2)}:{cell(line, 13)})", sum(sums))
        return [None, self.named("spending_use", use), *cells, whole]

    def _months_whole(self, span: tuple[int, int], fen: dict[tuple[Purse, Use, int], int]) -> list[Cell]:
        sums = [sum(value for (_, _, at), value in fen.items() if at == month) for month in MONTHS]
        sums.append(sum(sums))
        cells: list[Cell] = [
            _sum(f"SUM({cell(span[0], at)}:{cell(span[1], at)})", value) for at, value in enumerate(sums, 2)
        ]
        return [None, Bold(self.text("whole")), *cells]

    # The checks: those of the report, and those that bind the sheets together.

    def checks(self) -> Sheet:
        """Pairs of figures that must be the same, the ledger's and the workbook's own."""
        codes = ("check", "purse", "one", "other", "difference", "result")
        rows = self.titled("checks", [self.text(each) for each in codes])
        for each in self.report.checks:
            purse = self.text("whole") if each.purse is None else self.named("purse", each.purse)
            counts = each.check is Check.numbers
            left, right = (each.left, each.right) if counts else (Yuan(each.left), Yuan(each.right))
            rows.append(self._check(len(rows), self.named("funding_check", each.check), purse, (left, right)))
        rows += [self._check(len(rows) + at, *told) for at, told in enumerate(self._bound())]
        result = f"{cell(HEAD, 5)}:{cell(len(rows) - 1, 5)}"
        failing = sum(not each.holds for each in self.report.checks) + sum(
            _fen(one) != _fen(other) for _, _, (one, other) in self._bound()
        )
        rows += [
            [],
            [
                Bold(self.text("failing")),
                None,
                Formula(f"COUNTIF({result},{quoted(self.text('differs'))})", failing),
            ],
        ]
        return Sheet(
            self.text("checks"), rows, (44, 22, 18, 18, 16, 12), (HEAD, 0), marked=(result, self.text("differs"))
        )

    def _bound(self) -> list[tuple[str, str, tuple[Cell, Cell]]]:
        """Checks between the sheets: both sides are formulas."""
        whole, line = self.text("whole"), HEAD + len(PURSES)
        told = self.report.purses
        spent, months = sum(each.spent.net_fen for each in told), sum(each.fen for each in self.report.year.months)
        kept = sum(each.closing_fen for each in self.accounts)
        computed = sum(each.opening_fen + each.in_fen - each.out_fen for each in self.accounts)
        by_month = on(self.text("months"), (HEAD + len(PURSES) * len(USES) + 2 + len(USES), 14))
        return [
            (
                self.text("months_are_spending"),
                whole,
                (_sum(by_month, months), _sum(on(self.text("summary"), (line, SPENT)), spent)),
            ),
            (
                self.text("accounts_are_kept"),
                whole,
                (_sum(f"SUM({self.column(CLOSING)})", computed), _sum(f"SUM({self.column(KEPT)})", kept)),
            ),
            (self.text("books_sum_to_zero"), whole, (_sum(f"SUM({self.column(KEPT)})", kept), Yuan(0))),
        ]

    def _check(self, line: int, title: str, purse: str, pair: tuple[Cell, Cell]) -> list[Cell]:
        off = _fen(pair[0]) - _fen(pair[1])
        counts = isinstance(pair[0], int)
        text = f"{cell(line, 2)}-{cell(line, 3)}"
        difference = Formula(text, off) if counts else _sum(text, off)
        return [title, purse, *pair, difference, self.same(cell(line, 4), off)]

    # What it rests on.

    def basis(self) -> Sheet:
        """Whose books, of when, and how the figures are told."""
        about = self.report.about
        holds = [each for each in self.report.checks if each.holds]
        told: list[tuple[str, Cell]] = [
            ("committee", about["committee_name"] or self.text("unseen")),
            ("year", about["year"]),
            ("state", self.named("funding_year_state", about["state"])),
            ("on", about["on"].isoformat()),
            ("as_of", about["as_of"].isoformat(timespec="seconds")),
            ("region", about["region_code"]),
            ("accounts", len(self.accounts)),
            ("checks", f"{len(holds)}/{len(self.report.checks)}"),
            ("recounted", label("boolean", "yes" if self.report.year.recounted is not None else "no", self.language)),
            ("rests_on", self.text("rests_on_told")),
            ("tells", self.text("tells_told")),
            ("rounding", self.text("rounding_told")),
        ]
        rows: list[list[Cell]] = [[Bold(self.text(code)), value] for code, value in told]
        return Sheet(self.text("basis"), [[Bold(self.text("basis"))], [], *rows], (28, 100))


def _sum(text: str, fen: int) -> Formula:
    """A formula of yuan: rounded to the fen, since a spreadsheet adds in binary."""
    return Formula(f"ROUND({text},2)", Yuan(fen))


def _fen(value: Cell) -> int:
    if isinstance(value, Formula):
        return _fen(value.value)
    if isinstance(value, Yuan):
        return value.fen
    return value if isinstance(value, int) else 0
