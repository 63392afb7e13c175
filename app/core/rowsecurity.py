"""Row-level security as DDL text, for migrations. One policy shape for all tables with a code.

The scope stands in transaction settings (see acts.declare). A row is seen when its code lies in the hull lo..hi and,
unless the hull is the scope itself, in one of the ranges, in one of the lines, or when it is somebody's own. The hull
comes first and alone: an OR above it would cost every reader the index. Whoever sees by line or as an owner has the
country as hull, and the application adds what finds those rows by index (see core/narrowing). Each setting is read
once a statement, as a sub-select, so that the planner sees a parameter; an unset scope yields NULL and so sees nothing.
"""

from collections.abc import Iterable

LO = "(select nullif(current_setting('liangxin.lo', true), '')::bigint)"
HI = "(select nullif(current_setting('liangxin.hi', true), '')::bigint)"
WHOLE = "(select nullif(current_setting('liangxin.whole', true), '')::boolean)"
RANGES = "(select nullif(current_setting('liangxin.ranges', true), '')::int8multirange)"
LINES = "(select nullif(current_setting('liangxin.lines', true), '')::int8multirange)"
SUBJECTS = "(select nullif(current_setting('liangxin.subjects', true), '')::uuid[])"
ACTOR = "(select nullif(current_setting('liangxin.actor', true), ''))"
NOW = "nullif(current_setting('liangxin.now', true), '')::timestamptz"


def inside(code: str, lines: Iterable[str] = (), own: Iterable[str] = ()) -> str:
    """The predicate: this code column lies in the scope, or one of `lines` in its lines, or one of `own` is a subject.

    All of them are columns of the row itself: a look into another table would be planned into every reader's query.
    """
    ways = [
        WHOLE,
        f"{RANGES} @> {code}",
        *(f"{LINES} @> {line}" for line in lines),
        *(f"{key} = ANY ({SUBJECTS}::uuid[])" for key in own),
    ]
    return f"({code} >= {LO} AND {code} < {HI} AND ({' OR '.join(ways)}))"


def secured(table: str, see: str, write: str | None = None) -> list[str]:
    """Force row-level security with one policy: `see` for reading, `write` (default: the same) for new rows."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY scope ON {table} USING ({see}) WITH CHECK ({write or see})",
    ]


def scoped(table: str, code: str = "region_code") -> list[str]:
    """Rows are seen and written where their code lies in the scope."""
    return secured(table, inside(code))


def rescoped(table: str, see: str, write: str | None = None) -> list[str]:
    """Give a table that is secured already another scope, as `secured` would."""
    return [f"ALTER POLICY scope ON {table} USING ({see}) WITH CHECK ({write or see})"]


def seen_further(table: str, see: str, write: str) -> list[str]:
    """Give a secured table a scope for reading that goes further than the one for writing: not even locked is a row
    that may only be seen.
    """
    return [
        f"DROP POLICY scope ON {table}",
        f"CREATE POLICY scope ON {table} FOR SELECT USING ({see})",
        f"CREATE POLICY scope_insert ON {table} FOR INSERT WITH CHECK ({write})",
        f"CREATE POLICY scope_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write})",
        f"CREATE POLICY scope_delete ON {table} FOR DELETE USING ({write})",
    ]


def owned(table: str, owner: str = "owner") -> list[str]:
    """Rows are seen and written by the actor that owns them; the system, whose scope is everything, sees all."""
    return secured(table, f"({owner} = {ACTOR} OR {ACTOR} = 'system')")


def readable(table: str) -> list[str]:
    """Reference rows: everyone reads; only the system writes. Declared, so that no table is without a policy."""
    return secured(table, "true", f"{ACTOR} = 'system'")


def append_only(table: str) -> list[str]:
    """Anyone's act appends; nobody reads, changes or removes through the app role (its readers get policies later)."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY append ON {table} FOR INSERT WITH CHECK (true)",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM liangxin_app",
    ]
