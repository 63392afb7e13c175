"""Finding out what a file's bytes are, and reading them as UTF-8 blocks of constant size."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.streams.records import FileRefused

BLOCK = 1 << 20
CERTAIN = 16  # so many continuation bytes of well-formed UTF-8 do not happen by chance in GB18030 text

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SPREADSHEETS = ((b"PK\x03\x04", "xlsx"), (b"PK\x05\x06", "xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"))
_COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
)
_BINARY = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"{\\rtf", "rtf"),
    (b"SQLite format", "sqlite"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<!--")


@dataclass(frozen=True, slots=True)
class Text:
    """How a file is to be read: its encoding, the bytes to skip first, and whether it breaks off inside a character."""

    encoding: str
    skip: int = 0
    broken_off: bool = False


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Where decoding failed (byte from 0, line from 1), the sound continuation bytes before, whether it is the end."""

    offset: int
    line: int
    sound: int
    at_end: bool


def identify(path: Path, *, utf8_only: bool = False, block: int = BLOCK) -> Text:
    """Decide the encoding by decoding the whole file strictly: UTF-8 first, then GB18030; UTF-16 only with its mark.

    FileRefused names the first byte and line that do not fit, and refuses what is no text at all.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    _refuse_other_formats(start)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            if utf8_only and encoding != "utf-8":
                raise FileRefused("bad_encoding", encoding="utf-8", offset=0, line=1)
            return _checked(path, encoding, len(mark), block)
    if start.count(0) > len(start) // 4:
        raise FileRefused("not_text", offset=start.index(0))
    flaw = _flaw(path, "utf-8", 0, block)
    if flaw is None:
        return Text("utf-8")
    if flaw.at_end and (flaw.sound >= CERTAIN or utf8_only):
        return Text("utf-8", broken_off=True)
    if utf8_only or flaw.sound >= CERTAIN:
        raise FileRefused("bad_encoding", encoding="utf-8", offset=flaw.offset, line=flaw.line)
    return _checked(path, "gb18030", 0, block)


def blocks(path: Path, text: Text, *, block: int = BLOCK) -> Iterator[bytes]:
    """The file as UTF-8, block by block; a character broken off at the end of the file is passed on as U+FFFD."""
    with path.open("rb") as file:
        file.seek(text.skip)
        if text.encoding == "utf-8" and not text.broken_off:
            while part := file.read(block):
                yield part
            return
        decoder = codecs.getincrementaldecoder(text.encoding)(
            "replace"
        )  # identify() has proved all but the last character
        while part := file.read(block):
            yield decoder.decode(part).encode()
        if rest := decoder.decode(b"", final=True):
            yield rest.encode()


def _checked(path: Path, encoding: str, skip: int, block: int) -> Text:
    flaw = _flaw(path, encoding, skip, block)
    if flaw is None:
        return Text(encoding, skip)
    if flaw.at_end and flaw.offset > skip:
        return Text(encoding, skip, broken_off=True)
    raise FileRefused("bad_encoding", encoding=encoding, offset=flaw.offset, line=flaw.line)


def _flaw(path: Path, encoding: str, skip: int, block: int) -> _Flaw | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position, line, sound = skip, 1, 0
    with path.open("rb") as file:
        file.seek(skip)
        while True:
            part = file.read(block)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(part, final=not part)
            except UnicodeDecodeError as error:
                good = bytes(error.object[: error.start])
                before = good.decode(encoding)
                return _Flaw(
                    position - held + error.start, line + _breaks(before), sound + len(good) - len(before), not part
                )
            line += _breaks(text)
            if sound < CERTAIN and not text.isascii():
                sound += len(part) - len(text)
            position += len(part)
            if not part:
                return None


def _breaks(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _refuse_other_formats(start: bytes) -> None:
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        if len(start) < 4096:
            raise FileRefused("empty")
        return
    for magic, kind in _SPREADSHEETS:
        if start.startswith(magic):
            raise FileRefused("spreadsheet_not_supported", kind=kind)
    for magic, kind in _COMPRESSED:
        if start.startswith(magic):
            raise FileRefused("compressed_not_supported", kind=kind)
    for magic, kind in _BINARY:
        if start.startswith(magic):
            raise FileRefused("not_text", kind=kind)
    if start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:16].lower().startswith(_MARKUP):
        raise FileRefused("spreadsheet_not_supported", kind="html")
