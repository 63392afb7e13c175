"""Actions on several things at once: each is carried out or refused on its own, and every such answer has one shape."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.core.errors import Failure
from app.web import answers
from app.web.openapi import Problem
from app.web.problems import render

Item = TypeVar("Item", bound="BulkItem")


class BulkItem(BaseModel):
    """What became of one item. A room adds what the item was, by inheriting."""

    status: int = Field(description="As the single request would have answered: 2xx, or the status of the problem.")
    problem: Problem | None = Field(description="Why it was refused; null when it was not.")


class Bulk(BaseModel, Generic[Item]):
    """One item for each that was asked, in the same order."""

    items: list[Item]
    succeeded: int = Field(description="How many were carried out.")
    refused: int = Field(description="How many were refused.")


def refusal(request: Request, failure: Failure) -> dict[str, Any]:
    """The part of an item that says it was refused."""
    return {"status": failure.status, "problem": orjson.loads(bytes(render(request, failure).body))}


def answered(items: Sequence[Mapping[str, Any]]) -> Response:
    """The answer to all of them: 200, whatever became of each."""
    refused = sum(item["problem"] is not None for item in items)
    return answers.answer({"items": items, "succeeded": len(items) - refused, "refused": refused})
