"""A statement as a spreadsheet: whatever it looks like it is read whole, or each line that cannot be is told."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.core.errors import FieldError, Invalid, UnsupportedMedia
from app.services.exchange.failures import FileUnreadable
from app.services.funding.reconciling import sheet
from app.services.funding.reconciling.facts import Passed, Told, Wish

NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001  (a sheet knows no zone)
HEAD = "日期,摘要,借方发生额,贷方发生额,余额\n"


async def told(tmp_path: Path, body: str | bytes, form: sheet.Form = "csv", **wish: Any) -> Told:
    """What a file tells."""
    path = tmp_path / "body.spool"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    asked: dict[str, Any] = {
        "from_on": date(2026, 3, 1),
        "until_on": date(2026, 3, 31),
        "opening_fen": None,
        "closing_fen": None,
        "unit": None,
        "debit_out": True,
    }
    return sheet.read(await sheet.opened(path, form), Wish(**(asked | wish)))


async def wrong(tmp_path: Path, body: str | bytes, **wish: Any) -> list[tuple[str, str]]:
    """Pointer and code of all that is wrong with a file."""
    with pytest.raises((Invalid, FileUnreadable)) as caught:
        await told(tmp_path, body, **wish)
    return [(error.pointer, error.code) for error in caught.value.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
async def test_titles_totals_and_balances_are_told_apart(tmp_path: Path, encoding: str) -> None:
    """Every row is a line, a title, blank, or passed over with the reason: nothing vanishes."""
    text = (
        "某某银行对账单,,,,,\r\n单位：元,,,,,\r\n"
        "交易日期,摘要,借方发生额,贷方发生额,余额,对方账号\r\n"
        '2026-03-01,期初余额,,,"10,000.00",\r\n'
        "20260302 10:11:12,拨款,,500.00,10500.00,6222020000000000017\r\n"
        ",,,,,\r\n"
        "2026年3月5日,教材 13800001111,200.50,0.00,10299.50,\r\n"
        "2026/3/6,账户管理,0.00,0.00,10299.50,\r\n"
        "本月合计,,200.50,500.00,,\r\n"
    )
    found = await told(tmp_path, text.encode(encoding))
    assert (found.opening_fen, found.closing_fen) == (1_000_000, 1_029_950)
    assert [(line.position, line.on_day.day, line.amount_fen) for line in found.lines] == [
        (5, 2, 50_000),
        (7, 5, -20_050),
    ]
    assert found.reading["titles"] == 2
    assert found.reading["blank"] == 1
    assert found.reading["ignored"] == ["对方账号"]
    assert found.reading["passed_over"] == [
        {"line": 4, "why": Passed.summary},
        {"line": 8, "why": Passed.zero},
        {"line": 9, "why": Passed.total},
    ]
    assert found.reading["covered"] == [7]
    assert found.lines[1].text == "教材 ***1111"


@pytest.mark.parametrize(
    ("head", "rows", "unit"),
    [
        ("日期,收入,支出\n", "2026-03-02,12000,\n2026-03-03,,3000\n", None),
        ("日期,金额\n", "2026-03-02,12000.00\n2026-03-03,(3000)\n", None),
        ("日期,金额\n", '2026-03-02,"￥12,000.00"\n2026-03-03,3000.00-\n', None),
        ("日期,金额,借贷标志\n", "2026-03-02,12000,贷\n2026-03-03,3000,借\n", None),
        ("日期,交易金额,收/支\n", "2026-03-02,１２０００,收入\n2026-03-03,3000元,支出\n", None),
        ("日期,金额(万元)\n", "2026-03-02,1.2\n2026-03-03,-0.3\n", None),
        ("单位：万元,\n日期,金额\n", "2026-03-02,1.2\n2026-03-03,-3000元\n", None),
        ("日期,金额\n", "2026-03-02,1.2\n2026-03-03,−0.3万元\n", 10_000),
        ("日期,借方,贷方\n", "2026-03-02,,12000\n2026-03-03,,-3000\n", None),
        ("日期,发生额,借方,贷方\n", "2026-03-02,12000,,12000\n2026-03-03,3000,3000,\n", None),
    ],
)
async def test_an_amount_is_read_however_it_is_written(tmp_path: Path, head: str, rows: str, unit: int | None) -> None:
    """Two columns, a sign, brackets, a minus behind, a column of sides, ten thousand yuan, red figures."""
    found = await told(tmp_path, head + rows, opening_fen=0, closing_fen=900_000, unit=unit)
    assert [line.amount_fen for line in found.lines] == [1_200_000, -300_000]


async def test_every_line_that_cannot_be_read_is_told_by_its_place(tmp_path: Path) -> None:
    """All at once, so that the file is mended once."""
    text = (
        "日期,收入,支出,币种,凭证号\n"
        "2026-03-02,1.5,,人民币,PZ-1\n"
        "2026-02-28,1,,,\n"
        "三月三日,1,,,\n"
        "2026-03-04,x,,,\n"
        "2026-03-05,1.005,,,\n"
        "2026-03-06,1,1,,\n"
        "2026-03-07,,,,PZ-7\n"
        "2026-03-08,1,,USD,\n"
        "2026-03-09,99999999999999,,,\n"
        ",1,,,\n"
        "2026-03-11,1,,,2.02603E+13\n"
        "2026-03-12,1\n"
    )
    assert await wrong(tmp_path, text) == [
        ("/lines/3/day", "statement_day_outside"),
        ("/lines/4/day", "date_parsing"),
        ("/lines/5/received", "number_wrong"),
        ("/lines/6/received", "amount_fraction"),
        ("/lines/7/amount", "statement_both_sides"),
        ("/lines/8/amount", "missing"),
        ("/lines/9/currency", "currency_unsupported"),
        ("/lines/10/received", "less_than_equal"),
        ("/lines/11/day", "missing"),
        ("/lines/12/reference", "code_as_number"),
        ("/lines/13", "stream.cell_count"),
    ]


async def test_a_running_balance_finds_the_line_that_is_missing(tmp_path: Path) -> None:
    """Listed from either end; where debit and credit are the other way round, that is said instead."""
    rows = ["2026-03-02,a,,500,1500\n", "2026-03-03,b,200,,1300\n", "2026-03-04,c,,100,1400\n"]
    for order in (rows, rows[::-1]):
        found = await told(tmp_path, HEAD + "".join(order))
        assert (found.opening_fen, found.closing_fen) == (100_000, 140_000)
    assert await wrong(tmp_path, HEAD + rows[0] + rows[2]) == [("/lines/3/balance", "statement_balance_breaks")]
    swapped = "日期,摘要,贷方,借方,余额\n" + "".join(rows)
    assert await wrong(tmp_path, swapped) == [("/debit", "statement_sides_swapped")]
    assert (await told(tmp_path, swapped, debit_out=False)).closing_fen == 140_000


async def test_the_arithmetic_decides_whether_a_row_stands_there_twice(tmp_path: Path) -> None:
    """Two payments of one amount are two; a row pasted twice is told by its line."""
    rows = "日期,金额,摘要\n2026-03-02,-300,补贴\n2026-03-02,-300,补贴\n"
    found = await told(tmp_path, rows, opening_fen=100_000, closing_fen=40_000)
    assert len(found.lines) == 2
    assert found.reading["repeated"] == [3]
    assert await wrong(tmp_path, rows, opening_fen=100_000, closing_fen=70_000) == [
        ("/lines/3", "statement_line_repeated")
    ]
    assert await wrong(tmp_path, rows, opening_fen=100_000, closing_fen=70_001) == [
        ("/closing_fen", "statement_adds_up_not")
    ]


async def test_what_contradicts_is_refused(tmp_path: Path) -> None:
    """A balance told twice and differently, a unit, no balance at all, no columns that could be a statement's."""
    row = "2026-03-02,a,,500,1500\n"
    assert await wrong(tmp_path, HEAD + row, opening_fen=1) == [("/opening_fen", "statement_balance_contradicts")]
    assert await wrong(tmp_path, "日期,金额\n2026-03-02,1\n", opening_fen=0) == [
        ("/closing_fen", "statement_balance_missing")
    ]
    assert await wrong(tmp_path, "单位:万元,\n日期,金额\n2026-03-02,1\n", unit=1) == [
        ("/unit", "statement_unit_contradicts")
    ]
    assert await wrong(tmp_path, "日期,摘要\n2026-03-02,1\n") == [("", "statement_columns_missing")]
    assert await wrong(tmp_path, "甲,乙\n1,2\n") == [("", "file.header_missing")]
    assert await wrong(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)) == [
        ("", "file.spreadsheet_not_supported")
    ]


