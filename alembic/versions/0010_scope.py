"""Scopes by line and by own object: who manages a branch and an organisation stands in the row itself."""

import sqlalchemy as sa

from alembic import op
from app.core.rowsecurity import HI, LO, NOW, inside, rescoped, seen_further

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
DAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"

# A branch carries its authority's code, which never changes, and what it covers carries the branch's codes: so a line
# is a range of rows in each table, and no policy has to look into another one.
MANAGED = """
CREATE FUNCTION branches_authority_code() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.authority_code := (SELECT code FROM authorities WHERE id = NEW.authority_id);
    RETURN NEW;
END $$
"""
LINKED = """
CREATE FUNCTION branch_organizations_authority_code() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT authority_code, outflow_authority_code INTO NEW.authority_code, NEW.outflow_authority_code
      FROM branches WHERE id = NEW.branch_id;
    RETURN NEW;
END $$
"""

# What other tables say about an organisation becomes plain columns here, set-wise. The rows are locked in the order of
# their ids first and read again in a second statement: without that two writers lose an update.
# Who covers an organisation also decides who sees it: by losing its branch a row would leave the writer's own scope,
# which row-level security refuses. The facts follow from links whose writing was allowed, so for their sake alone the
# scope is the whole country, and the caller's again at the end. (An error ends the transaction, and the widening too.)
REFRESH = f"""
CREATE OR REPLACE FUNCTION refresh_facts(wanted uuid[]) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := {DAY};
    lo text := current_setting('liangxin.lo', true);
    hi text := current_setting('liangxin.hi', true);
    whole text := current_setting('liangxin.whole', true);
    refreshed integer;
BEGIN
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);
    PERFORM FROM organizations WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE;
    UPDATE organizations AS told
       SET coverage_mode = found.mode, covered_by = found.branch_id, line_code = found.authority_code,
           version = told.version + 1, recorded_at = {INSTANT}
      FROM (SELECT asked.id, coalesce(link.formation_mode, 'none') AS mode, link.branch_id, branch.authority_code
              FROM (SELECT DISTINCT unnest(wanted) AS id) AS asked
              LEFT JOIN branch_organizations AS link
                ON link.organization_id = asked.id AND link.valid_from <= today
               AND (link.valid_to IS NULL OR link.valid_to > today)
              LEFT JOIN branches AS branch ON branch.id = link.branch_id) AS found
     WHERE told.id = found.id
       AND (told.coverage_mode, told.covered_by, told.line_code)
           IS DISTINCT FROM (found.mode, found.branch_id, found.authority_code);
    GET DIAGNOSTICS refreshed = ROW_COUNT;
    PERFORM set_config('liangxin.lo', coalesce(lo, ''), true), set_config('liangxin.hi', coalesce(hi, ''), true),
            set_config('liangxin.whole', coalesce(whole, ''), true);
    RETURN refreshed;
END $$
"""

# A branch that comes under another authority takes what it covers along, wherever that lies.
REMANAGED = f"""
CREATE FUNCTION branches_update_facts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := {DAY};
    lo text := current_setting('liangxin.lo', true);
    hi text := current_setting('liangxin.hi', true);
    whole text := current_setting('liangxin.whole', true);
    moved uuid[];
    touched uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.authority_code, new_rows.outflow_authority_code)
               IS DISTINCT FROM (old_rows.authority_code, old_rows.outflow_authority_code));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);
    touched := ARRAY(
        SELECT organization_id FROM branch_organizations
         WHERE branch_id = ANY (moved) AND valid_from <= today AND (valid_to IS NULL OR valid_to > today)
         ORDER BY organization_id);
    PERFORM FROM organizations WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    UPDATE branch_organizations AS link
       SET authority_code = branches.authority_code, outflow_authority_code = branches.outflow_authority_code,
           version = link.version + 1, recorded_at = {INSTANT}
      FROM branches WHERE branches.id = link.branch_id AND link.branch_id = ANY (moved);
    PERFORM refresh_facts(touched);
    PERFORM set_config('liangxin.lo', coalesce(lo, ''), true), set_config('liangxin.hi', coalesce(hi, ''), true),
            set_config('liangxin.whole', coalesce(whole, ''), true);
    RETURN NULL;
END $$
"""

