"""Texts of notices and supervision: facts of the work, without anybody's numbers."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.services.privacy.facts import holds_number


def _without_number(text: str) -> str:
    if holds_number(text):
        raise PydanticCustomError("number_in_text", "holds a number")
    return text


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=4000, pattern=r"^[^\x00]+$"),
    AfterValidator(_without_number),
    Field(description="2 to 4000 characters. What the work is like: no names, no numbers of persons."),
]
Body = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=20_000, pattern=r"^[^\x00]+$"),
    Field(description="2 to 20,000 characters; paragraphs are lines."),
]
