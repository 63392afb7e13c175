"""Under whom a branch stands by dates, hand-overs, and work committees."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.dated import no_overlap
from app.core.history import watched
from app.core.rowsecurity import HI, LO, NOW, inside, secured, seen_further

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
TODAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"
SAID = "nullif(current_setting('liangxin.affiliation', true), '')::jsonb"

AUTHORITY_KINDS = (
    "'township', 'village', 'unit', 'industry_department', 'entrusted_department', 'work_committee',"
    " 'social_work_department', 'social_organization_body'"
)
MODES = "'territorial', 'industry', 'entrusted', 'dual'"

COLUMNS = (
    "version, branch_id, authority_id, authority_code, management_mode, outflow_authority_code, line_code,"
    " valid_from, valid_to, region_code, created_at, recorded_at"
)
TOLD = "reason, handed_on, handed_by, received_by, handed_items, handover_note, handover_id"
# What is said of a transfer comes with it in one setting, so that the row is written once and whole.
TELLING = """said ->> 'reason', (said ->> 'handed_on')::date, said ->> 'handed_by', said ->> 'received_by',
           said ->> 'handed_items', said ->> 'handover_note', (said ->> 'handover_id')::uuid"""

# Whoever founds a branch or changes whom it stands under leaves the dated row, whatever way the change takes: no branch
# is ever without one. The writing of the branch was allowed; for the rows that follow from it the scope is the country,
# and the caller's again at the end, as in refresh_facts.
DECLARED = f"""
    today date := {TODAY};
    said jsonb := {SAID};
    lo text := current_setting('liangxin.lo', true);
    hi text := current_setting('liangxin.hi', true);
    whole text := current_setting('liangxin.whole', true);"""
WIDEN = """
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);"""
NARROW = """
    PERFORM set_config('liangxin.lo', coalesce(lo, ''), true), set_config('liangxin.hi', coalesce(hi, ''), true),
            set_config('liangxin.whole', coalesce(whole, ''), true);"""

FOUNDED = f"""
CREATE FUNCTION branches_affiliate_founded() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE {DECLARED}
BEGIN {WIDEN}
    INSERT INTO affiliations ({COLUMNS}, {TOLD})
    SELECT 1, id, authority_id, authority_code, management_mode, outflow_authority_code, authority_code,
           founded_on, dissolved_on, region_code, {INSTANT}, {INSTANT},
           {TELLING}
      FROM new_rows; {NARROW}
    RETURN NULL;
END $$
"""

# The day of a change is told by the setting liangxin.effective_on; otherwise it is today. A second change on one day
# replaces the first. A day before the present affiliation began has no room, and the exclusion refuses it.
CHANGED = f"""
CREATE FUNCTION branches_affiliate_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE {DECLARED}
    day date := coalesce(nullif(current_setting('liangxin.effective_on', true), '')::date, today);
    moved uuid[];
    ended uuid[];
    followed uuid[];
