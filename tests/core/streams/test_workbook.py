"""Workbooks as CSV text: what their cells mean, and what is refused before it unfolds."""

import asyncio
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from app.core.streams import FileRefused, workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PARTS = {
    "xl/workbook.xml": f'<workbook {MAIN} {RELATIONS}><workbookPr/><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
    '<sheet name="hidden" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="/xl/worksheets/sheet2.xml"/>'
    "</Relationships>",
    "xl/sharedStrings.xml": f"<sst {MAIN}><si><r><t>借</t></r><r><t>方</t></r><rPh><t>jie</t></rPh></si></sst>",
    "xl/styles.xml": f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="170" formatCode="[Red]0.00&quot;day&quot;"/>'
    '<numFmt numFmtId="171" formatCode="yyyy/m/d"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet2.xml": f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1"><v>9</v></c></row></sheetData>'
    "</worksheet>",
}


def book(rows: str, **change: str) -> bytes:
    """A workbook with these rows in its one visible sheet."""
    parts = PARTS | {"xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"}
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (parts | {name.replace("__", "/"): text for name, text in change.items()}).items():
            made.writestr(name, text)
    return body.getvalue()


async def told(tmp_path: Path, body: bytes) -> list[str]:
    """The lines of the CSV."""
    source, target = tmp_path / "book.spool", tmp_path / "rows.spool"
    await asyncio.to_thread(source.write_bytes, body)
    await workbook.converted(source, target)
    return (await asyncio.to_thread(target.read_text, encoding="utf-8")).split("\n")


async def test_cells_are_told_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    """Shared and own texts, days by their style, sums of floats, words of formulas, rows that are not there."""
    rows = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>a\nb</t></is></c></row>'
        '<row r="4"><c r="A4" s="1"><v>46083</v></c><c r="B4" s="2"><v>0.30000000000000004</v></c>'
        '<c r="C4" s="3"><v>46083.5</v></c><c r="D4" t="str"><f>A1</f><v>甲,乙</v></c>'
        '<c r="E4" t="b"><v>1</v></c></row>'
    )
    assert await told(tmp_path, book(rows)) == [
        "",
        "借方,,a b,,",
        "",
        '2026-03-02,0.3,2026-03-02 12:00:00,"甲,乙",1',
        "",
    ]


async def test_days_may_count_from_1904(tmp_path: Path) -> None:
    """As the books of one maker do."""
    since = PARTS["xl/workbook.xml"].replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    rows = '<row r="1"><c r="A1" s="1"><v>44621</v></c></row>'
    body = book(rows, **{"xl__workbook.xml": since})
    assert (await told(tmp_path, body))[0] == "2026-03-02"


BOMB = "<row><c><v>" + "1" * (65 << 20) + "</v></c></row>"
DOCTYPE = f'<!DOCTYPE x [<!ENTITY a "b">]><sst {MAIN}><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (book(BOMB), "workbook_too_large"),
        (book('<row r="1"><c r="A1"><v>1</v></c></row>', **{"xl__sharedStrings.xml": DOCTYPE}), "workbook_damaged"),
        (book('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "workbook_damaged"),
        (book('<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>'), "workbook_damaged"),
        (book('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "workbook_too_large"),
        (book('<row r="9000000"><c><v>1</v></c></row>'), "workbook_too_large"),
        (book("<row><c>"), "workbook_damaged"),
        (book(""), "empty"),
        (b"PK", "workbook_damaged"),
    ],
)
async def test_what_is_no_workbook_or_unfolds_too_far_is_refused(tmp_path: Path, body: bytes, code: str) -> None:
    """A bomb, a document type, cells that point nowhere, rows out of order, a sheet without end."""
    with pytest.raises(FileRefused) as caught:
        await told(tmp_path, body)
    assert caught.value.code == code
