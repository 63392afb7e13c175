"""What the parts of a meeting share on the wire."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.core.wire import Line, Sentence
from app.services.privacy.facts import holds_number

DEPARTURE: dict[str, Any] = {
    "code": "notice_short",
    "limit": 7,
    "actual": 3,
    "citation": "两新工作联席会议制度（地方通行做法）",
    "policy_version": "default-2026",
    "reason": "上级专项部署，时间紧急",
    "by": "person:li",
    "at": "2026-03-02T01:00:00+00:00",
}


def _without_number(text: str) -> str:
    if holds_number(text):
        raise PydanticCustomError("number_in_text", "holds a number")
    return text


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=4000, pattern=r"^[^\x00-\x09\x0b-\x1f]+$"),
    AfterValidator(_without_number),
    Field(description="Words, of several lines where it must be. No numbers of persons."),
]
Words = Annotated[Line, AfterValidator(_without_number), Field(description="One line. No numbers of persons.")]
DepartureReason = Annotated[
    Sentence | None, Field(description="Why what is normally so is otherwise; kept with it. Needed where it departs.")
]


class Departure(BaseModel):
    """A finding that was let pass, with the reason."""

    code: str
    limit: Any = Field(description="What is normally so.")
    actual: Any = Field(description="What it is.")
    citation: str = Field(description="The document that the limit is taken from.")
    policy_version: str
    reason: str | None
    by: str
    at: str
