"""An XLSX workbook as CSV text, row for row, so that a line's number is the row's number in the sheet.

It is unpacked by a child process with a bound on memory, time and size: a small file may unfold into a large one. What
a formula came to is taken as the workbook keeps it. `python -m app.core.streams.workbook SOURCE TARGET` is that child.
"""

import asyncio
import csv
import json
import os
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from app.core.streams.records import FileRefused

SECONDS: Final = 20
MEMORY: Final = 1 << 30
UNPACKED: Final = 64 << 20
PARTS: Final = 2_000
ROWS: Final = 100_000
COLUMNS: Final = 256
MAGIC: Final = b"PK\x03\x04"

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


async def converted(source: Path, target: Path) -> None:
    """Write the workbook's one filled sheet to the target as CSV (UTF-8). Raises FileRefused."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        str(source),
        str(target),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PATH": os.environ.get("PATH", "")},
    )
    try:
        async with asyncio.timeout(SECONDS * 2):
            told, _ = await child.communicate()
    except BaseException as error:
        if child.returncode is None:
            child.kill()
            await asyncio.shield(child.wait())
        if isinstance(error, TimeoutError):
            raise FileRefused("workbook_too_large", limit=UNPACKED) from error
        raise
    if child.returncode != 0:
        raise FileRefused("workbook_too_large", limit=UNPACKED)
    found: dict[str, Any] = json.loads(told)
    if found:
        raise FileRefused(found.pop("code"), **found)


def convert(source: Path, target: Path) -> None:
    """What the child does. Raises FileRefused."""
    try:
        with ZipFile(source) as book:
            _bounded(book)
            rows = _rows(book)
            width = max(map(len, rows))
            with target.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                for row in rows:
                    if any(row):
                        writer.writerow(row + [""] * (width - len(row)))
                    else:
                        file.write("\n")
    except (
        BadZipFile,
        ElementTree.ParseError,
        KeyError,
        ValueError,
        IndexError,
        RuntimeError,
        zipfile.LargeZipFile,
    ) as error:
        raise FileRefused("workbook_damaged") from error


def _bounded(book: ZipFile) -> None:
    parts = book.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise FileRefused("workbook_too_large", limit=UNPACKED)


def _part(book: ZipFile, name: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """Events of one part. A document type is refused: it is no part of the format, and may unfold without end."""
    with book.open(name) as file:
        head = file.read(4096)
    if b"\0" in head or b"<!DOCTYPE" in head.upper():
        raise FileRefused("workbook_damaged")
    with book.open(name) as file:
        yield from ElementTree.iterparse(file, events=("start", "end"))  # noqa: S314  (bounded, without a document type)


def _plain(tag: str) -> str:
    return tag.removeprefix(_MAIN).removeprefix(_STRICT)


def _sheets(book: ZipFile) -> tuple[list[str], bool]:
    """The parts of the visible sheets, in the workbook's order, and whether days count from 1904."""
    targets = {
        element.get("Id", ""): element.get("Target", "")
        for event, element in _part(book, "xl/_rels/workbook.xml.rels")
        if event == "end"
    }
    found, later = [], False
    for event, element in _part(book, "xl/workbook.xml"):
        tag = _plain(element.tag)
        if event == "end" and tag == "sheet" and element.get("state", "visible") == "visible":
            target = targets[next(key for name in _RELATION if (key := element.get(name)) is not None)]
            found.append(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        elif event == "end" and tag == "workbookPr":
            later = element.get("date1904") in ("1", "true")
    return found, later


def _rows(book: ZipFile) -> list[list[str]]:
    """The rows of the one sheet that holds anything."""
    sheets, later = _sheets(book)
    names = set(book.namelist())
    texts = list(_texts(book)) if "xl/sharedStrings.xml" in names else []
    dates = _dated(book) if "xl/styles.xml" in names else []
    origin = datetime(1904, 1, 1) if later else datetime(1899, 12, 30)  # noqa: DTZ001  (a sheet knows no zone)
    filled = [rows for part in sheets if part in names and (rows := _sheet(book, part, texts, dates, origin))]
    if not filled:
        raise FileRefused("empty")
    if len(filled) > 1:
        raise FileRefused("workbook_sheets", sheets=len(filled))
    return filled[0]


def _texts(book: ZipFile) -> Iterator[str]:
    """Shared texts without their readings (furigana stand beside them)."""
    text: list[str] = []
    reading = 0
    for event, element in _part(book, "xl/sharedStrings.xml"):
        tag = _plain(element.tag)
        if tag == "rPh":
            reading += 1 if event == "start" else -1
        elif event == "end" and tag == "t" and not reading:
            text.append(element.text or "")
        elif event == "end" and tag == "si":
            yield "".join(text)
            text.clear()
            element.clear()


def _dated(book: ZipFile) -> list[bool]:
    """Of every cell style whether it shows a number as a day."""
    own: dict[int, bool] = {}
    styles: list[bool] = []
    inside = False
    for event, element in _part(book, "xl/styles.xml"):
        tag = _plain(element.tag)
        if tag == "cellXfs":
            inside = event == "start"
        elif event == "start" and tag == "numFmt":
            shown = _QUOTED.sub("", element.get("formatCode", "")).lower()
            own[int(element.get("numFmtId", "0"))] = any(mark in shown for mark in ("y", "d", "年", "月", "日"))
        elif event == "start" and tag == "xf" and inside:
            number = int(element.get("numFmtId", "0"))
            styles.append(own.get(number, number in _DATES))
    return styles


def _sheet(book: ZipFile, part: str, texts: list[str], dates: list[bool], origin: datetime) -> list[list[str]]:
    rows: list[list[str]] = []
    for event, element in _part(book, part):
        if event != "end" or _plain(element.tag) != "row":
            continue
        number = int(element.get("r") or len(rows) + 1)
        if not len(rows) < number <= ROWS:
            if number > ROWS:
                raise FileRefused("workbook_too_large", limit=UNPACKED)
            raise FileRefused("workbook_damaged")
        row = _row(element, texts, dates, origin)
        element.clear()
        if any(row):
            rows.extend([] for _ in range(number - len(rows) - 1))
            rows.append(row)
    return rows


def _row(element: ElementTree.Element, texts: list[str], dates: list[bool], origin: datetime) -> list[str]:
    cells: list[str] = []
    at = 0
    for cell in element:
        if _plain(cell.tag) != "c":
            continue
        place = _CELL.fullmatch(cell.get("r", ""))
        at = _column(place[1]) if place else at + 1
        text = " ".join(_text(cell, texts, dates, origin).split("\n")).replace("\r", " ").replace("\0", "")
        if not text.strip():
            continue
        if at > COLUMNS:
            raise FileRefused("workbook_too_large", limit=UNPACKED)
        cells.extend("" for _ in range(at - len(cells)))
        cells[at - 1] = text
    return cells


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _text(cell: ElementTree.Element, texts: list[str], dates: list[bool], origin: datetime) -> str:
    kind = cell.get("t", "n")
    value = next((each.text or "" for each in cell if _plain(each.tag) == "v"), "")
    if kind == "inlineStr":
        return "".join(each.text or "" for each in cell.iter() if _plain(each.tag) == "t")
    if kind == "s":
        return texts[int(value)]
    if kind != "n" or not value:
        return value
    style = int(cell.get("s", "0"))
    number = float(value)
    if style < len(dates) and dates[style]:
        return _day(number, origin)
    return format(number, ".15g")  # as many digits as a spreadsheet shows: 0.1 + 0.2 is 0.3 there


def _day(number: float, origin: datetime) -> str:
    """A day, with the time where there is one; rounded to the second."""
    if not 0 <= number < 3_000_000:
        return format(number, ".15g")
    told = origin + timedelta(seconds=round(number * 86_400))
    return told.date().isoformat() if told.hour == told.minute == told.second == 0 else told.isoformat(sep=" ")


def _child() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    told: dict[str, Any] = {}
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except FileRefused as refused:
        told = {"code": refused.code, **refused.facts}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _child()
