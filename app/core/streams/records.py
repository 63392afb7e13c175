"""What splitting an uploaded file yields: numbered raw records, or one refusal of the whole file."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Format(StrEnum):
    """The bodies that can be split into records."""

    csv = "csv"
    ndjson = "ndjson"
    json = "json"


class RawRecord(NamedTuple):
    """One record as sent.

    `line` is the physical line (from 1) where it starts, in a JSON array the element's number; no two records share
    one. `raw` is its bytes in UTF-8 without the closing line break;
    `problem` why it can go no further: unclosed_quote, line_too_long, nul, truncated_text, truncated_json, total_row,
    missing_element, trailing_content. A record with problem line_too_long holds only its first bytes.
    """

    line: int
    raw: bytes
    problem: str | None = None


class FileRefused(Exception):
    """The whole file is refused: `code` says why, `facts` say where and what to send instead, never a cell's content.

    Codes: empty, bad_encoding, not_text, spreadsheet_not_supported, compressed_not_supported, header_missing,
    header_doubled, json_array_expected, ndjson_expected.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one broken line from swallowing the file (sizes in bytes)."""

    line: int = 1 << 20
    quoted: int = 64 << 10
    quoted_lines: int = 200
    header_rows: int = 20
    header_lines: int = 10_000
    shown: int = 200
    reread: int = 64 << 20


@dataclass(slots=True)
class Counts:
    """What was passed over while reading: rows above the header, and rows without content."""

    titles: int = 0
    blank: int = 0
