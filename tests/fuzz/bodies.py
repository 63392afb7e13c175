"""Made-up bodies of a push: well-formed ones, their records counted beforehand, and ones broken on purpose."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from app.catalogues.datasets import DATASETS

MARK = "甲zq7"
"""Begins a cell of every record: none is blank, none is a total, and no answer may repeat it."""
HEADERS = {name: [each.headers[0] for each in one.fields] for name, one in DATASETS.items()}
FIELDS = {name: [each.name for each in one.fields] for name, one in DATASETS.items()}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"]
OTHER_MEDIA = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
    "text/plain",
    'TEXT/CSV ; charset="utf-8"; header=present',
    "text/csv; charset=nonsense",
    "",
    ";",
]
SPREADSHEET = b"PK\x03\x04" + bytes(60)


@dataclass(frozen=True, slots=True)
class Sent:
    """One push."""

    dataset: str
    media: str
    body: bytes
    records: int | None
    """How many records stand in it; None where that is a matter of opinion."""
    query: tuple[tuple[str, str], ...] = ()


def texts(encoding: str) -> st.SearchStrategy[str]:
    """Cells: what partners type, and what no one should; only what the encoding can write."""
    odd = st.text(st.characters(codec=encoding, exclude_characters="\x00"), max_size=12)
    usual = ["", " ", "91330000MA27U00K3D", "2026-03-02", "46300", "1.5E+17", "=1+1", "是", "330106", "100万元", "党员"]
    return st.sampled_from(usual) | odd | st.integers(min_value=-(10**20), max_value=10**20).map(str)


@st.composite
def tables(draw: st.DrawFn) -> Sent:
    """A CSV as a partner's program writes it, with any column order, delimiter, encoding and line ends."""
    dataset, encoding = draw(st.sampled_from(sorted(HEADERS))), draw(st.sampled_from(ENCODINGS))
    known = HEADERS[dataset]
    titles = draw(st.permutations([*known[:4], *draw(st.lists(st.sampled_from(known[4:]), unique=True)), "备注"]))
    cells = texts("gb18030" if encoding.startswith("gb") else "utf-8").map(_one_line)
    rows = draw(st.lists(st.lists(cells, min_size=len(titles) - 1, max_size=len(titles) - 1), max_size=8))
    written = io.StringIO(newline="")
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    writer = csv.writer(written, delimiter=draw(st.sampled_from(",\t;")), lineterminator=ends)
    place = titles.index("备注")
    writer.writerow(titles)
    writer.writerows([*row[:place], f"{MARK}{number}", *row[place:]] for number, row in enumerate(rows))
    text = written.getvalue() + ends * draw(st.integers(0, 3))
    media = draw(st.sampled_from(["text/csv", f"text/csv; charset={encoding}"]))
    return Sent(dataset, media, text.encode("gb18030" if encoding == "gbk" else encoding), len(rows))


def _one_line(cell: str) -> str:
    """Without line ends: how far a broken quote may reach is another matter."""
    return " ".join(cell.split("\r")).replace("\n", " ")


def values() -> st.SearchStrategy[Any]:
    """JSON as nobody should send it."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | texts("utf-8")
    return st.recursive(
        plain, lambda part: st.lists(part, max_size=3) | st.dictionaries(texts("utf-8"), part, max_size=3)
    )


@st.composite
def objects(draw: st.DrawFn, dataset: str) -> str:
    """One record as JSON, escaped or not, sometimes with what is no JSON of standards: NaN, a key twice, depths."""
    names = st.sampled_from([*FIELDS[dataset], *HEADERS[dataset]]) | texts("utf-8")
    told = draw(st.dictionaries(names, values(), max_size=6)) | {"备注": MARK}
    written = json.dumps(told, ensure_ascii=draw(st.booleans()))
    kinds = [
        written,
        written[:-1] + ', "name": 1, "name": 2}',
        _nested(draw(st.integers(1, 20_000))),
        '{"name": "\\ud800"}',
    ]
    odd = [*kinds, "null", "[]", '"a"', "1e999", "{", '{"name": }', "{'name': 1}", '{"name": "' + "长" * 70_000 + '"}']
    return draw(st.sampled_from(odd)) if draw(st.integers(0, 3)) == 0 else written


def _nested(depth: int) -> str:
    return '{"name": ' + "[" * depth + "]" * depth + "}"


@st.composite
def lines(draw: st.DrawFn) -> Sent:
    """NDJSON: each line is one record, whatever stands in it; blank ones are none."""
    dataset = draw(st.sampled_from(sorted(FIELDS)))
    found = draw(st.lists(objects(dataset), min_size=1, max_size=6))
    found = [each for each in found if each.strip()]
    body = "".join(each + draw(st.sampled_from(["\n", "\r\n", "\n\n", "\n \r\n"])) for each in found)
    known = None if found[0].startswith("[") else len(found)  # an array by mistake is refused as such
    return Sent(dataset, "application/x-ndjson", body.encode("utf-8", "surrogatepass"), known)


@st.composite
def arrays(draw: st.DrawFn) -> Sent:
    """A JSON array of whole elements, loose or tight; one with NaN in it is no JSON."""
    dataset = draw(st.sampled_from(sorted(FIELDS)))
    found = draw(st.lists(st.dictionaries(st.sampled_from(FIELDS[dataset]), values(), max_size=4), max_size=5))
    body = json.dumps(found, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    known = len(found) if _plain(found) else None
    return Sent(dataset, "application/json", body.encode("utf-8", "surrogatepass"), known)


def _plain(found: Any) -> bool:
    """Whether it is JSON as the standard has it."""
    try:
        json.dumps(found, allow_nan=False)
    except ValueError:
        return False
    return True


@st.composite
def broken(draw: st.DrawFn) -> Sent:
    """One of the others, damaged: cut, with bytes put in or swapped, under another media type, or another file."""
    sent = draw(tables() | lines() | arrays())
    body = sent.body
    for damage in draw(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3)):
        body = damage(body, draw(st.integers(0, max(len(body), 1))))
    others = st.sampled_from([sent.media, *OTHER_MEDIA, "text/csv", "application/x-ndjson", "application/json"])
    return Sent(sent.dataset, draw(others), body, None)


def _put(piece: bytes) -> Callable[[bytes, int], bytes]:
    return lambda body, at: body[:at] + piece + body[at:]


DAMAGES: list[Callable[[bytes, int], bytes]] = [
    *map(
        _put,
        [b"\x00", b'"', b'""', b'",', b"\r", b"\n", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1a"],
    ),
    *map(
        _put, ["统一社会信用代码,企业名称\r\n".encode(), b'"' * 999, b"," * 5000, b"\n" * 5000, "长".encode() * 400_000]
    ),
    lambda body, at: body[:at],
    lambda body, at: body[at:],
    lambda body, at: body + body[:at],
    lambda body, at: b"",
    lambda body, at: SPREADSHEET + body[:at],
    lambda body, at: b"\x1f\x8b\x08" + body[at:],
    lambda body, at: bytes(reversed(body)),
]


def pushes() -> st.SearchStrategy[Sent]:
    """Any of them, applied in any way."""
    modes = st.sampled_from([(), (("mode", "validate"),), (("atomic", "batch"),), (("strategy", "fill_empty"),)])
    bodies = tables() | lines() | arrays() | broken()
    return st.builds(lambda sent, query: Sent(sent.dataset, sent.media, sent.body, sent.records, query), bodies, modes)
