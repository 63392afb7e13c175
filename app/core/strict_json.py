"""JSON from strangers: parsed fast, refused when two readers could understand it differently.

orjson decides what is JSON. What it lets through and PostgreSQL or a second reader would not (duplicate keys, deep
nesting, integers beyond 64 bit, NUL in text) is found here: a few counts settle almost every document, and only what
they leave open is walked token by token.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

DEEPEST = 32
LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)
POINTER_LENGTH = 200

_STRING = rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)'
_BRACKET = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)
_TOKEN = re.compile(_STRING + rb"|[\[\]{},:]|-?[0-9][0-9.eE+-]*+", re.DOTALL)
_COLON = re.compile(rb'"[ \t\r\n]*+:')
_NUMBER = re.compile(rb"-?[0-9][0-9.eE+-]*+")
_SURROGATE = re.compile(rb"\\?u[dD][89a-fA-F][0-9a-fA-F]{2}")
_NOT_FINITE = re.compile(rb"-?(?:NaN|Infinity|nan|inf)")
_NUL = b"\\u0000"
_PLAIN = frozenset((str, bool, type(None)))


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """How large (bytes) and how deep (nested arrays and objects) a document may be."""

    size: int = 1 << 20
    depth: int = DEEPEST


class JsonRefused(Exception):
    """The document is refused: `code` says why, `offset` (bytes from 0) and, if known, `pointer` (RFC 6901) say where.

    Codes: too_large, empty, invalid_utf8, too_deep, not_finite, number_too_large, nul, lone_surrogate, duplicate_key,
    trailing_content, truncated, invalid_json. Neither holds a value of the document.
    """

    def __init__(self, code: str, offset: int, pointer: str | None = None) -> None:
        super().__init__(f"{code} at byte {offset}")
        self.code = code
        self.offset = offset
        self.pointer = pointer


def loads(data: bytes, *, limits: JsonLimits) -> object:
    """Parse one JSON document; JsonRefused when it is not JSON, or not JSON that every reader understands alike."""
    if len(data) > limits.size:
        raise JsonRefused("too_large", limits.size)
    if data.count(b"{") + data.count(b"[") > limits.depth:
        _refuse_deep(data, limits.depth)
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _explained(data, error.pos) from None
    if not _settled(data, value):
        _examine(data)
    return value


def _settled(data: bytes, value: object) -> bool:
    """Whether cheap counts already prove that nothing is doubled, oversized or unstorable.

    Every member has one colon outside strings, so as many colons as parsed keys means that no key was dropped.
    """
    if _NUL in data:
        return False
    if type(value) is dict and _PLAIN.issuperset(map(type, value.values())):
        keys = len(value)
    else:
        keys, large = _counted(value)
        if large:
            return False
    return data.count(b":") == keys or len(_COLON.findall(data)) == keys


def _counted(value: object) -> tuple[int, bool]:
    """Number of keys at all depths, and whether a number may be too large (the depth is already limited).

    orjson turns an integer beyond 64 bit into a float, so a large float may have been an integer.
    """
    if isinstance(value, dict):
        keys, inside = len(value), list(value.values())
    elif isinstance(value, list):
        keys, inside = 0, value
    else:
        large = isinstance(value, int | float) and not SMALLEST_INTEGER < value < LARGEST_INTEGER
        return 0, large
    any_large = False
    for inner in inside:
        if type(inner) not in _PLAIN:
            more, large = _counted(inner)
            keys += more
            any_large = any_large or large
    return keys, any_large


def _refuse_deep(data: bytes, limit: int) -> None:
    """Walk the brackets without recursion, before any parser sees them."""
    depth = 0
    for match in _BRACKET.finditer(data):
        byte = data[match.start()]
        if byte in b"[{":
            depth += 1
            if depth > limit:
                raise JsonRefused("too_deep", match.start())
        elif byte in b"]}":
            depth -= 1


class _Frame:
    """One open array or object while walking: the keys seen, or the position reached."""

    __slots__ = ("awaits_key", "index", "key", "keys")

    def __init__(self, is_object: bool) -> None:
        self.keys: set[str] | None = set() if is_object else None
        self.key = ""
        self.index = 0
        self.awaits_key = is_object


def _pointer(frames: list[_Frame]) -> str:
    steps = (frame.key if frame.keys is not None else str(frame.index) for frame in frames)
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)[:POINTER_LENGTH]


def _examine(data: bytes) -> None:
    """Walk the tokens of a document known to be JSON and refuse the first that is doubled, oversized or unstorable."""
    frames: list[_Frame] = []
    for start, token in _tokens(data):
        first = token[0]
        if first == 0x22:
            if _NUL in token and "\0" in orjson.loads(token):
                raise JsonRefused("nul", start, _pointer(frames))
            if frames and frames[-1].awaits_key:
                _take_key(frames, token, start)
        elif first in b"{[":
            frames.append(_Frame(first == 0x7B))
        elif first in b"}]":
            frames.pop()
        elif first == 0x2C:
            frame = frames[-1]
            frame.index += 1
            frame.awaits_key = frame.keys is not None
        elif first != 0x3A and _beyond(token):
            raise JsonRefused("number_too_large", start, _pointer(frames))


def _tokens(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((match.start(), match.group()) for match in _TOKEN.finditer(data))


def _take_key(frames: list[_Frame], token: bytes, start: int) -> None:
    frame = frames[-1]
    frame.key = orjson.loads(token)
    if frame.keys is not None:
        if frame.key in frame.keys:
            raise JsonRefused("duplicate_key", start, _pointer(frames))
        frame.keys.add(frame.key)
    frame.awaits_key = False


def _beyond(number: bytes) -> bool:
    if any(mark in number for mark in b".eE"):
        return False  # orjson has refused what overflows a double
    digits = number.lstrip(b"-")
    return len(digits) > 19 or not SMALLEST_INTEGER <= int(number) <= LARGEST_INTEGER


def _explained(data: bytes, position: int) -> JsonRefused:
    """Say what is wrong where orjson stopped (`position` counts characters)."""
    if not data.strip(b" \t\r\n"):
        return JsonRefused("empty", 0)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return JsonRefused("invalid_utf8", error.start)
    offset = len(text[:position].encode())
    rest = data[offset : offset + 400]
    number = _NUMBER.match(rest)
    if _NOT_FINITE.match(rest) or (rest[:1] == b"I" and data[offset - 1 : offset] == b"-"):
        return JsonRefused("not_finite", offset)
    if number and _infinite(number.group()):
        return JsonRefused("number_too_large", offset)
    if rest[:1] == b"\0":
        return JsonRefused("nul", offset)
    if _SURROGATE.match(rest):
        return JsonRefused("lone_surrogate", offset)
    if not rest or _ends_in_string(data, offset):
        return JsonRefused("truncated", len(data))
    return JsonRefused("trailing_content" if _complete(data[:offset]) else "invalid_json", offset)


def _infinite(number: bytes) -> bool:
    try:
        return float(number) in (float("inf"), float("-inf"))
    except ValueError:
        return False


def _ends_in_string(data: bytes, offset: int) -> bool:
    """Whether the text breaks off inside the string in which the parser stopped."""
    last = None
    for match in _BRACKET.finditer(data):
        last = match
    return last is not None and last.end() == len(data) and data[-1:] != b'"' and offset >= last.start()


def _complete(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True
