"""CSV as it comes: encodings, line breaks, quotes, titles and totals, and what is broken."""

import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.streams import FileRefused, Format, Header, Limits, RawRecord, csv_values, header_name, open_file
from tests.core.streams.kit import KNOWN, SMALL, counted, opened, read

HEAD = "名称,代码,人数\r\n"
FAR = Limits(line=1 << 20, quoted=64 << 10, quoted_lines=200)

same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
characters = st.sampled_from('ab,"\n\r;\t 甲　０') | st.characters(exclude_characters="\0tT合总小共", codec="utf-8")
cell = st.text(characters, max_size=6)


def is_blank(row: list[str]) -> bool:
    return not any(cell.strip() for cell in row)


@same_folder
@example([["", "", "\x1f"], ["\u3000", "\u00a0", " "], ["\u2003甲", "", ""]], ",", "\n", "utf-8", 50, False)
@given(
    st.lists(st.lists(cell, min_size=3, max_size=3), max_size=8),
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.integers(1, 200),
    st.booleans(),
)
def test_gives_the_rows_that_csv_reader_gives(
    tmp_path: Path, rows: list[list[str]], delimiter: str, newline: str, encoding: str, block: int, all_quoted: bool
) -> None:
    text = io.StringIO(newline="")
    # the writer leaves a line break of another kind unquoted, so the short form is written with CRLF only
    quoting: Literal[0, 1] = csv.QUOTE_ALL if all_quoted or newline != "\r\n" else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerows([["名称", "代码", "一二三四五六七八"], *rows])
    reading = opened(tmp_path, text.getvalue().encode(encoding), limits=FAR, block=block)
    records, counts, header = counted(reading)
    values = csv_values(records, header)
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter))[1:]
    assert [list((found.values or {}).values()) for found in values] == [row for row in expected if not is_blank(row)]
    assert counts.blank == sum(map(is_blank, expected))
    assert header.delimiter == delimiter


@same_folder
@given(st.text('ab,"\n\r', max_size=60), st.integers(1, 40))
def test_no_line_vanishes_whatever_the_quotes_do(tmp_path: Path, body: str, block: int) -> None:
    records, _, _ = counted(opened(tmp_path, (HEAD + body).encode(), block=block))
    kept = b"".join(record.raw for record in records)
    for mark in b"ab":
        assert kept.count(mark) == body.encode().count(mark)
    assert [record.line for record in records] == sorted({record.line for record in records})


def test_numbers_physical_lines_and_keeps_rows_as_sent(tmp_path: Path) -> None:
    body = '甲,"1\r\n2",3\r\n\r\n,,\r\n乙,"4 ""x""",5'
    assert read(tmp_path, (HEAD + body).encode()) == [
        (2, '甲,"1\r\n2",3'.encode(), None),
        (6, '乙,"4 ""x""",5'.encode(), None),
    ]


def test_a_quote_inside_a_cell_is_an_ordinary_character(tmp_path: Path) -> None:
    records, _, header = counted(opened(tmp_path, (HEAD + '5" 管,a"b,"c"d\n乙,1,2\n').encode()))
    assert [found.values for found in csv_values(records, header)] == [
        {"名称": '5" 管', "代码": 'a"b', "人数": "cd"},
        {"名称": "乙", "代码": "1", "人数": "2"},
    ]


@pytest.mark.parametrize("name", ["﻿名称", "名 称", "　名称 ", "*名称", '"名称"'])
def test_header_names_are_normalised(tmp_path: Path, name: str) -> None:
    _, _, header = counted(opened(tmp_path, f"{name},代码,人数\n甲,1,2\n".encode()))
    assert header == Header(1, ",", ("名称", "代码", "人数"))


def test_brackets_width_and_case_of_a_name_do_not_matter() -> None:
    assert header_name("Ｎａｍｅ（万元）") == header_name("name [万元]") == header_name("NAME【万元】") == "name(万元)"


def test_titles_above_and_totals_below(tmp_path: Path) -> None:
    text = "某县名册,,\n填表人：某某,名称,\n名称,代码,人数\n甲,1,2\n合计公司,1,2\n合计,,5\n,总计：,\n"
    records, counts, header = counted(opened(tmp_path, text.encode()))
    assert (counts.titles, header.line) == (2, 3)
    assert [(record.line, record.problem) for record in records] == [
        (4, None), (5, None), (6, "total_row"), (7, "total_row")
    ]  # fmt: skip


def test_a_header_may_hold_line_breaks_and_empty_columns_at_its_end(tmp_path: Path) -> None:
    text = '名册,,,\n"名\n称",代码,人数,\n甲,1,2,\n乙,"1\n2",3,\n'
    records, _, header = counted(opened(tmp_path, text.encode()))
    assert header == Header(2, ",", ("名称", "代码", "人数"))
    assert [found.values for found in csv_values(records, header)] == [
        {"名称": "甲", "代码": "1", "人数": "2"},
        {"名称": "乙", "代码": "1\n2", "人数": "3"},
    ]


