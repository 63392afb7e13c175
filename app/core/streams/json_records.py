"""Splitting NDJSON and JSON arrays into records without parsing them: constant memory, any nesting, no recursion."""

import re
from collections.abc import Iterable, Iterator

from app.core.streams.lines import BREAKS
from app.core.streams.records import Counts, FileRefused, Limits, RawRecord
from app.core.strict_json import JsonLimits, JsonRefused, loads

_SPACE = b" \t\r\n"
_FLAT = re.compile(
    rb'[ \t\r\n]*+(\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\})[ \t\r\n]*+,', re.DOTALL
)  # an object without objects or arrays inside, which is nearly every element
_AT_TOP = re.compile(rb'(?:[^"\[\]{},]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)  # up to what may end the element
_INSIDE = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)  # up to the next bracket
_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)


def ndjson_records(batches: Iterable[list[bytes]], limits: Limits, counts: Counts) -> Iterator[RawRecord]:
    """One record a line that is not blank; a last line that breaks off is truncated_json."""
    number, first = 0, True
    for lines in batches:
        for line in lines:
            number += 1
            content = line.strip(_SPACE)
            if type(line) is not bytes:
                yield RawRecord(number, bytes(line), "line_too_long")
            elif not content:
                counts.blank += 1
                continue
            elif first and content.startswith(b"["):
                raise FileRefused("ndjson_expected", line=number)
            elif line.endswith((b"\n", b"\r")):
                yield RawRecord(number, line.rstrip(BREAKS))
            else:
                yield RawRecord(number, line, "truncated_json" if _breaks_off(content, limits) else None)
            first = False
    if first:
        raise FileRefused("empty")


def _breaks_off(content: bytes, limits: Limits) -> bool:
    try:
        loads(content, limits=JsonLimits(size=limits.line))
    except JsonRefused as refused:
        return refused.code == "truncated"
    return False


def array_records(blocks: Iterable[bytes], limits: Limits) -> Iterator[RawRecord]:
    """One record an element of the array, numbered from 1, since a minified array is all on one line.

    Whatever stands where an element should is a record too, with or without a problem; nothing is dropped.
    """
    element = _Element(limits)
    number, closed = 1, False
    for block in _opened(blocks):
        at = 0
        while at < len(block):
            if closed:
                if content := block[at:].lstrip(_SPACE):
                    yield RawRecord(number, content[: limits.shown], "trailing_content")
                    return
                break
            match = _FLAT.match(block, at) if element.untouched else None
            if match and match.end(1) - match.start(1) <= limits.line:
                yield RawRecord(number, match.group(1))
                at, number = match.end(), number + 1
                continue
            end = element.scan(block, at)
            if end < 0:
                element.hold(block[at:])
                break
            element.hold(block[at:end])
            closed = block[end] == 0x5D
            if element.held or not closed or number > 1:
                yield element.record(number, "missing_element")
                number += 1
            element = _Element(limits)
            at = end + 1
    if not closed:
        yield element.record(number, None)._replace(problem="truncated_json")


def _opened(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks from behind the opening bracket on."""
    skipped, opened = 0, False
    for block in blocks:
        if opened:
            yield block
            continue
        content = block.lstrip(_SPACE)
        skipped += block.count(b"\n", 0, len(block) - len(content))
        if content and content[:1] != b"[":
            raise FileRefused("json_array_expected", line=1 + skipped)
        if content:
            opened = True
            yield content[1:]
    if not opened:
        raise FileRefused("empty")


def _end_of(match: "re.Match[bytes] | None", otherwise: int) -> int:
    return match.end() if match else otherwise


class _Element:
    """One element on its way through the blocks: where the scanner stands in it, and its bytes up to the limit."""

    def __init__(self, limits: Limits) -> None:
        self.held = bytearray()
        self.untouched = True
        self._limits = limits
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._size = 0

    def scan(self, block: bytes, at: int) -> int:
        """Where the comma or bracket stands that ends the element, or -1 when this block does not hold it."""
        self.untouched = False
        while True:
            if self._in_string:
                at = self._scan_string(block, at)
                if at < 0:
                    return -1
            at = _end_of((_INSIDE if self._depth else _AT_TOP).match(block, at), at)
            if at >= len(block):
                return -1
            byte, at = block[at], at + 1
            if byte == 0x22:
                self._in_string = True
            elif byte in b"[{":
                self._depth += 1
            elif self._depth:
                self._depth -= 1
            elif byte in b",]":
                return at - 1

    def _scan_string(self, block: bytes, at: int) -> int:
        if self._escaped:
            self._escaped = False
            at += 1
        at = _end_of(_STRING.match(block, at), at)
        if at >= len(block):
            return -1
        if block[at] == 0x5C:
            self._escaped = True
            return -1
        self._in_string = False
        return at + 1

    def hold(self, piece: bytes) -> None:
        """Keep bytes of the element; past the limit only the first ones stay."""
        if not self.held:
            piece = piece.lstrip(_SPACE)
        self._size += len(piece)
        if self._size <= self._limits.line:
            self.held += piece
        else:
            self.held += piece[: self._limits.shown]
            del self.held[self._limits.shown :]

    def record(self, number: int, when_empty: str | None) -> RawRecord:
        """The element as a record."""
        raw = bytes(self.held).rstrip(_SPACE)
        problem = "line_too_long" if self._size > self._limits.line else None
        return RawRecord(number, raw, problem if raw else when_empty)
