"""Amounts on the wire: whole fen as JSON integers, in one currency."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.services.funding.facts import CURRENCY, FIRST_YEAR, MOST_FEN


def _yuan(value: str) -> str:
    if value != CURRENCY:
        raise PydanticCustomError("currency_unsupported", "only CNY")
    return value


Fen = Annotated[int, Field(strict=True, ge=-MOST_FEN, le=MOST_FEN, examples=[1_200_000])]
"""Fen, of either sign; a fraction, a text or more than a hundred billion yuan is refused."""
PositiveFen = Annotated[int, Field(strict=True, gt=0, le=MOST_FEN, examples=[1_200_000])]
Currency = Annotated[
    str,
    AfterValidator(_yuan),
    Field(max_length=8, examples=[CURRENCY], description="Only CNY: amounts are fen of yuan."),
]
YearAsked = Annotated[int, Field(ge=FIRST_YEAR, le=2200, examples=[2026])]
