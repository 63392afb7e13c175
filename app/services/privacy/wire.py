"""Types of the wire for personal data: sound values, stated purposes, texts that hold no number."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.core.wire import Line, Sentence
from app.services.privacy.facts import READERS, PersonalKind, Unsound, holds_number

LONGEST = 40


def _of(kind: PersonalKind) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise PydanticCustomError("code_as_number", "was stored as a number")
        if not isinstance(value, str):
            return value  # told as string_type
        if len(value) > LONGEST:
            raise PydanticCustomError("value_wrong", "too long")
        try:
            return READERS[kind](value)
        except Unsound as unsound:
            raise PydanticCustomError(unsound.code, "not of its kind") from unsound

    return read


def without_number(text: str) -> str:
    """A text that holds no number of a person. Raises for one that does: it would stand in clear."""
    if holds_number(text):
        raise PydanticCustomError("number_in_text", "holds a number")
    return text


IdentityNumber = Annotated[
    str,
    BeforeValidator(_of("identity_number"), json_schema_input_type=str),
    Field(examples=["11010519491231002X"], description="Resident identity number, 18 characters."),
]
Phone = Annotated[
    str,
    BeforeValidator(_of("phone"), json_schema_input_type=str),
    Field(examples=["13800138000"], description="Mobile number, or landline with its area code."),
]
Words = Annotated[Line, AfterValidator(without_number)]
"""One line that holds no number of a person."""
PersonName = Annotated[Line, StringConstraints(max_length=60), AfterValidator(without_number)]
"""A person's name; a number in it would stand in clear."""
Purpose = Annotated[Sentence, AfterValidator(without_number)]
"""Why something is done. It is kept in the audit in clear, so it may not hold a number itself."""