def test_without_a_header_it_says_what_was_seen_and_expected_but_no_value(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as caught:
        opened(tmp_path, "甲,1,2\n乙,3,4\n".encode())
    assert caught.value.code == "header_missing"
    assert caught.value.facts == {"rows": 2, "columns": 3, "expected": sorted(KNOWN)}


def test_one_known_word_in_a_title_is_no_header(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="header_missing"):
        opened(tmp_path, "名称,甲\n乙,丙\n".encode())
    assert read(tmp_path, "名称\n甲\n".encode()) == [(2, "甲".encode(), None)]


def test_a_known_column_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as caught:
        opened(tmp_path, "名称,代码,名 称\n甲,1,2\n".encode())
    assert (caught.value.code, caught.value.facts) == ("header_doubled", {"line": 1, "names": ["名称"]})


def test_a_stray_quote_costs_one_line(tmp_path: Path) -> None:
    good = [f"乙{n},1,2" for n in range(20)]
    body = ["甲,1,2", '甲,"1,2', *good, '丙,"3",4']
    records = read(tmp_path, (HEAD + "\n".join(body)).encode())
    assert records[1] == (3, '甲,"1,2'.encode(), "unclosed_quote")
    assert [raw.decode() for _, raw, problem in records if problem is None] == ["甲,1,2", *good, '丙,"3",4']


def test_a_stray_quote_is_not_closed_by_the_next_quoted_cell(tmp_path: Path) -> None:
    body = '甲,"1,2\n乙,1,2\n丙,"3",4\n丁,5,6\n'
    assert [(line, problem) for line, _, problem in read(tmp_path, (HEAD + body).encode())] == [
        (2, "unclosed_quote"), (3, None), (4, None), (5, None)
    ]  # fmt: skip


def test_a_quote_left_open_at_the_end_of_the_file(tmp_path: Path) -> None:
    records = read(tmp_path, (HEAD + '甲,1,2\n乙,"1\n丙,1').encode())
    assert [(line, problem) for line, _, problem in records] == [(2, None), (3, "unclosed_quote"), (4, None)]


def test_hostile_quotes_stay_linear(tmp_path: Path) -> None:
    hostile = b'",a",",\n'  # opens a quote from outside and leaves one open from inside
    limits = Limits(quoted=600, quoted_lines=8, reread=0)
    records, _, _ = counted(opened(tmp_path, HEAD.encode() + hostile * 2000, limits=limits, block=4096))
    assert b"".join(record.raw for record in records).count(b"a") == 2000
    assert {record.problem for record in records} == {"unclosed_quote"}


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r", b""])
@pytest.mark.parametrize("block", [7, 64, 4096])
def test_a_line_that_is_too_long_is_cut_and_the_next_ones_are_read(tmp_path: Path, ending: bytes, block: int) -> None:
    data = HEAD.encode() + b"x" * 5000 + ending + (b"b,1,2" + ending if ending else b"")
    records = read(tmp_path, data, block=block)
    assert records[0] == (2, b"x" * 20, "line_too_long")
    assert records[1:] == ([(3, b"b,1,2", None)] if ending else [])


def test_a_line_of_ten_megabytes_in_a_quote(tmp_path: Path) -> None:
    data = (HEAD + '甲,"').encode() + b"x" * 10_000_000 + b'",2\n' + "乙,1,2\n".encode()
    records, _, _ = counted(opened(tmp_path, data, limits=Limits(), block=1 << 20))
    assert [(record.line, len(record.raw), record.problem) for record in records] == [
        (2, 200, "line_too_long"), (3, 7, None)
    ]  # fmt: skip


def test_nul_bytes_are_a_problem_of_their_record(tmp_path: Path) -> None:
    body = '甲\0,1,2\n"乙\n\0",1,2\n丙,1,2\n'
    assert [(line, problem) for line, _, problem in read(tmp_path, (HEAD + body).encode())] == [
        (2, "nul"), (3, "nul"), (5, None)
    ]  # fmt: skip


def test_a_million_blank_rows(tmp_path: Path) -> None:
    data = HEAD.encode() + b",,\r\n" * 500_000 + b"\r\n" * 499_999 + b'"",,\r\n' + "甲,1,2\r\n".encode()
    records, counts, _ = counted(opened(tmp_path, data, limits=Limits(), block=1 << 20))
    assert records == [RawRecord(1_000_002, "甲,1,2".encode())]
    assert counts.blank == 1_000_000


def test_a_header_is_not_looked_for_below_endless_blank_rows(tmp_path: Path) -> None:
    for body, code in ((HEAD.encode(), "header_missing"), (b"", "empty")):
        with pytest.raises(FileRefused, match=code):
            opened(tmp_path, b"\n" * 20_000 + body, block=1 << 20)


def test_cells_that_do_not_fit_the_header() -> None:
    header = Header(1, ",", ("名称", "", "人数"))
    raws = ["甲,x,1", "甲,x", "甲,x,1,,", "甲,x,1,2", '甲,x,"' + "y" * 140_000 + '"']
    records = [RawRecord(n, raw.encode()) for n, raw in enumerate(raws)] + [RawRecord(9, b'"', "unclosed_quote")]
    found = csv_values(records, header)
    assert [one.problem for one in found] == [
        None, "cell_count", None, "cell_count", "cell_too_long", "unclosed_quote"
    ]  # fmt: skip
    assert found[0].values == found[2].values == {"名称": "甲", "人数": "1"}


def test_reads_nothing_twice_and_all_of_it_with_big_blocks(tmp_path: Path) -> None:
    rows = "".join(f'甲{n},"{n}\n",{n}\n' for n in range(3000))
    path = tmp_path / "body"
    path.write_bytes((HEAD + rows).encode())
    reading = open_file(path, Format.csv, known=KNOWN, limits=SMALL)
    assert [record.line for record in reading.records()] == list(range(2, 6002, 2))
