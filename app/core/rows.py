"""The schema is the select list: one wire field, one column."""

from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute


def columns(
    schema: type[BaseModel], source: Any, **computed: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> list[ColumnElement[Any]]:
    """A labelled column for each field of `schema`, in its order.

    A field is taken from `computed` by name, else from the attribute of `source` (a mapped class or an alias).
    Raises AttributeError when a field has no column, which a test of any list finds at once.
    """
    return [(computed[name] if name in computed else getattr(source, name)).label(name) for name in schema.model_fields]


def selecting(
    schema: type[BaseModel], source: Any, **computed: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> "Select[Any]":
    """SELECT exactly what the schema shows."""
    return select(*columns(schema, source, **computed))


def padded(code: Any, digits: int = 12) -> ColumnElement[str]:
    """An integer code as it is written on the wire: text with leading zeros."""
    return func.lpad(cast(code, Text), digits, "0")
