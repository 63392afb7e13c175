"""What papers say, and that whatever stands in a name can be written."""

from io import BytesIO

import docx
import pytest

from app.catalogues.documents import SOURCES
from app.services.documents.composing import compose, template
from app.services.documents.facts import DocumentKind, Number, Text
from app.services.documents.rendering import docx as rendered
from app.web.downloads import attachment

TERM = {"branch_name": "某支部", "number": "2", "valid_from": "2026年2月10日", "due_on": "2029年2月10日"}


def test_every_kind_has_a_text_and_a_source() -> None:
    assert {source.kind for source in SOURCES} == set(DocumentKind)
    assert len({template(kind)["version"] for kind in DocumentKind}) == len(DocumentKind)


def test_empty_paragraphs_are_left_out_and_long_ones_are_several() -> None:
    text = compose(DocumentKind.appointment, TERM | {"appointed": "甲任书记；\n乙任委员。", "dismissed": ""}, "某党委")
    assert text.paragraphs == (
        "经研究，某支部第2届班子成员任免如下：",
        "甲任书记；",
        "乙任委员。",
        "本届任期自2026年2月10日起，至2029年2月10日止。",
        "特此通知。",
    )
    with pytest.raises(KeyError):
        compose(DocumentKind.appointment, TERM, "某党委")


def test_a_value_is_never_a_text_itself() -> None:
    text = compose(DocumentKind.term_reminder, TERM | {"branch_name": "{number}{0.__class__}%s支部"}, "某党委")
    assert text.title == ("关于做好{number}{0.__class__}%s支部换届工作的提醒",)


def test_what_no_xml_may_hold_is_left_out() -> None:
    odd = "甲\x00\x0b\ud800\ufffe乙<w:t>&\U00020bb7"
    paper = rendered(Text("t-1", (odd,), odd, (odd,), odd, odd), odd)
    lines = {line.text for line in docx.Document(BytesIO(paper)).paragraphs if line.text}
    assert lines == {"甲乙<w:t>&\U00020bb7", "甲乙<w:t>&\U00020bb7："}


def test_numbers_are_written_as_papers_write_them() -> None:
    series = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"
    assert Number(series, "西两新工委", 2026, 12).written == "西两新工委〔2026〕12号"  # type: ignore[arg-type]  # any key


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ('a b"; x=\r\n.pdf', "abx.pdf"),
        ("批复.pdf", "file.pdf"),
        ("批复", "file"),
        ("report-1.docx", "report-1.docx"),
    ],
)
def test_a_name_ends_no_header(name: str, plain: str) -> None:
    (header,) = attachment(name).values()
    assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert header.isascii()
    assert not set(header) & set("\r\n")