# As in 0004, with the lines and the own objects of the scope.
NAMED = """
CREATE OR REPLACE FUNCTION organizations_named(
    sought text, grams text[], reading text, pairs text[], low bigint, high bigint, facts jsonb, narrowing jsonb,
    after_code bigint, after_id uuid, most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
DECLARE
    scope_low bigint := nullif(current_setting('liangxin.lo', true), '')::bigint;
    scope_high bigint := nullif(current_setting('liangxin.hi', true), '')::bigint;
    whole boolean := nullif(current_setting('liangxin.whole', true), '')::boolean;
    ranges int8multirange := nullif(current_setting('liangxin.ranges', true), '')::int8multirange;
    lines int8multirange := nullif(current_setting('liangxin.lines', true), '')::int8multirange;
    own uuid[] := nullif(current_setting('liangxin.subjects', true), '')::uuid[];
    shift integer;
    mask bigint;
    passing text;
    named text;
    query text;
BEGIN
    IF scope_low IS NULL OR scope_high IS NULL OR whole IS NULL OR ranges IS NULL THEN
        RETURN;
    END IF;
    IF cardinality(grams) > 0 THEN
        named := format('name_bigrams @> %L::text[]', grams);
        IF cardinality(grams) > 1 THEN
            named := named || format(' AND strpos(name_key, %L) > 0', sought);
        END IF;
    END IF;
    IF cardinality(pairs) > 0 THEN
        named := concat_ws(' OR ', named, format(
            'name_bigrams @> %L::text[] AND strpos('' '' || name_sort, %L) > 0', pairs, ' ' || reading));
    END IF;
    IF named IS NULL THEN
        RETURN;
    END IF;
    query := format(
        'SELECT id FROM organizations WHERE (%s) AND region_code >= %s AND region_code < %s',
        named, greatest(low, scope_low), least(high, scope_high));
    IF NOT whole THEN
        query := query || format(
            ' AND (%L::int8multirange @> region_code OR %L::int8multirange @> line_code'
            ' OR id = ANY (%L::uuid[]) OR covered_by = ANY (%L::uuid[]))', ranges, lines, own, own);
    END IF;
    FOR shift, mask, passing IN
        SELECT (told ->> 'shift')::integer, (told ->> 'mask')::bigint, told ->> 'values'
          FROM jsonb_array_elements(facts) AS told
    LOOP
        query := query || format(' AND (facts_key >> %s) & %s = ANY (%L::bigint[])', shift, mask, passing);
    END LOOP;
    IF narrowing ? 'industry' THEN
        query := query || format(' AND industry ^@ %L', narrowing ->> 'industry');
    END IF;
    IF narrowing ? 'host_id' THEN
        query := query || format(' AND host_id = %L::uuid', narrowing ->> 'host_id');
    END IF;
    IF narrowing ? 'updated_since' THEN
        query := query || format(' AND recorded_at >= %L::timestamptz', narrowing ->> 'updated_since');
    END IF;
    IF after_code IS NOT NULL THEN
        query := query || format(' AND (region_code, id) > (%s, %L::uuid)', after_code, after_id);
    END IF;
    query := query || ' ORDER BY region_code, id';
    IF most IS NOT NULL THEN
        query := query || format(' LIMIT %s', most);
    END IF;
    RETURN QUERY EXECUTE query;
END $$
"""

ABOVE = (
    f"(region_code <= {LO} AND region_code + CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000"
    f" WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END >= {HI})"
)
LINES_OF = ("authority_code", "outflow_authority_code")
# An authority at the place of origin sees a branch and what it covers, and changes neither.
POLICIES = (
    *rescoped("organizations", inside("region_code", ("line_code",), ("id", "covered_by"))),
    *seen_further(
        "branches", inside("region_code", LINES_OF, ("id",)), inside("region_code", ("authority_code",), ("id",))
    ),
    *seen_further(
        "branch_organizations",
        inside("region_code", LINES_OF, ("branch_id", "organization_id")),
        inside("region_code", ("authority_code",), ("branch_id",)),
    ),
    *rescoped("authorities", f"({inside('region_code', ('code',))} OR {ABOVE})", inside("region_code")),
)
# A replaced version is seen by whoever would have seen it then; `row` is that version as JSON.
HISTORY = inside(
    "region_code",
    tuple(f"(row ->> '{name}')::bigint" for name in ("line_code", *LINES_OF)),
    ("subject_id", "(row ->> 'covered_by')::uuid", "(row ->> 'branch_id')::uuid"),
)