async def test_a_month_without_a_line_is_a_statement_too(tmp_path: Path) -> None:
    """Its balances are told beside it."""
    found = await told(tmp_path, HEAD, opening_fen=100, closing_fen=100)
    assert found.lines == ()


async def test_too_many_lines_are_told_at_once(tmp_path: Path) -> None:
    """And too many errors are counted."""
    assert await wrong(tmp_path, "日期,金额\n" + "2026-03-02,1\n" * (sheet.RECORDS + 1)) == [
        ("", "file.too_many_records")
    ]
    found = await wrong(tmp_path, "日期,金额\n" + "x,1\n" * (sheet.SHOWN + 5))
    assert len(found) == sheet.SHOWN + 1
    assert found[-1] == ("/lines", "statement_more_errors")


def book(rows: dict[int, list[Any]], *, sheets: int = 1) -> bytes:
    """A workbook with rows by their number."""
    body = BytesIO()
    made = xlsxwriter.Workbook(body)
    days = made.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    for _ in range(sheets):
        page = made.add_worksheet()
        for number, cells in rows.items():
            for at, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    page.write_datetime(number - 1, at, cell, days)
                elif cell is not None:
                    page.write(number - 1, at, cell)
    made.add_worksheet()
    made.close()
    return body.getvalue()


