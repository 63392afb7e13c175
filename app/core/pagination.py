"""Keyset pages. A cursor is bound to the sort, the filters and the caller, and to nothing the server must remember."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.expression import ClauseElement, Executable, bindparam

from app.core.acts import Act
from app.core.errors import FieldError, Invalid

Key = ColumnElement[Any] | InstrumentedAttribute[Any]
CountKind = Literal["none", "estimated", "exact"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a caller asks of a list: at most `limit` rows after `cursor`, by a declared sort key ('-' descends)."""

    limit: int = 50
    cursor: str | None = None
    sort: str | None = None
    count: CountKind = "none"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: rows as dicts, where the next one starts, and the count when it was asked for."""

    rows: list[dict[str, Any]]
    next_cursor: str | None = None
    count: int | None = None
    count_kind: CountKind = "none"
    facets: dict[str, list[dict[str, Any]]] | None = None


@dataclass(frozen=True, slots=True)
class Sorts:
    """The sort keys of a list: name to a NOT NULL column, with the unique column that breaks ties."""

    keys: Mapping[str, Key]
    tie: Key
    default: str


async def page(act: Act, query: "Select[Any]", ask: Ask, sorts: Sorts, filters: object = None) -> Page:
    """Run `query` (selecting the wire's columns) for one page.

    `filters` is whatever narrowed the query; its repr binds the cursor. Raises Invalid for an unknown sort key or a
    cursor that belongs to another list, filter or caller.
    """
    sort, column = _sorted_by(ask, sorts)
    descending = sort.startswith("-")
    binding = _binding(act, sort, filters)
    ordered = query.add_columns(column.label("_key"), sorts.tie.label("_tie"))
    if ask.cursor is not None:
        key, last_id = _read_cursor(ask.cursor, binding, column, sorts.tie)
        after = tuple_(bindparam(None, key, type_=column.type), bindparam(None, last_id, type_=sorts.tie.type))
        place = tuple_(column, sorts.tie)
        ordered = ordered.where(place < after if descending else place > after)
    direction = (column.desc(), sorts.tie.desc()) if descending else (column.asc(), sorts.tie.asc())
    found = (await act.session.execute(ordered.order_by(*direction).limit(ask.limit + 1))).mappings().all()
    rows = [dict(row) for row in found[: ask.limit]]
    last = (rows[-1]["_key"], rows[-1]["_tie"]) if rows else None
    for row in rows:
        del row["_key"], row["_tie"]
    more = len(found) > ask.limit and last is not None
    return Page(
        rows,
        _write_cursor(binding, last) if more and last else None,
        await count_of(act, query, ask.count),
        ask.count,
    )


def position(act: Act, ask: Ask, sorts: Sorts, filters: object = None) -> tuple[Any, Any] | None:
    """Key and tie of the last row shown, None on the first page: for a query that seeks its place by itself.

    Raises Invalid as `page` does, which is then called with the same arguments.
    """
    sort, column = _sorted_by(ask, sorts)
    return None if ask.cursor is None else _read_cursor(ask.cursor, _binding(act, sort, filters), column, sorts.tie)


def _sorted_by(ask: Ask, sorts: Sorts) -> tuple[str, Key]:
    sort = ask.sort or sorts.default
    column = sorts.keys.get(sort.removeprefix("-"))
    if column is None:
        raise Invalid(errors=(FieldError("/sort", "unknown_sort", {"allowed": ", ".join(sorts.keys)}),))
    return sort, column


async def count_of(act: Act, query: "Select[Any]", kind: CountKind) -> int | None:
    """How many rows the query has: not at all, as the planner believes, or counted."""
    if kind == "none":
        return None
    plain = query.order_by(None)
    if kind == "exact":
        return await act.session.scalar(select(func.count()).select_from(plain.subquery()))
    plan = await act.session.scalar(_Explain(plain))
    return int(plan[0]["Plan"]["Plan Rows"])


def sealed(act: Act, place: int, filters: object, carried: Sequence[int] = ()) -> str:
    """A cursor for a list whose rows are not a query's: `place` is the number of the last row shown.

    `carried` is what the next page goes on with, a running sum say.
    """
    return _write_cursor(_binding(act, "", filters), (place, list(carried)))


def unsealed(act: Act, cursor: str | None, filters: object) -> int | None:
    """The place a cursor stands for. Raises Invalid for one of another list, filter or caller."""
    if cursor is None:
        return None
    return int(_read(cursor, _binding(act, "", filters))[0])


def carried(act: Act, cursor: str, filters: object, count: int) -> tuple[int, ...]:
    """The numbers that a cursor carries along, as many as are expected. Raises Invalid as `unsealed` does."""
    _, found = _read(cursor, _binding(act, "", filters))
    if not isinstance(found, list) or len(found) != count or not all(type(each) is int for each in found):
        raise Invalid(errors=(FieldError("/cursor", "cursor_mismatch"),))
    return tuple(found)


class _Explain(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: "Select[Any]") -> None:
        self.statement = statement


@compiles(_Explain, "postgresql")
def _compile_explain(element: _Explain, compiler: Any, **words: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + str(compiler.process(element.statement, **words))


def _binding(act: Act, sort: str, filters: object) -> str:
    parts = repr((act.by.id, act.scope.ranges, act.scope.lines, act.scope.own, sort, filters)).encode()
    return hashlib.blake2b(parts, digest_size=8).hexdigest()


def _write_cursor(binding: str, last: tuple[Any, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([binding, *last], default=str)).rstrip(b"=").decode()


def _read(cursor: str, binding: str) -> tuple[Any, Any]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        bound, key, last = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if bound != binding:
            raise ValueError(bound)
    except (ValueError, TypeError) as error:
        raise Invalid(errors=(FieldError("/cursor", "cursor_mismatch"),)) from error
    return key, last


def _read_cursor(cursor: str, binding: str, column: Key, tie: Key) -> tuple[Any, Any]:
    key, last = _read(cursor, binding)
    try:
        return _as(column, key), _as(tie, last)
    except (ValueError, TypeError) as error:
        raise Invalid(errors=(FieldError("/cursor", "cursor_mismatch"),)) from error


def _as(column: Key, value: Any) -> Any:
    kind = column.type.python_type
    if kind is UUID:
        return UUID(value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    if not isinstance(value, kind) or (isinstance(value, int) and value >= 1 << 63):
        raise TypeError(kind.__name__)
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("NUL")
    return value
