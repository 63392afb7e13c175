"""The register of organisations, and the functions that look past the caller's scope or past its indexes."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import scoped

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Frozen on the day of this migration; a test holds it to organizations/facts.py.
FACTS_KEY = (
    "1::bigint | "
    "((CASE kind WHEN 'unclassified' THEN 0 WHEN 'private_enterprise' THEN 1 WHEN 'foreign_invested' THEN 2 "
    "WHEN 'joint_stock_cooperative' THEN 3 WHEN 'self_employed' THEN 4 WHEN 'farmers_cooperative' THEN 5 "
    "WHEN 'social_association' THEN 6 WHEN 'social_service' THEN 7 WHEN 'foundation' THEN 8 WHEN "
    "'intermediary' THEN 9 WHEN 'informal_body' THEN 10 WHEN 'state_owned' THEN 11 WHEN 'collective' THEN 12 "
    "WHEN 'administrative' THEN 13 WHEN 'union_body' THEN 14 WHEN 'branch_office' THEN 15 END)::bigint << 4) "
    "| "
    "((CASE status WHEN 'operating' THEN 0 WHEN 'suspended' THEN 1 WHEN 'closed' THEN 2 WHEN 'revoked' THEN "
    "3 END)::bigint << 9) | "
    "((coalesce((ARRAY[0, 6, 1, 2, 3, 4, 7, 5, 7, 0])[1 + width_bucket(substring(industry from "
    "'^[A-T]?([0-9][0-9])')::int, ARRAY[1, 6, 47, 51, 52, 53, 61, 63, 98])], CASE WHEN industry ~ '^[A]' "
    "THEN 6 WHEN industry ~ '^[BCD]' THEN 1 WHEN industry ~ '^[E]' THEN 2 WHEN industry ~ '^[H]' THEN 5 WHEN "
    "industry ~ '^[GIJKLMNOPQRST]' THEN 7 ELSE 0 END))::bigint << 11) | "
    "((CASE WHEN above_scale_reported IS NULL THEN 0 WHEN above_scale_reported THEN 2 ELSE 1 END)::bigint << "
    "14) | "
    "((CASE WHEN fixed_premises IS NULL THEN 0 WHEN fixed_premises THEN 2 ELSE 1 END)::bigint << 16) | "
    "((CASE WHEN revenue_fen IS NULL THEN 0 ELSE 1 + width_bucket(revenue_fen::bigint, ARRAY[200000000, "
    "500000000, 1000000000, 2000000000, 40000000000]::bigint[]) END)::bigint << 18) | "
    "((CASE WHEN staff IS NULL THEN 0 ELSE 1 + width_bucket(staff::bigint, ARRAY[10, 50, 100, 300, "
    "1000]::bigint[]) END)::bigint << 21) | "
    "((CASE WHEN formal_members_working IS NULL THEN 0 ELSE 1 + width_bucket(formal_members_working::bigint, "
    "ARRAY[1, 2, 3, 7, 50, 100]::bigint[]) END)::bigint << 24) | "
    "((CASE WHEN formal_members_relation IS NULL THEN 0 ELSE 1 + "
    "width_bucket(formal_members_relation::bigint, ARRAY[1, 2, 3, 7, 50, 100]::bigint[]) END)::bigint << 27) "
    "| "
    "((CASE coverage_mode WHEN 'none' THEN 0 WHEN 'standalone' THEN 1 WHEN 'joint' THEN 2 WHEN 'attached' "
    "THEN 3 WHEN 'territorial' THEN 4 END)::bigint << 30) | "
    "((CASE WHEN has_instructor THEN 1 ELSE 0 END)::bigint << 33) | "
    "((CASE WHEN has_liaison THEN 1 ELSE 0 END)::bigint << 34) | "
    "((CASE WHEN has_union THEN 1 ELSE 0 END)::bigint << 35) | "
    "((CASE WHEN has_youth_league THEN 1 ELSE 0 END)::bigint << 36) | "
    "((CASE WHEN has_womens_organisation THEN 1 ELSE 0 END)::bigint << 37) | "
    "((CASE WHEN in_federation THEN 1 ELSE 0 END)::bigint << 38) | "
    "((CASE WHEN community_leads THEN 1 ELSE 0 END)::bigint << 39) | "
    "((CASE uncovered_reason WHEN 'no_members' THEN 1 WHEN 'fewer_than_three' THEN 2 WHEN 'owner_not_ready' "
    "THEN 3 WHEN 'not_operating' THEN 4 WHEN 'just_registered' THEN 5 WHEN 'other' THEN 6 ELSE 0 "
    "END)::bigint << 40) | "
    "((CASE WHEN region_level < 3 THEN 1 ELSE 0 END)::bigint << 43)"
)

KINDS = (
    "'unclassified', 'private_enterprise', 'foreign_invested', 'joint_stock_cooperative', 'self_employed',"
    " 'farmers_cooperative', 'social_association', 'social_service', 'foundation', 'intermediary', 'informal_body',"
    " 'state_owned', 'collective', 'administrative', 'union_body', 'branch_office'"
)
COUNTS = (
    "staff, payroll_fen, revenue_fen, registered_capital_fen, formal_members_working, formal_members_relation,"
    " probationary_members"
)
WIDTH = (
    "CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000 WHEN 2 THEN 100000000"
    " WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END"
)

# Who holds a key anywhere in the country: the merge must not insert it twice, and an officer is told that it is in use.
# Answers id and region and nothing else; the region never leaves the service.
HOLDERS = """
CREATE FUNCTION organizations_holding_{key}(wanted text[])
RETURNS TABLE ({key} text, id uuid, region_code bigint)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT o.{key}, o.id, o.region_code FROM organizations o WHERE o.{key} = ANY (wanted)
$$
"""

# Array operators are not leakproof: under row-level security the planner may not use the bigram index. So this function
# steps over the policy, reads the scope itself, and returns ids only; its caller reads the rows under the policy. All
# values go into the statement as literals, so that the planner knows how common these pieces and this range are.
# A name matches by its characters (sought, grams) or by its reading (reading, pairs). An unset scope gives no rows.
NAMED = """
CREATE FUNCTION organizations_named(
    sought text, grams text[], reading text, pairs text[], low bigint, high bigint, facts jsonb, narrowing jsonb,
    after_code bigint, after_id uuid, most integer
) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
DECLARE
    scope_low bigint := nullif(current_setting('liangxin.lo', true), '')::bigint;
    scope_high bigint := nullif(current_setting('liangxin.hi', true), '')::bigint;
    whole boolean := nullif(current_setting('liangxin.whole', true), '')::boolean;
    ranges int8multirange := nullif(current_setting('liangxin.ranges', true), '')::int8multirange;
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
        query := query || format(' AND %L::int8multirange @> region_code', ranges);
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

