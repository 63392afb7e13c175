"""What the bytes of a file are: the encodings, and what is no text."""

from pathlib import Path

import pytest

from app.core.streams import FileRefused, Format
from tests.core.streams.kit import opened, read

HEAD = "名称,代码,人数\n"
ROWS = "杭州某某科技有限公司,1,2\n" * 20


def refused(folder: Path, data: bytes, form: Format = Format.csv) -> tuple[str, dict[str, object]]:
    with pytest.raises(FileRefused) as caught:
        list(opened(folder, data, form).records())
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_encoding_comes_out_as_utf_8(tmp_path: Path, encoding: str) -> None:
    records = read(tmp_path, (HEAD + ROWS).encode(encoding))
    assert [raw for _, raw, _ in records] == ["杭州某某科技有限公司,1,2".encode()] * 20


def test_four_byte_characters_of_gb18030(tmp_path: Path) -> None:
    assert read(tmp_path, (HEAD + "㐀𠮷,1,2\n").encode("gb18030")) == [(2, "㐀𠮷,1,2".encode(), None)]


def test_a_bad_byte_is_named_with_its_line(tmp_path: Path) -> None:
    before = (HEAD + ROWS).encode()
    assert refused(tmp_path, before + b"\xff,1,2\n" + ROWS.encode()) == (
        "bad_encoding", {"encoding": "utf-8", "offset": len(before), "line": 22}
    )  # fmt: skip
    before = (HEAD + ROWS).encode("gb18030")
    assert refused(tmp_path, before + b"\xff,1,2\n" + ROWS.encode("gb18030")) == (
        "bad_encoding", {"encoding": "gb18030", "offset": len(before), "line": 22}
    )  # fmt: skip


@pytest.mark.parametrize(("encoding", "lost"), [("utf-8", 1), ("utf-8", 2), ("gb18030", 1), ("utf-16", 1)])
def test_a_file_cut_inside_a_character_marks_its_last_record(tmp_path: Path, encoding: str, lost: int) -> None:
    records = read(tmp_path, (HEAD + ROWS + "杭").encode(encoding)[:-lost])
    assert [problem for _, _, problem in records] == [None] * 20 + ["truncated_text"]
    assert records[-1][1] == "�".encode()


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \n", b"\xff\xfe", b"\n" * 10_000])
@pytest.mark.parametrize("form", list(Format))
def test_empty(tmp_path: Path, data: bytes, form: Format) -> None:
    if data != b"\xff\xfe" or form is Format.csv:
        assert refused(tmp_path, data, form)[0] == "empty"


@pytest.mark.parametrize(
    ("data", "code", "kind"),
    [
        (b"PK\x03\x04rest", "spreadsheet_not_supported", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet_not_supported", "xls"),
        (b"\xef\xbb\xbf \r\n<HTML><table>", "spreadsheet_not_supported", "html"),
        ("<html>".encode("utf-16"), "spreadsheet_not_supported", "html"),
        (b"<?xml version='1.0'?>", "spreadsheet_not_supported", "html"),
        (b"\x1f\x8b\x08\0", "compressed_not_supported", "gzip"),
        (b"%PDF-1.7", "not_text", "pdf"),
    ],
)
def test_other_kinds_of_file_say_what_they_are(tmp_path: Path, data: bytes, code: str, kind: str) -> None:
    assert refused(tmp_path, data) == (code, {"kind": kind})


def test_utf_16_without_its_mark_and_other_binary_is_not_text(tmp_path: Path) -> None:
    assert refused(tmp_path, "name,code\nx,1\n".encode("utf-16-le"))[0] == "not_text"


def test_json_is_utf_8_only(tmp_path: Path) -> None:
    for encoding in ("gb18030", "utf-16"):
        assert refused(tmp_path, '{"名称":"甲"}'.encode(encoding), Format.ndjson)[0] == "bad_encoding"
    assert read(tmp_path, b'\xef\xbb\xbf{"a":1}\n', Format.ndjson) == [(1, b'{"a":1}', None)]