BEGIN
    SELECT coalesce(array_agg(n.id) FILTER (WHERE (n.authority_id, n.management_mode, n.outflow_authority_code)
                           IS DISTINCT FROM (o.authority_id, o.management_mode, o.outflow_authority_code)), '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE n.dissolved_on IS DISTINCT FROM o.dissolved_on), '{{}}'),
           coalesce(array_agg(n.id) FILTER (WHERE (n.region_code, n.authority_code)
                           IS DISTINCT FROM (o.region_code, o.authority_code)), '{{}}')
      INTO moved, ended, followed
      FROM new_rows AS n JOIN old_rows AS o USING (id);
    IF moved = '{{}}' AND ended = '{{}}' AND followed = '{{}}' THEN
        RETURN NULL;
    END IF; {WIDEN}
    UPDATE affiliations AS stood
       SET region_code = n.region_code, line_code = n.authority_code,
           version = stood.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS n
     WHERE n.id = stood.branch_id AND n.id = ANY (followed)
       AND (stood.region_code, stood.line_code) IS DISTINCT FROM (n.region_code, n.authority_code);
    UPDATE affiliations AS stood
       SET valid_to = day, version = stood.version + 1, recorded_at = {INSTANT}
     WHERE branch_id = ANY (moved) AND valid_to IS NULL AND valid_from < day;
    DELETE FROM affiliations WHERE branch_id = ANY (moved) AND valid_to IS NULL AND valid_from = day;
    INSERT INTO affiliations ({COLUMNS}, {TOLD})
    SELECT 1, id, authority_id, authority_code, management_mode, outflow_authority_code, authority_code,
           day, dissolved_on, region_code, {INSTANT}, {INSTANT},
           {TELLING}
      FROM new_rows WHERE id = ANY (moved);
    UPDATE affiliations AS stood
       SET valid_to = greatest(stood.valid_from, n.dissolved_on),
           version = stood.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS n
     WHERE n.id = stood.branch_id AND n.id = ANY (ended) AND n.dissolved_on IS NOT NULL
       AND (stood.valid_to IS NULL OR stood.valid_to > n.dissolved_on); {NARROW}
    RETURN NULL;
END $$
"""

# What is kept about an authority stands where it stands.
FOLLOW = f"""
CREATE FUNCTION authorities_followed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM old_rows AS o JOIN new_rows AS n USING (id)
                WHERE (o.region_code, o.region_level) <> (n.region_code, n.region_level)) THEN
        UPDATE committee_seats AS seat
           SET region_code = n.region_code, region_level = n.region_level,
               version = seat.version + 1, recorded_at = {INSTANT}
          FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE seat.authority_id = n.id AND (o.region_code, o.region_level) <> (n.region_code, n.region_level);
        UPDATE authority_handovers AS handed
           SET region_code = n.region_code, version = handed.version + 1, recorded_at = {INSTANT}
          FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE handed.authority_id = n.id AND o.region_code <> n.region_code;
    END IF;
    RETURN NULL;
END $$
"""

# As in 0005, and of branches that stood under it later than that day: they would have stood outside a superior body.
IN_CHARGE = """
CREATE OR REPLACE FUNCTION authorities_end_refused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM affiliations WHERE authority_id = NEW.id AND valid_from < coalesce(valid_to, 'infinity')
                  AND (valid_to IS NULL OR valid_to > NEW.dissolved_on)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_authorities_in_charge',
                              MESSAGE = 'ck_authorities_in_charge';
    END IF;
    RETURN NULL;