async def test_a_workbook_is_read_by_its_rows(tmp_path: Path) -> None:
    """Days by their format, numbers as they show, long numbers as text; a line is the row's number."""
    rows: dict[int, list[Any]] = {
        1: ["某某银行对账单"],
        3: ["交易日期", "摘要", "借方发生额", "贷方发生额", "流水号", "余额"],
        4: [NOON.replace(hour=0), "拨\n款", None, 500.1, "20260302000000000017", 1500.1],
        6: [NOON.replace(day=3, minute=30), "教材", 0.1 + 0.2, None, None, 1499.8],
        7: ["合计", None, 0.3, 500.1],
    }
    found = await told(tmp_path, book(rows), "xlsx")
    assert [(line.position, line.on_day.day, line.amount_fen) for line in found.lines] == [(4, 2, 50_010), (6, 3, -30)]
    assert found.lines[0].serial == "20260302000000000017"
    assert found.lines[0].text == "拨 款"
    rows[6][0] = "三月三日"
    with pytest.raises(Invalid) as caught:
        await told(tmp_path, book(rows), "xlsx")
    assert caught.value.errors == (FieldError("/lines/6/day", "date_parsing"),)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"PK\x03\x04 no book", "file.workbook_damaged"),
        (b"a,b\n1,2\n", "file.workbook_damaged"),
        (book({}), "file.empty"),
        (book({1: ["日期", "金额"], 2: ["2026-03-02", 1]}, sheets=2), "file.workbook_sheets"),
        (book({1: ["日期", "金额"], 100_001: ["2026-03-02", 1]}), "file.workbook_too_large"),
    ],
)
async def test_a_workbook_that_cannot_be_read_says_why(tmp_path: Path, body: bytes, code: str) -> None:
    """Damaged, empty, two filled sheets, rows without end."""
    with pytest.raises(FileUnreadable) as caught:
        await told(tmp_path, body, "xlsx")
    assert [error.code for error in caught.value.errors] == [code]


def test_only_two_forms_are_taken() -> None:
    """CSV and XLSX, uncompressed."""
    assert sheet.form_of("text/csv; charset=gbk", None) == "csv"
    for media, encoding in (("application/json", None), ("text/csv", "gzip")):
        with pytest.raises(UnsupportedMedia):
            sheet.form_of(media, encoding)
