"""A workbook read and computed anew: the few words of spreadsheets that ours are written in, told a second time.

Nothing that was written beside a formula is used in computing it.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<place>(?:'(?:[^']|'')+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)"""
    r"""|(?P<word>[A-Z]+)(?=\()|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+=(),])"""
)
Value = float | str | None


@dataclass
class Cell:
    """What stands in a cell: a formula with what it is said to come to, or a value."""

    formula: str | None
    value: Value


@dataclass
class Workbook:
    """The sheets of a file by name, and how many charts it has."""

    sheets: dict[str, dict[tuple[int, int], Cell]]
    charts: int
    _known: dict[tuple[str, int, int], Value] = field(default_factory=dict)

    def formulas(self) -> Iterator[tuple[str, int, int, Cell]]:
        """Every formula there is."""
        for name, cells in self.sheets.items():
            for (row, column), cell in cells.items():
                if cell.formula is not None:
                    yield name, row, column, cell

    def at(self, sheet: str, row: int, column: int) -> Value:
        """What a cell comes to."""
        key = (sheet, row, column)
        if key not in self._known:
            cell = self.sheets[sheet].get((row, column))
            if cell is None or cell.formula is None:
                self._known[key] = None if cell is None else cell.value
            else:
                self._known[key] = _Formula(self, sheet, cell.formula).value()
        return self._known[key]


class _Formula:
    def __init__(self, book: Workbook, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            assert found is not None, (text, at)
            self.tokens.append((str(found.lastgroup), found.group()))
            at = found.end()
        self.next = 0

    def value(self) -> Value:
        found: Value = self.compared()
        assert self.next == len(self.tokens), self.tokens[self.next :]
        return found

    def taken(self, text: str) -> bool:
        if self.next < len(self.tokens) and self.tokens[self.next] == ("sign", text):
            self.next += 1
            return True
        return False

    def compared(self) -> Any:
        left = self.added()
        return left == self.added() if self.taken("=") else left

    def added(self) -> Any:
        found = -self.one() if self.taken("-") else self.one()
        while True:
            if self.taken("+"):
                found = _number(found) + _number(self.one())
            elif self.taken("-"):
                found = _number(found) - _number(self.one())
            else:
                return found

    def one(self) -> Any:
        kind, text = self.tokens[self.next]
        self.next += 1
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "number":
            return float(text)
        if kind == "place":
            return self.place(text)
        if kind == "word":
            assert self.taken("(")
            given = [self.compared()]
            while self.taken(","):
                given.append(self.compared())
            assert self.taken(")")
            return WORDS[text](*given)
        assert text == "("
        found = self.compared()
        assert self.taken(")")
        return found

    def place(self, text: str) -> Any:
        name, _, cells = text.rpartition("!")
        sheet = name[1:-1].replace("''", "'") if name else self.sheet
        first, _, last = cells.replace("$", "").partition(":")
        if not last:
            return self.book.at(sheet, *_address(first))
        (top, left), (bottom, right) = _address(first), _address(last)
        return [self.book.at(sheet, r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]


def _number(value: Value) -> float:
    assert not isinstance(value, str), value
    return value or 0.0


def _sumifs(amounts: list[Value], *pairs: Any) -> float:
    asked = list(zip(pairs[::2], pairs[1::2], strict=True))
    assert all(len(shown) == len(amounts) for shown, _ in asked)
    return sum(
        _number(amount) for at, amount in enumerate(amounts) if all(shown[at] == wanted for shown, wanted in asked)
    )


WORDS: dict[str, Callable[..., Any]] = {
    "SUM": lambda amounts: sum(each for each in amounts if isinstance(each, float)),
    "SUMIFS": _sumifs,
    "COUNTIF": lambda shown, wanted: float(sum(each == wanted for each in shown)),
    "ROUND": lambda value, places: round(_number(value), int(places)),
    "IF": lambda holds, one, other: one if holds else other,
}


def _address(text: str) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(text[len(letters) :]) - 1, column - 1


def read(body: bytes) -> Workbook:
    """A workbook as it stands in the file."""
    with zipfile.ZipFile(BytesIO(body)) as file:
        names = file.namelist()
        files = {
            each.attrib["Id"]: each.attrib["Target"]
            for each in ElementTree.fromstring(file.read("xl/_rels/workbook.xml.rels"))
        }
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = ElementTree.fromstring(file.read("xl/sharedStrings.xml"))
            shared = ["".join(text.text or "" for text in each.iter(f"{MAIN}t")) for each in strings]
        sheets = {}
        for each in ElementTree.fromstring(file.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
            root = ElementTree.fromstring(file.read(f"xl/{files[each.attrib[RELATION]]}"))
            sheets[each.attrib["name"]] = {
                _address(cell.attrib["r"]): _cell(cell, shared) for cell in root.iter(f"{MAIN}c")
            }
        return Workbook(sheets, sum(name.startswith("xl/charts/chart") for name in names))


def _cell(cell: ElementTree.Element, shared: list[str]) -> Cell:
    formula, kind = cell.findtext(f"{MAIN}f"), cell.attrib.get("t", "n")
    if kind == "inlineStr":
        return Cell(formula, "".join(text.text or "" for text in cell.iter(f"{MAIN}t")))
    told = cell.findtext(f"{MAIN}v")
    if told is None:
        return Cell(formula, None)
    if kind == "s":
        return Cell(formula, shared[int(told)])
    return Cell(formula, told if kind == "str" else float(told))
