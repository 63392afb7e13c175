"""The tables of authorities and branches, and what the database itself refuses about them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.dated import no_overlap
from app.core.history import watched
from app.core.rowsecurity import HI, LO, NOW, inside, scoped, secured

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AUTHORITY_KINDS = (
    "'township', 'village', 'unit', 'industry_department', 'entrusted_department', 'work_committee',"
    " 'social_work_department'"
)

# What still stands is looked for past the caller's scope: a branch elsewhere may lean on this host or stand under this
# authority, and a branch may cover organisations that its dissolver does not see. The names of these conditions are
# what the caller is told, and nothing else.
STANDING = """
CREATE FUNCTION {table}_end_refused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    {checks}
    RETURN NULL;
END $$
"""
CHECK = """IF EXISTS (SELECT 1 FROM {other} WHERE {key} = NEW.id AND ({until} IS NULL OR {until} > NEW.{ended})) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', MESSAGE = '{name}';
    END IF;"""

ENDS = (
    ("hosts", "closed_on", (("branches", "host_id", "dissolved_on", "ck_hosts_leaned_on"),)),
    ("authorities", "dissolved_on", (("branches", "authority_id", "dissolved_on", "ck_authorities_in_charge"),)),
    (
        "branches",
        "dissolved_on",
        (
            ("branches", "parent_id", "dissolved_on", "ck_branches_has_children"),
            ("branch_organizations", "branch_id", "valid_to", "ck_branches_covers_beyond_scope"),
        ),
    ),
)

# A link is seen by whoever sees the organisation: when that moves, its links move with it.
FOLLOW = f"""
CREATE FUNCTION branch_organizations_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM old_rows JOIN new_rows USING (id) WHERE old_rows.region_code <> new_rows.region_code) THEN
        UPDATE branch_organizations AS link
           SET region_code = new_rows.region_code, version = link.version + 1,
               recorded_at = coalesce({NOW}, clock_timestamp())
          FROM new_rows JOIN old_rows USING (id)
         WHERE link.organization_id = new_rows.id AND old_rows.region_code <> new_rows.region_code;
    END IF;
    RETURN NULL;
END $$
"""

# A branch may stand under its city's department: superior bodies above the scope are seen, though not written.
ABOVE = (
    f"(region_code <= {LO} AND region_code + CASE region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000"
    f" WHEN 2 THEN 100000000 WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END >= {HI})"
)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # trusted: the database's owner may create it
    _authorities()
    _branches()
    _links()
    for statement in secured("authorities", f"({inside('region_code')} OR {ABOVE})", inside("region_code")):
        op.execute(statement)
    for table in ("branches", "branch_organizations"):
        for statement in scoped(table):
            op.execute(statement)
    for table in ("authorities", "branches", "branch_organizations"):
        for statement in watched(table):
            op.execute(statement)
    for statement in no_overlap("branch_organizations", "organization_id"):
        op.execute(statement)
    op.execute(FOLLOW)
    op.execute(
        "CREATE TRIGGER branch_organizations_follow AFTER UPDATE ON organizations"
        " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION branch_organizations_follow()"
    )
    for table, ended, others in ENDS:
        checks = "\n    ".join(
            CHECK.format(other=other, key=key, until=until, ended=ended, name=name)
            for other, key, until, name in others
        )
        op.execute("SET ROLE liangxin_lookup")
        op.execute(STANDING.format(table=table, checks=checks))
        op.execute(f"REVOKE ALL ON FUNCTION {table}_end_refused() FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {table}_end_refused() TO liangxin_owner")
        op.execute("SET ROLE liangxin_owner")
        op.execute(
            f"CREATE TRIGGER {table}_end_refused AFTER UPDATE OF {ended} ON {table} FOR EACH ROW"
            f" WHEN (NEW.{ended} IS NOT NULL AND OLD.{ended} IS DISTINCT FROM NEW.{ended})"
            f" EXECUTE FUNCTION {table}_end_refused()"
        )


def _authorities() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("founded_on", sa.Date()),
        sa.Column("dissolved_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("code BETWEEN 1000000000000 AND 999999999999999", "code"),
        sa.CheckConstraint(f"kind IN ({AUTHORITY_KINDS})", "kind"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("dissolved_on >= founded_on", "dissolved_on"),
    )
    op.create_index("ix_authorities_region_code_id", "authorities", ["region_code", "id"])


def _branches() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("formation_mode", sa.Text(), nullable=False),
        sa.Column("management_mode", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("host_id", sa.Uuid(), sa.ForeignKey("hosts.id")),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("dissolved_on", sa.Date()),
        sa.Column("dissolution_reason", sa.Text()),
        sa.Column("formal_members", sa.Integer(), nullable=False),
        sa.Column("probationary_members", sa.Integer(), nullable=False),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("id", "formation_mode"),
        sa.CheckConstraint("level IN ('branch', 'general_branch', 'committee')", "level"),
        sa.CheckConstraint("formation_mode IN ('standalone', 'joint', 'attached', 'territorial')", "formation_mode"),
        sa.CheckConstraint("management_mode IN ('territorial', 'industry', 'entrusted', 'dual')", "management_mode"),
        sa.CheckConstraint("stage IN ('established', 'consolidated', 'standardized')", "stage"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("formal_members >= 0 AND probationary_members >= 0", "members"),
        sa.CheckConstraint("parent_id <> id", "parent_id"),
        sa.CheckConstraint("dissolved_on >= founded_on", "dissolved_on"),
        sa.CheckConstraint("(dissolved_on IS NULL) = (dissolution_reason IS NULL)", "dissolution_reason"),
    )
    op.create_index("ix_branches_region_code_id", "branches", ["region_code", "id"])
    op.create_index("ix_branches_authority_id", "branches", ["authority_id"])
    for column in ("host_id", "parent_id"):
        op.create_index(
            f"ix_branches_{column}", "branches", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def _links() -> None:
    op.create_table(
        "branch_organizations",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("formation_mode", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id", "formation_mode"], ["branches.id", "branches.formation_mode"]),
    )
    op.create_index("ix_branch_organizations_branch_id", "branch_organizations", ["branch_id"])
    op.create_index("ix_branch_organizations_organization_id", "branch_organizations", ["organization_id"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
