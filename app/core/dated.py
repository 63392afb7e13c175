"""Dated rows: valid_from inclusive, valid_to exclusive or open. The database refuses overlaps."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute


def no_overlap(table: str, *keys: str) -> list[str]:
    """DDL: for equal keys, valid periods may not overlap, and a period does not end before it begins.

    The exclusion is a temporal unique constraint over a generated daterange; it needs the btree_gist extension.
    """
    same = ", ".join(f"{key} WITH =" for key in keys)
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_period CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_period EXCLUDE USING gist"
        f" ({same}, daterange(valid_from, valid_to) WITH &&)",
    ]


def valid_on(
    valid_from: InstrumentedAttribute[date], valid_to: InstrumentedAttribute[date | None], day: date
) -> ColumnElement[bool]:
    """The predicate: the row holds on this day."""
    return and_(valid_from <= day, or_(valid_to.is_(None), valid_to > day))
