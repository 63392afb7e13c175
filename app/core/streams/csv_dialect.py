"""Recognising where a CSV record ends and which row is the header."""

import csv
import re
import unicodedata
from dataclasses import dataclass

DELIMITERS = (",", "\t", ";")

_BRACKETS = str.maketrans("[{【〔〖「『]}】〕〗」』", "(((((((" + ")))))))")
_IGNORED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*]+")


def header_name(text: str) -> str:
    """A column's name without what only spells it differently: width, spaces, byte-order mark, bracket, case."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).translate(_BRACKETS)).casefold()


class Quoting:
    """For one delimiter: whether a physical line ends its record, as csv.reader would see it.

    A cell is quoted only if its first character is a quote; a quote inside an unquoted cell is an ordinary character.
    The possessive quantifiers keep matching linear.
    """

    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter.encode())
        plain = rb"[^" + mark + rb"\r\n]*+"
        quoted = rb'(?:[^"]++|"")*+"' + plain
        cell = rb'(?:"' + quoted + rb'|(?!")' + plain + rb")"
        following = rb"(?:" + mark + cell + rb")*+[\r\n]*+"
        self.delimiter = delimiter
        self._whole = re.compile(cell + following)
        self._rest = re.compile(quoted + following)

    def ends(self, line: bytes) -> bool:
        """Whether a record that starts with this line also ends with it."""
        return self._whole.fullmatch(line) is not None

    def closes(self, line: bytes) -> bool:
        """Whether a record that is inside a quoted cell ends with this line."""
        return b'"' in line and self._rest.fullmatch(line) is not None

    def cells(self, record: bytes, *, strict: bool = False) -> list[str]:
        """The cells of one whole record; none if one is longer than csv takes or, if strict, goes on after its quote.

        Bytes that are not UTF-8 are replaced, since this only serves to recognise.
        """
        try:
            return next(csv.reader([record.decode(errors="replace")], delimiter=self.delimiter, strict=strict), [])
        except csv.Error:
            return []


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: its physical line, the delimiter, one normalised name a column ('' where a column has none)."""

    line: int
    delimiter: str
    names: tuple[str, ...]


def named(cells: list[str]) -> tuple[str, ...]:
    """Normalised names of a header row, without empty columns at its end."""
    names = [header_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def fits(cells: list[str], columns: int) -> bool:
    """Whether a row has a cell for every column of the header, and nothing but empty ones beyond."""
    return len(cells) == columns or (len(cells) > columns and not any(map(str.strip, cells[columns:])))


def recognised(names: tuple[str, ...], known: frozenset[str]) -> int:
    """How many known names a row holds; a single one counts only if it stands alone, else it may be a title's word."""
    hits = sum(name in known for name in names)
    return hits if hits > 1 or sum(map(bool, names)) == 1 else 0