FUNCTIONS = {
    "organizations_holding_uscc(text[])": HOLDERS.replace("{key}", "uscc"),
    "organizations_holding_registration_number(text[])": HOLDERS.replace("{key}", "registration_number"),
    "organizations_named(text, text[], text, text[], bigint, bigint, jsonb, jsonb, bigint, uuid, integer)": NAMED,
}


def upgrade() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("uscc", sa.Text()),
        sa.Column("registration_number", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name_sort", sa.Text(), nullable=False),
        sa.Column("name_bigrams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'unclassified'")),
        sa.Column("kind_source", sa.Text(), nullable=False, server_default=sa.text("'derived'")),
        sa.Column("registered_type", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'operating'")),
        sa.Column("status_since", sa.Date()),
        sa.Column("established_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("placed_by", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("host_id", sa.Uuid(), sa.ForeignKey("hosts.id")),
        sa.Column("industry", sa.Text()),
        sa.Column("fixed_premises", sa.Boolean()),
        sa.Column("staff", sa.Integer()),
        sa.Column("payroll_fen", sa.BigInteger()),
        sa.Column("revenue_fen", sa.BigInteger()),
        sa.Column("registered_capital_fen", sa.BigInteger()),
        sa.Column("business_scope", sa.Text()),
        sa.Column("above_scale_reported", sa.Boolean()),
        sa.Column("formal_members_working", sa.Integer()),
        sa.Column("formal_members_relation", sa.Integer()),
        sa.Column("probationary_members", sa.Integer()),
        sa.Column("has_union", sa.Boolean()),
        sa.Column("has_youth_league", sa.Boolean()),
        sa.Column("has_womens_organisation", sa.Boolean()),
        sa.Column("in_federation", sa.Boolean()),
        sa.Column("has_liaison", sa.Boolean()),
        sa.Column("community_leads", sa.Boolean()),
        sa.Column("has_instructor", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("coverage_mode", sa.Text(), nullable=False, server_default=sa.text("'none'")),
        sa.Column("uncovered_reason", sa.Text()),
        sa.Column("facts_key", sa.BigInteger(), sa.Computed(FACTS_KEY, persisted=True), nullable=False),
        sa.Column("provenance", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.UniqueConstraint("uscc"),
        sa.CheckConstraint(f"kind IN ({KINDS})", "kind"),
        sa.CheckConstraint("kind_source IN ('derived', 'officer')", "kind_source"),
        sa.CheckConstraint("status IN ('operating', 'suspended', 'closed', 'revoked')", "status"),
        sa.CheckConstraint(
            "coverage_mode IN ('none', 'standalone', 'joint', 'attached', 'territorial')", "coverage_mode"
        ),
        sa.CheckConstraint(
            "uncovered_reason IN ('no_members', 'fewer_than_three', 'owner_not_ready', 'not_operating',"
            " 'just_registered', 'other')",
            "uncovered_reason",
        ),
        sa.CheckConstraint("uscc ~ '^[0-9A-HJ-NP-RTUWXY][0-9]{7}[0-9A-HJ-NP-RTUWXY]{10}$'", "uscc"),
        sa.CheckConstraint("name <> '' AND name_key <> ''", "name"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5 AND region_code BETWEEN 0 AND 999999999999", "region"),
        sa.CheckConstraint(f"region_code % {WIDTH} = 0", "region_level"),
        sa.CheckConstraint("closed_on >= established_on", "dates"),
        sa.CheckConstraint(f"least({COUNTS}) >= 0", "counts"),
    )
    op.create_index(
        "ix_organizations_region_code_id", "organizations", ["region_code", "id"], postgresql_include=["facts_key"]
    )
    op.create_index("ix_organizations_name_key", "organizations", ["name_key"], postgresql_using="hash")
    op.create_index("ix_organizations_name_bigrams", "organizations", ["name_bigrams"], postgresql_using="gin")
    op.create_index(
        "ix_organizations_registration_number",
        "organizations",
        ["registration_number"],
        postgresql_where=sa.text("registration_number IS NOT NULL"),
    )
    op.create_index(
        "ix_organizations_host_id", "organizations", ["host_id"], postgresql_where=sa.text("host_id IS NOT NULL")
    )
    for statement in (*scoped("organizations"), *watched("organizations")):
        op.execute(statement)
    op.execute("SET ROLE liangxin_lookup")
    for signature, definition in FUNCTIONS.items():
        op.execute(definition)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        # The holders are for the service alone: whoever reads the database himself would learn what lies elsewhere.
        readers = ", liangxin_reader" if definition is NAMED else ""
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO liangxin_app{readers}")
    op.execute("SET ROLE liangxin_owner")


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
