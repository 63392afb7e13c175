"""History, audit and outbox of a table, written by statement triggers, so that COPY and set-wise writes leave them too.

Two times are told apart. *Recorded time*: a row carries `recorded_at`, the instant this version became known; the
version it replaced moves to `history` with recorded_from..recorded_to. *Valid time* is the row's own dates
(established_on, status_since, valid_from ...). `as_of` answers in recorded time: what did we know then?
"""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Identity,
    Index,
    Select,
    Subquery,
    Table,
    Text,
    func,
    insert,
    literal,
    null,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Mapped, mapped_column

from app.core.acts import Act
from app.core.database import Base
from app.core.rowsecurity import NOW

LISTED_IDS = 100  # an audit row names its rows and what changed up to this many; a larger write names its batch
LONGEST = 300  # characters of a value that an audit row shows; a longer one stands whole in history


class History(Base):
    """A version that has been replaced or removed."""

    __tablename__ = "history"
    __table_args__ = (Index(None, "subject", "subject_id", "recorded_to"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    region_code: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int]
    recorded_from: Mapped[datetime]
    recorded_to: Mapped[datetime]
    replaced_by: Mapped[str] = mapped_column(Text)
    row: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Audit(Base):
    """Who did what to which rows, from where, and why. Appended in the transaction of the deed, never changed.

    `at` is the act's own time; `day` (the partition, in Shanghai) and `transaction` are the server's. `region_lo` and
    `region_hi` span the rows' codes, of a note the actor's scope: an auditor of a region sees what lies inside. A write
    of up to LISTED_IDS rows has `changes` in its detail: id -> column -> [before, after].
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "transaction"),
        Index(None, "at", "id"),
        Index(None, "actor", "at"),
        {"postgresql_partition_by": "RANGE (day)"},
    )

    day: Mapped[date] = mapped_column(
        primary_key=True, server_default=text("((now() AT TIME ZONE 'Asia/Shanghai')::date)")
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    transaction: Mapped[int] = mapped_column(BigInteger, server_default=text("(pg_current_xact_id()::text::bigint)"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(PgUUID(as_uuid=True)))
    region_lo: Mapped[int | None] = mapped_column(BigInteger)
    region_hi: Mapped[int | None] = mapped_column(BigInteger)
    why: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class Outbox(Base):
    """What changed, for feeds. `transaction` lets a reader wait for commits that come late."""

    __tablename__ = "outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    transaction: Mapped[int] = mapped_column(BigInteger, server_default=text("(pg_current_xact_id()::text::bigint)"))
    at: Mapped[datetime]
    verb: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    region_lo: Mapped[int] = mapped_column(BigInteger)
    region_hi: Mapped[int] = mapped_column(BigInteger)
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(PgUUID(as_uuid=True)))


_TRAIL = """
CREATE FUNCTION {table}_{verb}_trail() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found bigint;
    keys uuid[];
    region_lo bigint;
    region_hi bigint;
    told jsonb := coalesce(nullif(current_setting('liangxin.detail', true), '')::jsonb, '{{}}');
BEGIN
    SELECT count(*), array_agg({key}), min({region}), max({region})
      INTO found, keys, region_lo, region_hi FROM {rows};
    IF found = 0 THEN
        RETURN NULL;
    END IF;
    IF found <= {listed} THEN
        told := told || (SELECT coalesce(jsonb_build_object('changes', jsonb_object_agg(id, fields)), '{{}}') FROM (
{changes}
        ) AS changed);
    END IF;
{history}
    INSERT INTO audit (at, actor, request_id, origin, verb, subject, count, ids, region_lo, region_hi, why, detail)
    VALUES ({now}, coalesce(nullif(current_setting('liangxin.actor', true), ''), session_user),
            nullif(current_setting('liangxin.request_id', true), ''),
            nullif(current_setting('liangxin.origin', true), ''), '{verb}', '{table}', found,
            CASE WHEN found <= {listed} THEN keys END, region_lo, region_hi,
            nullif(current_setting('liangxin.why', true), ''), nullif(told, '{{}}'));
    INSERT INTO outbox (at, verb, subject, region_lo, region_hi, ids)
    VALUES ({now}, '{verb}', '{table}', region_lo, region_hi, keys);
    RETURN NULL;
END $$
"""

# Columns named by the trigger's arguments are personal: that they changed is told, what they held is not.
_SHOWN = """CASE WHEN {value} IS NULL OR {value} = 'null' THEN NULL
                WHEN {name} = ANY (TG_ARGV) THEN '"***"'
                WHEN length({value}::text) > {longest} THEN '"..."' ELSE {value} END"""
_BOTH = """
            SELECT o.{key} AS id, jsonb_object_agg(b.key, jsonb_build_array({before}, {after})) AS fields
              FROM old_rows o JOIN new_rows n USING ({key}),
                   jsonb_each(to_jsonb(o)) AS b JOIN jsonb_each(to_jsonb(n)) AS a ON a.key = b.key
             WHERE o.{key} = n.{key} AND a.value IS DISTINCT FROM b.value
               AND b.key NOT IN ('version', 'recorded_at')
             GROUP BY o.{key}"""
_ONE = """
            SELECT r.{key} AS id, jsonb_object_agg(f.key, jsonb_build_array({before}, {after})) AS fields
              FROM {rows} r, jsonb_each(to_jsonb(r)) AS f
             WHERE f.value <> 'null' AND f.key NOT IN ('version', 'recorded_at', '{key}')
             GROUP BY r.{key}"""


def _changes(verb: str, rows: str, key: str) -> str:
    def shown(row: str) -> str:
        return _SHOWN.format(value=f"{row}.value", name=f"{row}.key", longest=LONGEST)

    if verb == "update":
        return _BOTH.format(key=key, before=shown("b"), after=shown("a"))
    sides = ("NULL", shown("f")) if verb == "insert" else (shown("f"), "NULL")
    return _ONE.format(key=key, rows=rows, before=sides[0], after=sides[1])


_REPLACED = """
    INSERT INTO history (subject, subject_id, region_code, version, recorded_from, recorded_to, replaced_by, row)
    SELECT '{table}', {key}, {region}, version, recorded_at, {now},
           coalesce(nullif(current_setting('liangxin.actor', true), ''), session_user), to_jsonb(gone)
      FROM {rows} AS gone WHERE recorded_at < {now};
"""


def watched(table: str, key: str = "id", region: str = "region_code", masked: tuple[str, ...] = ()) -> list[str]:
    """DDL that makes a table leave history, audit and outbox rows.

    The table has columns `version`, `recorded_at`, a uuid key and a bigint region code. `masked` columns are personal:
    audit rows say that they changed, not what they held.
    """
    arguments = ", ".join(f"'{column}'" for column in masked)
    now = f"coalesce({NOW}, clock_timestamp())"
    statements = []
    for verb, rows, referencing in (
        ("insert", "new_rows", "NEW TABLE AS new_rows"),
        ("update", "old_rows", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("delete", "old_rows", "OLD TABLE AS old_rows"),
    ):
        parts = {"table": table, "verb": verb, "key": key, "region": region, "rows": rows, "now": now}
        history = "" if verb == "insert" else _REPLACED.format(**parts)
        changes = _changes(verb, rows, key)
        statements.append(_TRAIL.format(**parts, history=history, changes=changes, listed=LISTED_IDS))
        statements.append(
            f"CREATE TRIGGER {table}_{verb}_trail AFTER {verb.upper()} ON {table}"
            f" REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {table}_{verb}_trail({arguments})"
        )
    return statements


Model = TypeVar("Model", bound=Base)


def as_of(model: type[Model], at: datetime, ids: "Select[Any] | list[UUID] | None" = None) -> Subquery[Any]:
    """The model's rows as they were known at an instant: current and replaced ones in one shape, as a FROM item.

    With `ids` only these rows, which are then found in the history by its index.
    """
    table = model.metadata.tables[model.__tablename__]
    current = select(*table.columns).where(table.c.recorded_at <= at)
    replaced = _replaced(table).where(History.recorded_from <= at, History.recorded_to > at)
    if ids is not None:
        current, replaced = current.where(table.c.id.in_(ids)), replaced.where(History.subject_id.in_(ids))
    return current.union_all(replaced).subquery(table.name)


def versions_of(model: type[Model], row_id: UUID) -> Subquery[Any]:
    """All versions of one row, as a FROM item: the model's columns, `recorded_to` (null: current) and `replaced_by`."""
    table = model.metadata.tables[model.__tablename__]
    current = select(
        *table.columns,
        null().cast(History.recorded_to.type).label("recorded_to"),
        null().cast(Text).label("replaced_by"),
    ).where(table.c.id == row_id)
    replaced = _replaced(table, History.recorded_to, History.replaced_by).where(History.subject_id == row_id)
    return current.union_all(replaced).subquery(table.name)


def _replaced(table: Table, *more: Any) -> Select[Any]:
    then = func.jsonb_populate_record(text(f"NULL::{table.name}"), History.row).table_valued(*table.columns)
    return (
        select(*(type_coerce(then.c[column.name], column.type).label(column.name) for column in table.columns), *more)
        .select_from(History)
        .join(then, literal(True))
        .where(History.subject == table.name)
    )


async def about(act: Act, why: str | None = None, **detail: Any) -> None:
    """Give the audit rows that this transaction's writes leave from here on a reason and a detail (a batch, say)."""
    await act.session.execute(
        select(
            func.set_config("liangxin.why", why or "", True),
            func.set_config("liangxin.detail", orjson.dumps(detail).decode() if detail else "", True),
        )
    )


async def note(act: Act, verb: str, subject: str, why: str | None = None, **detail: Any) -> None:
    """Leave an audit row for what no trigger sees: a reveal, an export, a refusal, a read of a list of names.

    An `id` among the details names the row that it is about. The row stands where the actor's scope stands:
    nowhere, when that reaches beyond ranges of codes.
    """
    scope = act.by.scope
    placed = bool(scope.ranges) and not scope.beyond
    await act.session.execute(
        insert(Audit).inline(),
        {
            "at": act.now,
            "actor": act.by.id,
            "request_id": act.request_id,
            "origin": act.origin,
            "verb": verb,
            "subject": subject,
            "count": 1,
            "ids": _named(detail.get("id")),
            "region_lo": scope.lo if placed else None,
            "region_hi": scope.hi - 1 if placed else None,
            "why": why,
            "detail": detail or None,
        },
    )


def _named(row_id: object) -> list[UUID] | None:
    try:
        return None if row_id is None else [UUID(str(row_id))]
    except ValueError:  # what has no uuid is named by the detail alone
        return None
