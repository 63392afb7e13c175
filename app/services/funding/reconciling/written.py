"""How amounts, days and sides are written in statements. Pure; wrong values become codes, never echoes."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.services.funding.facts import MOST_FEN

WAN: Final = 10_000
_MONEY = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_UNITS: Final = (("万元", WAN), ("元", 1))
_NOTHING: Final = frozenset({"", "-", "--", "—", "——", "/", "无"})
_MINUS = str.maketrans("−﹣–－", "----")
_DAY = re.compile(r"(\d{4})(?:(\d{2})(\d{2})|\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?)", re.ASCII)
_TIME = re.compile(r"[T\s]*(?:\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}(?:\.\d+)?秒?|分)?|\d{6})?(?:\+08:?00)?")

SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_LONG = re.compile(r"[0-9][0-9\s\-]{5,}[0-9Xx]")

IN: Final = frozenset({"收", "收入", "入", "收方", "转入", "存", "存入", "+", "in"})
OUT: Final = frozenset({"支", "支出", "付", "出", "付方", "转出", "取", "支取", "-", "out"})
CREDIT: Final = frozenset({"贷", "贷方", "c", "cr", "credit"})
DEBIT: Final = frozenset({"借", "借方", "d", "dr", "debit"})
CNY: Final = frozenset({"人民币", "cny", "rmb", "¥", "元", "人民币元", "156", "01", "001"})
_OPENING = "期初余额|上期余额|上期结转|上年结转|上月结转|承前页|承上页|openingbalance"
_CLOSING = "期末余额|closingbalance"
OPENING = re.compile(_OPENING)
CLOSING = re.compile(_CLOSING)
SUMMARY = re.compile(
    f"(?:{OPENING.pattern}|{CLOSING.pattern}|过次页|"
    r"(?:本[日月季年期页]|当[日月期页])?(?:借方|贷方|收入|支出)?(?:合计|累计|小计|总计|共计|发生额)"
    r"[::]?(?:\(?共?\d*笔?\))?|total)[::]?"
)
"""Words that stand for a sum or a balance, alone in their cell and without spaces."""


class Wrong(Exception):
    """A value that cannot be read; `code` is the label `line.<code>`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def plain(text: str) -> str:
    """Width, spaces and apostrophes of spreadsheets apart."""
    return unicodedata.normalize("NFKC", text).strip().strip("'`").strip()


def fen(text: str, unit: int) -> int | None:
    """An amount as signed fen; None where nothing is written. `unit`: yuan that a number without a word means.

    Read are 1,234.50 and 1234.5, with ¥, 元 or 万元, minus in front or behind, and brackets for it. Raises Wrong for
    what is no number, for a part of a fen, and for more than is kept.
    """
    told = plain(text).translate(_MINUS).replace(" ", "")
    if told in _NOTHING:
        return None
    bracketed = told.startswith("(") and told.endswith(")")
    if bracketed:
        told = told[1:-1]
    told = told.removeprefix("人民币").replace("¥", "").replace("￥", "").replace("RMB", "").replace("CNY", "")
    for word, factor in _UNITS:
        if told.endswith(word):
            told, unit = told.removesuffix(word), factor
            break
    if told.endswith(("-", "+")) and not told.startswith(("-", "+")):
        told = told[-1] + told[:-1]
    if not _MONEY.fullmatch(told) and not _GROUPED.fullmatch(told):
        raise Wrong("number_wrong")
    try:
        amount = Decimal(told.replace(",", "")) * unit * 100
    except InvalidOperation as error:
        raise Wrong("number_wrong") from error
    if abs(amount) > MOST_FEN:
        raise Wrong("less_than_equal", le=MOST_FEN // 100)
    if amount != amount.to_integral_value():
        raise Wrong("amount_fraction")
    return -int(amount) if bracketed else int(amount)


def day(text: str) -> date:
    """A day, with or without the time of day behind it. Raises Wrong."""
    told = plain(text)
    found = _DAY.match(told)
    if found is None or not _TIME.fullmatch(told[found.end() :]):
        raise Wrong("date_parsing")
    year, month, of_month = found[1], found[2] or found[4], found[3] or found[5]
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError as error:
        raise Wrong("date_parsing") from error


def is_day(text: str) -> bool:
    """Whether a day is written there."""
    try:
        day(text)
    except Wrong:
        return False
    return True


def sign(text: str, debit_out: bool) -> int:
    """+1 into the account, -1 out of it. A debit is out of it in a bank's eyes, and into it in the holder's own."""
    word = plain(text).casefold()
    if word in IN:
        return 1
    if word in OUT:
        return -1
    if word in CREDIT:
        return 1 if debit_out else -1
    if word in DEBIT:
        return -1 if debit_out else 1
    raise Wrong("side_wrong")


def covered(text: str) -> str:
    """A text whose long runs of digits show their last four alone: a card, a phone, an identity number. Days stay."""
    return _LONG.sub(lambda run: run[0] if _DAY.fullmatch(run[0]) else "***" + run[0][-4:], text)
