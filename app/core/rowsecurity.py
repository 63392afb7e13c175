"""Row-level security as DDL text, for migrations. One policy shape for all tables with a code.

The scope stands in transaction settings (see acts.declare). A row is seen when its code lies in the hull lo..hi and,
unless the hull is the scope itself, in one of the ranges. Each setting is read once a statement, as a sub-select, so
that the planner sees a parameter and keeps the index; an unset scope yields NULL and so sees nothing.
"""

LO = "(select nullif(current_setting('liangxin.lo', true), '')::bigint)"
HI = "(select nullif(current_setting('liangxin.hi', true), '')::bigint)"
WHOLE = "(select nullif(current_setting('liangxin.whole', true), '')::boolean)"
RANGES = "(select nullif(current_setting('liangxin.ranges', true), '')::int8multirange)"
ACTOR = "(select nullif(current_setting('liangxin.actor', true), ''))"
NOW = "nullif(current_setting('liangxin.now', true), '')::timestamptz"


def inside(code: str) -> str:
    """The predicate: this code column lies in the scope."""
    return f"({code} >= {LO} AND {code} < {HI} AND ({WHOLE} OR {RANGES} @> {code}))"


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