def upgrade() -> None:
    op.add_column("branches", sa.Column("authority_code", sa.BigInteger()))
    op.add_column("branches", sa.Column("outflow_authority_code", sa.BigInteger()))
    op.add_column("branch_organizations", sa.Column("authority_code", sa.BigInteger()))
    op.add_column("branch_organizations", sa.Column("outflow_authority_code", sa.BigInteger()))
    op.add_column("organizations", sa.Column("covered_by", sa.Uuid()))
    op.add_column("organizations", sa.Column("line_code", sa.BigInteger()))
    _fill()
    for table in ("branches", "branch_organizations"):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN authority_code SET NOT NULL")
    op.create_foreign_key(
        "fk_branches_outflow_authority_code_authorities",
        "branches",
        "authorities",
        ["outflow_authority_code"],
        ["code"],
    )
    op.create_check_constraint(
        "outflow_authority_code", "branches", "outflow_authority_code IS NULL OR management_mode = 'dual'"
    )
    op.create_index("ix_branches_authority_code", "branches", ["authority_code", "region_code", "id"])
    op.create_index(
        "ix_branches_outflow_authority_code",
        "branches",
        ["outflow_authority_code", "region_code", "id"],
        postgresql_where=sa.text("outflow_authority_code IS NOT NULL"),
    )
    for column in ("covered_by", "line_code"):
        op.create_index(
            f"ix_organizations_{column}",
            "organizations",
            [column, "region_code", "id"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    # The policy reads the two columns, and counts must be told from the index alone.
    op.drop_index("ix_organizations_region_code_id", "organizations")
    op.create_index(
        "ix_organizations_region_code_id",
        "organizations",
        ["region_code", "id"],
        postgresql_include=["facts_key", "line_code", "covered_by"],
    )
    for statement in (
        MANAGED,
        "CREATE TRIGGER branches_authority_code BEFORE INSERT OR UPDATE OF authority_id, authority_code ON branches"
        " FOR EACH ROW EXECUTE FUNCTION branches_authority_code()",
        LINKED,
        "CREATE TRIGGER branch_organizations_authority_code BEFORE INSERT ON branch_organizations"
        " FOR EACH ROW EXECUTE FUNCTION branch_organizations_authority_code()",
        REFRESH,
        REMANAGED,
        "CREATE TRIGGER branches_update_facts AFTER UPDATE ON branches REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION branches_update_facts()",
        *POLICIES,
        # Only triggers write history, of rows whose writing was allowed.
        f"ALTER POLICY scope ON history USING ({HISTORY}) WITH CHECK (true)",
        "SET ROLE liangxin_lookup",
        NAMED,
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _fill() -> None:
    """What is derived is no news: it makes no version. The migrator itself sees every row, the owner does not."""
    for table in ("branches", "branch_organizations", "organizations"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    op.execute("RESET ROLE")
    op.execute(
        "UPDATE branches SET authority_code = authorities.code FROM authorities WHERE authorities.id = authority_id"
    )
    op.execute(
        "UPDATE branch_organizations SET authority_code = branches.authority_code"
        " FROM branches WHERE branches.id = branch_id"
    )
    op.execute(
        "UPDATE organizations SET covered_by = branches.id, line_code = branches.authority_code"
        " FROM branch_organizations AS link JOIN branches ON branches.id = link.branch_id"
        f" WHERE link.organization_id = organizations.id AND link.valid_from <= {DAY}"
        f" AND (link.valid_to IS NULL OR link.valid_to > {DAY})"
    )
    op.execute("SET ROLE liangxin_owner")
    for table in ("branches", "branch_organizations", "organizations"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
