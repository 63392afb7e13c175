"""What type bytes are, by what is in them; and what only pretends to be one, or is two things at once.

A file is taken when it is one of the allowed types from its first byte to its last: what is hung behind an image's or
an archive's end is read by other programs as something else. Archives are never unpacked here: what they would unpack
to is summed up from their directory, which is also what the programs that open them go by.
"""

import codecs
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from app.services.files.facts import ENDINGS, TEXTS, MediaType, Refusal

HEAD = 1024
TAIL = 2048
PNG = b"\x89PNG\r\n\x1a\n"
ZIP = b"PK\x03\x04"
ZIP_END = b"PK\x05\x06"
MOST_ENTRIES = 2000
MOST_DIRECTORY = 1 << 19
MOST_UNPACKED = 256 << 20
MOST_RATIO = 200  # of one entry; a page of blanks compresses well, a bomb a thousandfold
PARTS = {"word/document.xml": MediaType.docx, "xl/workbook.xml": MediaType.xlsx}
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"{\\rtf", b"#!")
MACROS = ("vbaproject.bin", "activex", "embeddings/")
HARMLESS = bytes({*range(0x20, 0x100), 0x09, 0x0A, 0x0C, 0x0D})
"""All bytes but the control characters that no text has."""


def sniffed(path: Path) -> MediaType:
    """The type of the file at `path`; of text `plain`, since nothing in it tells a table from prose.

    Raises Refusal for what is of none of the types, is two at once, or would unpack to too much.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refusal("empty")
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith(b"%PDF-"):
            return _pdf(file, size)
        if head.startswith(PNG):
            return _png(file, size)
        if head.startswith(b"\xff\xd8\xff"):
            return _jpeg(file, size)
        if head.startswith(ZIP):
            return _office(file, size)
        return _text(file)


def agreed(found: MediaType, declared: str | None, name: str) -> MediaType:
    """The type to keep: what was found, told further by what was declared. Raises Refusal where they contradict."""
    stated = (declared or "").partition(";")[0].strip().lower()
    result = found
    if stated not in ("", "application/octet-stream"):
        if stated not in set(MediaType):
            raise Refusal("type_not_allowed", (("allowed", ", ".join(MediaType)),))
        result = MediaType(stated)
        if result is not found and not (result in TEXTS and found in TEXTS):
            raise Refusal("type_contradicted", (("found", found.value),))
    elif found in TEXTS and name.lower().endswith(".csv"):
        result = MediaType.csv
    if not name.lower().endswith(ENDINGS[result]):
        raise Refusal("name_contradicted", (("endings", ", ".join(ENDINGS[result])),))
    return result


def _pdf(file: BinaryIO, size: int) -> MediaType:
    file.seek(max(0, size - TAIL))
    tail = file.read()
    _, mark, after = tail.rpartition(b"%%EOF")
    if not mark:
        raise Refusal("broken", (("found", "PDF"),))
    if after.strip(b"\r\n\t \x00") or ZIP_END in tail:
        raise Refusal("two_in_one", (("found", "PDF"),))
    return MediaType.pdf


def _png(file: BinaryIO, size: int) -> MediaType:
    """Walk from chunk to chunk; IEND ends the file."""
    at = len(PNG)
    first = True
    while at + 12 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        if first and kind != b"IHDR":
            break
        first = False
        at += 12 + length
        if kind == b"IEND":
            if at != size:
                raise Refusal("two_in_one", (("found", "PNG"),))
            return MediaType.png
    raise Refusal("broken", (("found", "PNG"),))


def _jpeg(file: BinaryIO, size: int) -> MediaType:
    """It ends with its end mark; zeros that fill a block are let pass."""
    file.seek(max(0, size - TAIL))
    tail = file.read()
    if not tail.rstrip(b"\x00").endswith(b"\xff\xd9"):
        raise Refusal("two_in_one" if b"\xff\xd9" in tail or ZIP_END in tail else "broken", (("found", "JPEG"),))
    return MediaType.jpeg


def _office(file: BinaryIO, size: int) -> MediaType:
    file.seek(max(0, size - 22))
    end = file.read()
    if not end.startswith(ZIP_END):  # no comment, and nothing behind the archive
        raise Refusal("two_in_one", (("found", "ZIP"),))
    if struct.unpack_from("<I", end, 12)[0] > MOST_DIRECTORY:  # told before it is read
        raise Refusal("unpacks_to_too_much", (("limit", MOST_UNPACKED),))
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise Refusal("broken", (("found", "ZIP"),)) from error
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
        raise Refusal("unpacks_to_too_much", (("limit", MOST_UNPACKED),))
    starts = sorted(each.header_offset for each in entries)
    if not starts or starts[0] != 0 or len(set(starts)) != len(starts):
        raise Refusal("two_in_one", (("found", "ZIP"),))
    if sum(each.compress_size for each in entries) > size:  # entries that share their bytes
        raise Refusal("unpacks_to_too_much", (("limit", MOST_UNPACKED),))
    names = [each.filename for each in entries]
    for each in entries:
        if each.flag_bits & 0x1:
            raise Refusal("encrypted")
        if each.filename.startswith(("/", "\\")) or ".." in each.filename.replace("\\", "/").split("/"):
            raise Refusal("broken", (("found", "ZIP"),))
        if each.file_size > MOST_RATIO * max(each.compress_size, HEAD):
            raise Refusal("unpacks_to_too_much", (("limit", MOST_UNPACKED),))
    if any(mark in name.lower() for name in names for mark in MACROS):
        raise Refusal("active_content")
    found = {kind for part, kind in PARTS.items() if part in names}
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise Refusal("type_not_allowed", (("allowed", ", ".join(MediaType)),))
    return found.pop()


def _text(file: BinaryIO) -> MediaType:
    """UTF-8 or GB18030 without control characters, that no program would take for a page or a program."""
    file.seek(0)
    readers = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")]
    first = True
    while part := file.read(1 << 16):
        if first and part.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(MARKUP):
            raise Refusal("active_content")
        first = False
        if part.translate(None, HARMLESS):
            raise Refusal("type_not_allowed", (("allowed", ", ".join(MediaType)),))
        readers = [reader for reader in readers if _takes(reader, part, final=False)]
    if not any(_takes(reader, b"", final=True) for reader in readers):
        raise Refusal("type_not_allowed", (("allowed", ", ".join(MediaType)),))
    return MediaType.plain


def _takes(reader: codecs.IncrementalDecoder, part: bytes, *, final: bool) -> bool:
    try:
        reader.decode(part, final)
    except UnicodeDecodeError:
        return False
    return True
