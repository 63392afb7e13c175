"""Types are found in the content, and what is two things at once is none."""

import zipfile
from pathlib import Path

import pytest

from app.services.files.facts import MediaType, Refusal
from app.services.files.sniffing import MOST_UNPACKED, agreed, sniffed
from tests.kit.papers import JPEG, PARTS, PDF, chunk, png, zipped

SHEET = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PDF, MediaType.pdf),
        (png(), MediaType.png),
        (JPEG, MediaType.jpeg),
        (JPEG + b"\x00" * 30, MediaType.jpeg),
        (zipped(PARTS), MediaType.docx),
        (zipped(SHEET), MediaType.xlsx),
        ("姓名,职务\r\n某人,书记\r\n".encode(), MediaType.plain),
        ("姓名,职务\r\n".encode("gb18030"), MediaType.plain),
        (b"\xef\xbb\xbf" + "说明".encode(), MediaType.plain),
    ],
)
def test_what_is_taken(tmp_path: Path, body: bytes, kind: MediaType) -> None:
    path = tmp_path / "it"
    path.write_bytes(body)
    assert sniffed(path) is kind


def bomb() -> bytes:
    return zipped(PARTS | {"word/media/a.bin": b"\x00" * (40 << 20)})


def lying() -> bytes:
    """An archive whose directory says that an entry unpacks to four gigabytes less one."""
    body = bytearray(zipped(PARTS))
    at = body.rindex(b"PK\x01\x02")
    body[at + 24 : at + 28] = b"\xfe\xff\xff\xff"
    return bytes(body)


def encrypted() -> bytes:
    body = bytearray(zipped(PARTS))
    at = body.index(b"PK\x01\x02")
    body[at + 8] |= 1
    return bytes(body)


def wide() -> bytes:
    return zipped(PARTS | {f"word/{number}.xml": b"" for number in range(2100)}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.4 cut off", "broken"),
        (PDF + zipped(PARTS), "two_in_one"),
        (PDF + b"MZ\x90 a program", "two_in_one"),
        (png() + b"<html>", "two_in_one"),
        (png()[:-8], "broken"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR", "broken"),
        (JPEG + zipped(PARTS), "two_in_one"),
        (JPEG[:-2], "broken"),
        (zipped(PARTS) + b"more", "two_in_one"),
        (bomb(), "unpacks_to_too_much"),
        (lying(), "unpacks_to_too_much"),
        (wide(), "unpacks_to_too_much"),
        (encrypted(), "encrypted"),
        (zipped(PARTS | {"word/vbaProject.bin": b"x"}), "active_content"),
        (zipped(PARTS | {"word/embeddings/a.exe": b"x"}), "active_content"),
        (zipped(PARTS | {"../../etc/passwd": b"x"}), "broken"),
        (zipped({"a.txt": b"an archive and nothing more"}), "type_not_allowed"),
        (zipped(PARTS | SHEET), "type_not_allowed"),
        (b"PK\x03\x04" + b"\x00" * 40, "two_in_one"),
        (b"PK\x03\x04" + b"\x00" * 40 + b"PK\x05\x06" + b"\x00" * 18, "two_in_one"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 40, "type_not_allowed"),
        (b"GIF89a" + b"\x00" * 20, "type_not_allowed"),
        (b"\xff\xfe\xff\xfe\xff\xff", "type_not_allowed"),
        (b"  <!DOCTYPE html><script>1</script>", "active_content"),
        (b"\xef\xbb\xbf<svg xmlns='x'/>", "active_content"),
        (b"#!/bin/sh\nrm -rf /\n", "active_content"),
    ],
)
def test_what_is_refused(tmp_path: Path, body: bytes, code: str) -> None:
    path = tmp_path / "it"
    path.write_bytes(body)
    with pytest.raises(Refusal) as refused:
        sniffed(path)
    assert refused.value.code == code


def test_a_text_cut_inside_a_character_is_none(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes("两新".encode()[:-1] + b"\xff")
    with pytest.raises(Refusal):
        sniffed(path)


@pytest.mark.parametrize(
    ("found", "declared", "name", "kind"),
    [
        (MediaType.pdf, "application/pdf", "批复.PDF", MediaType.pdf),
        (MediaType.pdf, None, "a.pdf", MediaType.pdf),
        (MediaType.plain, "text/csv; charset=utf-8", "a.csv", MediaType.csv),
        (MediaType.plain, "application/octet-stream", "a.csv", MediaType.csv),
        (MediaType.plain, None, "a.txt", MediaType.plain),
        (MediaType.jpeg, "image/jpeg", "a.jpeg", MediaType.jpeg),
    ],
)
def test_what_is_declared_may_tell_more(found: MediaType, declared: str | None, name: str, kind: MediaType) -> None:
    assert agreed(found, declared, name) is kind


@pytest.mark.parametrize(
    ("found", "declared", "name", "code"),
    [
        (MediaType.pdf, "image/png", "a.png", "type_contradicted"),
        (MediaType.plain, "application/pdf", "a.pdf", "type_contradicted"),
        (MediaType.pdf, "text/html", "a.pdf", "type_not_allowed"),
        (MediaType.pdf, "application/pdf", "a.pdf.exe", "name_contradicted"),
        (MediaType.plain, "text/plain", "a", "name_contradicted"),
        (MediaType.docx, None, "a.xlsx", "name_contradicted"),
    ],
)
def test_what_is_declared_may_not_contradict(found: MediaType, declared: str | None, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        agreed(found, declared, name)
    assert refused.value.code == code


def test_the_limit_is_told_in_bytes() -> None:
    assert MOST_UNPACKED == 256 << 20