END $$
"""

# How many branches stand directly under a body, wherever they lie: whoever hands over must be able to hand over all.
UNDER = f"""
CREATE FUNCTION branches_under(authority uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer FROM branches
     WHERE authority_id = authority AND (dissolved_on IS NULL OR dissolved_on > {TODAY})
$$
"""

ABOVE = (
    f"(region_code <= {LO} AND region_code + CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000"
    f" WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END >= {HI})"
)


def upgrade() -> None:
    op.drop_constraint("kind", "authorities", type_="check")
    op.create_check_constraint("kind", "authorities", f"kind IN ({AUTHORITY_KINDS})")
    op.add_column("authorities", sa.Column("founding_document", sa.Text()))
    op.add_column(
        "authorities", sa.Column("industries", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
    _handovers()
    _affiliations()
    _seats()
    _fill()
    reading = ("line_code", "authority_code", "outflow_authority_code")
    see = inside("region_code", reading, ("branch_id",))
    write = inside("region_code", ("line_code",), ("branch_id",))
    for statement in (
        *secured("affiliations", see),
        *seen_further("affiliations", see, write),
        *secured("authority_handovers", inside("region_code", ("authority_code", "successor_code"))),
        *secured(
            "committee_seats", f"({inside('region_code', ('authority_code',))} OR {ABOVE})", inside("region_code")
        ),
        *no_overlap("affiliations", "branch_id"),
        *watched("affiliations"),
        *watched("authority_handovers"),
        *watched("committee_seats"),
        FOUNDED,
        "CREATE TRIGGER branches_affiliate_founded AFTER INSERT ON branches REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION branches_affiliate_founded()",
        CHANGED,
        "CREATE TRIGGER branches_affiliate_changed AFTER UPDATE ON branches REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION branches_affiliate_changed()",
        FOLLOW,
        "CREATE TRIGGER authorities_followed AFTER UPDATE ON authorities REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION authorities_followed()",
        "SET ROLE liangxin_lookup",
        IN_CHARGE,
        UNDER,
        "REVOKE ALL ON FUNCTION branches_under(uuid) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION branches_under(uuid) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _handovers() -> None:
    op.create_table(
        "authority_handovers",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("successor_code", sa.BigInteger(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document", sa.Text()),
        sa.Column("handed_by", sa.Text()),
        sa.Column("received_by", sa.Text()),
        sa.Column("handed_items", sa.Text()),
        sa.Column("handover_note", sa.Text()),
        sa.Column("branches", sa.Integer(), nullable=False),
        sa.Column("dissolved", sa.Boolean(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("successor_id <> authority_id", "successor_id"),
        sa.CheckConstraint("reason <> ''", "reason"),
        sa.CheckConstraint("branches >= 0", "branches"),
    )
    op.create_index("ix_authority_handovers_authority_id", "authority_handovers", ["authority_id"])
    op.create_index("ix_authority_handovers_successor_id", "authority_handovers", ["successor_id"])


def _affiliations() -> None:
    op.create_table(
        "affiliations",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("management_mode", sa.Text(), nullable=False),
        sa.Column("outflow_authority_code", sa.BigInteger(), sa.ForeignKey("authorities.code")),
        sa.Column("line_code", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("reason", sa.Text()),
        sa.Column("handed_on", sa.Date()),
        sa.Column("handed_by", sa.Text()),
        sa.Column("received_by", sa.Text()),
        sa.Column("handed_items", sa.Text()),
        sa.Column("handover_note", sa.Text()),
        sa.Column("handover_id", sa.Uuid(), sa.ForeignKey("authority_handovers.id")),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"management_mode IN ({MODES})", "management_mode"),
        sa.CheckConstraint("outflow_authority_code IS NULL OR management_mode = 'dual'", "outflow_authority_code"),
    )
    op.create_index("ix_affiliations_region_code_id", "affiliations", ["region_code", "id"])
    op.create_index("ix_affiliations_authority_code", "affiliations", ["authority_code", "region_code", "id"])
    op.create_index("ix_affiliations_authority_id", "affiliations", ["authority_id"])
    op.create_index("ix_affiliations_line_code", "affiliations", ["line_code", "region_code", "id"])
    for column in ("outflow_authority_code", "handover_id"):
        op.create_index(
            f"ix_affiliations_{column}", "affiliations", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def _seats() -> None:
    op.create_table(
        "committee_seats",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("department_name", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("duty IN ('chair', 'deputy', 'member')", "duty"),
        sa.CheckConstraint("department_name <> '' AND post <> ''", "names"),
    )
    op.create_index("ix_committee_seats_authority_id", "committee_seats", ["authority_id", "valid_from"])
    for statement in no_overlap("committee_seats", "authority_id", "department_name", "post"):
        op.execute(statement)
    op.execute(
        "ALTER TABLE committee_seats ADD CONSTRAINT ex_committee_seats_chair EXCLUDE USING gist"
        " (authority_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (duty = 'chair')"
    )


def _fill() -> None:
    """Branches that stand already: what is known is whom they stand under, and since when they exist. The migrator
    itself sees every row, the owner does not; what is derived is no news and leaves no trail.
    """
    op.execute("RESET ROLE")
    op.execute(
        f"INSERT INTO affiliations ({COLUMNS})"
        " SELECT 1, id, authority_id, authority_code, management_mode, outflow_authority_code, authority_code,"
        " founded_on, dissolved_on, region_code, created_at, recorded_at FROM branches"
    )
    op.execute("SET ROLE liangxin_owner")


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
