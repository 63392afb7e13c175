"""Files that spreadsheets open: nothing runs, nothing is rounded, nothing is lost."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.labels import Language
from app.core.sheets import Column, guarded, unguarded, write_csv, write_xlsx, yuan

COLUMNS = [
    Column("name"),
    Column("staff", "integer"),
    Column("on", "date", heading="founded_on"),
    Column("at", "datetime"),
    Column("has", "boolean", heading="has_instructor"),
    Column("pay_fen", "fen", heading="count"),
]
CODE = "330106000000"
ROW = {
    "name": "甲,\"乙\"\n丙",
    "staff": -3,
    "on": date(2026, 1, 31),
    "at": datetime(2026, 1, 31, 16, 0, tzinfo=UTC),
    "has": True,
    "pay_fen": -1234505,
}  # fmt: skip


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_mark_crlf_and_every_kind() -> None:
    data = b"".join(write_csv(COLUMNS, [ROW, {}], "zh-Hans"))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 3
    assert cells(data)[1:] == [
        ['甲,"乙"\n丙', "-3", "2026-01-31", "2026-02-01T00:00:00+08:00", "是", "-12345.05"],
        [""] * 6,
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-Hans", ["类别", "未建原因", "有党建指导员", "行政区划代码", "私营企业", "无党员", "否"]),
        ("zh-Hant", ["類別", "未建原因", "有黨建指導員", "行政區劃代碼", "私營企業", "無黨員", "否"]),
        (
            "en",
            [
                *("Kind", "Reason for no branch", "Has an instructor", "Region code"),
                *("Private enterprise", "No members", "no"),
            ],
        ),
    ],
)
def test_a_file_speaks_its_readers_language(language: Language, expected: list[str], tmp_path: Path) -> None:
    columns = [
        Column("kind", coded="kind"),
        Column("uncovered_reason", coded="uncovered_reason"),
        Column("has_instructor", "boolean"),
        Column("region_code"),
    ]
    row = {"kind": "private_enterprise", "uncovered_reason": "no_members", "has_instructor": False, "region_code": CODE}
    found = cells(b"".join(write_csv(columns, [row, {"kind": "unheard_of"}], language)))
    assert found == [expected[:4], [*expected[4:], "\t" + CODE], ["unheard_of", "", "", ""]]
    path = tmp_path / "list.xlsx"
    write_xlsx(columns, [row], path, language)
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    for text in (*expected, CODE):
        assert f"<t>{text}</t>" in sheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "913311251484801000"])
def test_what_a_spreadsheet_would_run_or_mangle_is_guarded(text: str) -> None:
    assert guarded(text) in (text, "'" + text, "\t" + text)
    assert not guarded(text).startswith(("=", "+", "-", "@"))
    assert guarded("913311251484801000") == "\t913311251484801000"


@given(st.text(st.sampled_from("=+-@\t\r\n'0123456789ab"), max_size=20))
def test_guards_come_off_again(text: str) -> None:
    again = unguarded(guarded(text))
    assert again == text or unguarded(text) == again


def test_many_rows_come_in_blocks() -> None:
    blocks = list(write_csv(COLUMNS[:1], ({"name": str(n)} for n in range(1201)), "en"))
    assert len(blocks) == 3
    assert [row[0] for row in cells(b"".join(blocks))[1:]] == [str(n) for n in range(1201)]


def test_xlsx_keeps_text_as_text(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write_xlsx(COLUMNS, [ROW, {"name": "=1+1"}, {"name": "913311251484801000", "on": date(1850, 1, 1)}], path, "en")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "<t>913311251484801000</t>" in sheet
    assert "<v>-12345.05</v>" in sheet
    assert "<t>1850-01-01</t>" in sheet
    target = io.BytesIO()
    write_xlsx(COLUMNS, [], target, "en")
    assert target.getvalue().startswith(b"PK")


@given(st.integers(-(10**14), 10**14))
def test_yuan_is_exact(fen: int) -> None:
    assert int(yuan(fen).replace(".", "")) == fen
