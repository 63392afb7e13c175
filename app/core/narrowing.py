"""The application's own narrowing to the scope, beside row-level security: what a list may be looked for in.

The policy alone keeps rows apart; said in the query as well, the same condition is known to the planner with its
values, and those who see by line or as an owner find their rows by index instead of walking the country.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, any_, bindparam, false, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUUID

from app.core.acts import CODES, Act


def within(act: Act, code: Any, lines: Iterable[Any] = (), own: Iterable[Any] = ()) -> list[ColumnElement[bool]]:
    """Conditions that a list of rows adds: `code` in the ranges, one of `lines` in the lines, one of `own` a subject.

    The bounds of lines stand in the statement as literals: a plan made for any bounds would not know a narrow line from
    a wide one.
    """
    scope = act.scope
    if not scope.beyond:
        if not scope.ranges:
            return [false()]
        if (scope.lo, scope.hi) == (0, CODES):
            return []
        return [code >= literal(scope.lo, BigInteger), code < literal(scope.hi, BigInteger)]
    ways: list[ColumnElement[bool]] = [_between(code, low, high) for low, high in scope.ranges]
    ways += [_between(line, low, high) for line in lines for low, high in scope.lines]
    if scope.subjects:
        ways += [key == any_(literal(list(scope.own), ARRAY(PgUUID(as_uuid=True)))) for key in own]
    return [or_(*ways)] if ways else [false()]


def _between(column: Any, low: int, high: int) -> ColumnElement[bool]:
    return and_(column >= _bound(low), column < _bound(high))


def _bound(value: int) -> ColumnElement[int]:
    return bindparam(None, value, type_=BigInteger(), literal_execute=True)
