"""A document as DOCX, laid out as official papers are (GB/T 9704-2012: A4, margins, sizes of type, leading)."""

import re
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from app.services.documents.facts import Text

TITLE, BODY = "方正小标宋简体", "仿宋_GB2312"
LEADING = Pt(28)
# What no XML document may hold, whatever the database took.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx(text: Text, number: str, remark: str | None = None) -> bytes:
    """The file. `number` stands under the title, `remark` (a draft, void) above everything."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    document.core_properties.title = _plain("".join(text.title))
    document.core_properties.author = _plain(text.signature)
    document.core_properties.comments = text.template
    if remark is not None:
        _written(document.add_paragraph(), remark, BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT)
    for line in text.title:
        _written(document.add_paragraph(), line, TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER)
    _written(document.add_paragraph(), number, BODY, 16, WD_ALIGN_PARAGRAPH.CENTER)
    document.add_paragraph()
    _written(document.add_paragraph(), f"{text.recipient}：", BODY, 16)
    for line in text.paragraphs:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(32)  # two characters
        _written(paragraph, line, BODY, 16)
    document.add_paragraph()
    for line in (text.signature, text.day):
        _written(document.add_paragraph(), line, BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _written(
    paragraph: Paragraph, line: str, font: str, points: int, alignment: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
) -> None:
    paragraph.paragraph_format.line_spacing = LEADING
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = alignment
    run = paragraph.add_run(_plain(line))
    run.font.size = Pt(points)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _plain(line: str) -> str:
    return UNWRITABLE.sub("", line)
