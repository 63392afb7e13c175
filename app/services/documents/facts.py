"""Frozen values of the documents engine: kinds, states, what a document is made from and what it says."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class DocumentKind(StrEnum):
    """What is written."""

    approval = "approval"  # 批复
    appointment = "appointment"  # 任免
    term_reminder = "term_reminder"  # 换届提醒
    dispatch = "dispatch"  # 选派函
    minutes = "minutes"  # 会议纪要
    rectification_notice = "rectification_notice"  # 整改通知
    notice = "notice"  # 通知


class DocumentState(StrEnum):
    """Where a document stands. A void one keeps its number: no number is given twice, and none is missing."""

    draft = "draft"
    issued = "issued"
    void = "void"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The body in whose name a document is issued, with the code of its place and of its line."""

    id: UUID
    name: str
    region_code: int
    code: int


@dataclass(frozen=True, slots=True)
class Text:
    """What a document says, line by line, as it is frozen when it is issued."""

    template: str
    title: tuple[str, ...]
    recipient: str
    paragraphs: tuple[str, ...]
    signature: str
    day: str


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a series: 文号 is `word〔year〕number号`."""

    series_id: UUID
    word: str
    year: int
    number: int

    @property
    def written(self) -> str:
        """As it stands on the paper."""
        return f"{self.word}〔{self.year}〕{self.number}号"


def written_day(day: date) -> str:
    """A date as official papers write it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"
