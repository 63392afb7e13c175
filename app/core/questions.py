"""One list that several questions answer: each by its own index, merged into one page by one statement."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_, union_all
from sqlalchemy.sql.selectable import Subquery

from app.core.acts import Act
from app.core.pagination import Ask, Page, Sorts, count_of, page, position

Shown = Callable[[Any], Sequence[ColumnElement[Any]]]


async def answered(
    act: Act,
    parts: Sequence["Select[Any]"],
    shown: Shown,
    by: tuple[str, str],
    ask: Ask,
    filters: object = None,
) -> Page:
    """One page of what all `parts` answer, in equal columns, by a column and the one that breaks ties (`by`).

    `shown` makes the wire's columns of the merged rows. Each part is asked for no more rows than a page can need.
    Raises Invalid as `page` does.
    """
    whole = together(parts).c
    at = position(act, ask, _sorts(whole, by), filters)
    few = together([_first(part, by, at, ask) for part in parts]).c
    found = await page(act, select(*shown(few)), replace(ask, count="none"), _sorts(few, by), filters)
    return replace(found, count=await count_of(act, select(whole[by[1]]), ask.count), count_kind=ask.count)


def together(parts: Sequence["Select[Any]"]) -> "Subquery":
    """All that the parts answer."""
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("answers")


def _sorts(answers: Any, by: tuple[str, str]) -> Sorts:
    return Sorts({by[0]: answers[by[0]]}, answers[by[1]], by[0])


def _first(part: "Select[Any]", by: tuple[str, str], at: tuple[Any, Any] | None, ask: Ask) -> "Select[Any]":
    column, tie = part.selected_columns[by[0]], part.selected_columns[by[1]]
    descending = (ask.sort or "").startswith("-")
    if at is not None:
        place = tuple_(column, tie)
        after = tuple_(bindparam(None, at[0], type_=column.type), bindparam(None, at[1], type_=tie.type))
        part = part.where(place < after if descending else place > after)
    order = (column.desc(), tie.desc()) if descending else (column, tie)
    return part.order_by(*order).limit(ask.limit + 1)
