"""Cutting UTF-8 blocks into physical lines, without ever holding a line longer than the limit."""

from collections.abc import Iterable, Iterator

BREAKS = b"\r\n"


class TooLong(bytes):
    """The first bytes of a line that went past the limit; the rest was let go while reading."""

    __slots__ = ()


def batches(blocks: Iterable[bytes], *, limit: int, shown: int) -> Iterator[list[bytes]]:
    """Physical lines with their line breaks (LF, CRLF or CR), a list for each block; together they are the whole text.

    A line longer than `limit` bytes comes as TooLong with its first `shown` bytes.
    """
    rest = b""
    skipping: bytes | None = None
    for block in blocks:
        text = rest + block if rest else block
        lines: list[bytes] = []
        if skipping is not None:
            end = _line_end(text)
            if end is None:
                rest = b"\r" if text.endswith(b"\r") else b""
                continue
            lines.append(TooLong(skipping))
            skipping, text = None, text[end:]
        cut = max(text.rfind(b"\n"), text.rfind(b"\r", 0, len(text) - 1)) + 1
        rest = text[cut:]
        lines += _cut(text[:cut] if rest else text, limit, shown)
        if len(rest) > limit:
            skipping, rest = rest[:shown], b"\r" if rest.endswith(b"\r") else b""
        if lines:
            yield lines
    if skipping is not None:
        yield [TooLong(skipping)]
    elif rest:
        yield _cut(rest, limit, shown)


def _cut(text: bytes, limit: int, shown: int) -> list[bytes]:
    lines = text.splitlines(keepends=True)
    if len(text) > limit:
        for index, line in enumerate(lines):
            if len(line) > limit:
                lines[index] = TooLong(line[:shown].rstrip(BREAKS))
    return lines


def _line_end(text: bytes) -> int | None:
    """Where the line that began earlier ends; a CR in the last place may still be half of a CRLF."""
    feed = text.find(b"\n")
    carriage = text.find(b"\r", 0, len(text) - 1)
    if carriage >= 0 and (feed < 0 or carriage < feed - 1):
        return carriage + 1
    return feed + 1 if feed >= 0 else None
