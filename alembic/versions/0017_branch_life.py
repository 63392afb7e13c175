"""Applications for branches, what a branch became, and branches for a time or a project."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"

# A succession is seen from both ends, so it carries the places and lines of both.
ENDS = """
CREATE FUNCTION branch_successions_ends() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
      FROM branches WHERE id = NEW.predecessor_id;
    SELECT region_code, authority_code INTO NEW.successor_region_code, NEW.successor_authority_code
      FROM branches WHERE id = NEW.successor_id;
    RETURN NEW;
END $$
"""

# It follows when either branch moves or comes under another authority. One end alone may lie in the mover's scope and
# then leave it; what follows from a move that was allowed is done for the whole country, as in 0010.
FOLLOW = f"""
CREATE FUNCTION branch_successions_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE branch_successions AS told
       SET region_code = gone.region_code, authority_code = gone.authority_code,
           successor_region_code = heir.region_code, successor_authority_code = heir.authority_code,
           version = told.version + 1, recorded_at = {INSTANT}
      FROM branches AS gone, branches AS heir
     WHERE gone.id = told.predecessor_id AND heir.id = told.successor_id
       AND (told.predecessor_id = ANY (moved) OR told.successor_id = ANY (moved));
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# As in 0005, and no branch ends with members on its roll: their relation would be nowhere.
ENDED = """
CREATE OR REPLACE FUNCTION branches_end_refused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM branches WHERE parent_id = NEW.id
               AND (dissolved_on IS NULL OR dissolved_on > NEW.dissolved_on)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_branches_has_children',
                              MESSAGE = 'ck_branches_has_children';
    END IF;
    IF EXISTS (SELECT 1 FROM branch_organizations WHERE branch_id = NEW.id
               AND (valid_to IS NULL OR valid_to > NEW.dissolved_on)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_branches_covers_beyond_scope',
                              MESSAGE = 'ck_branches_covers_beyond_scope';
    END IF;
    IF EXISTS (SELECT 1 FROM members WHERE branch_id = NEW.id AND state = 'current') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_branches_has_members',
                              MESSAGE = 'ck_branches_has_members';
    END IF;
    RETURN NULL;
END $$
"""

# When a branch is divided its members go with their employer, and those without one where `rest` says (null: they
# stay). `organizations` and `heirs` are pairs.
DIVIDE = """
CREATE FUNCTION divide_members(leaving uuid, organizations uuid[], heirs uuid[], rest uuid, day date) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    entering jsonb;
BEGIN
    SELECT coalesce(jsonb_object_agg(members.id, pair.heir), '{}') INTO entering
      FROM members JOIN unnest(organizations, heirs) AS pair (organization_id, heir) USING (organization_id)
     WHERE members.branch_id = leaving AND members.state = 'current';
    PERFORM narrow_scope(narrow);
    RETURN move_members(ARRAY[leaving], entering || jsonb_strip_nulls(jsonb_build_object('*', rest)), day);
END $$
"""

APPLICATIONS_SCOPE = inside("region_code", ("authority_code",), ("branch_id",))
SUCCESSIONS_SCOPE = (
    f"({inside('region_code', ('authority_code',), ('predecessor_id', 'successor_id'))}"
    f" OR {inside('successor_region_code', ('successor_authority_code',))})"
)


def upgrade() -> None:
    _terms()
    _applications()
    _successions()
    for statement in (
        *secured("branch_applications", APPLICATIONS_SCOPE),
        *watched("branch_applications"),
        "CREATE TRIGGER branch_applications_authority_code BEFORE INSERT OR UPDATE OF authority_id, authority_code"
        " ON branch_applications FOR EACH ROW EXECUTE FUNCTION branches_authority_code()",
        *secured("branch_successions", SUCCESSIONS_SCOPE),
        *watched("branch_successions"),
        ENDS,
        "CREATE TRIGGER branch_successions_ends BEFORE INSERT ON branch_successions"
        " FOR EACH ROW EXECUTE FUNCTION branch_successions_ends()",
        FOLLOW,
        "CREATE TRIGGER branch_successions_follow AFTER UPDATE ON branches REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION branch_successions_follow()",
        DIVIDE,
        "SET ROLE liangxin_lookup",
        ENDED,
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _terms() -> None:
    op.add_column("branches", sa.Column("term_kind", sa.Text(), nullable=False, server_default=sa.text("'regular'")))
    op.add_column("branches", sa.Column("ends_on", sa.Date()))
    op.add_column("branches", sa.Column("approved_on", sa.Date()))
    op.add_column("branches", sa.Column("filed_on", sa.Date()))
    op.add_column("branches", sa.Column("succeeded", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    for name, condition in (
        ("term_kind", "term_kind IN ('regular', 'temporary', 'project')"),
        ("ends_on", "(term_kind = 'regular') = (ends_on IS NULL)"),
        ("term", "ends_on > founded_on"),
        ("approved_on", "approved_on <= founded_on"),
        ("filed_on", "filed_on >= founded_on"),
        ("succeeded", "NOT succeeded OR dissolved_on IS NOT NULL"),
    ):
        op.create_check_constraint(name, "branches", condition)
    op.create_index("ix_branches_ends_on", "branches", ["ends_on"], postgresql_where=sa.text("ends_on IS NOT NULL"))


def _applications() -> None:
    op.create_table(
        "branch_applications",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("draft", postgresql.JSONB(), nullable=False),
        sa.Column("organization_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("decision_reason", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("election", sa.Text()),
        sa.Column("founded_on", sa.Date()),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("filed_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('applied', 'approved', 'returned', 'withdrawn', 'founded', 'filed')", "state"),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
        sa.CheckConstraint("due_on >= applied_on", "due_on"),
        sa.CheckConstraint("decided_on >= applied_on", "decided_on"),
        sa.CheckConstraint("(decided_on IS NULL) = (decided_by IS NULL)", "decided_by"),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'returned', 'founded', 'filed') OR decided_on IS NOT NULL", "decided"
        ),
        sa.CheckConstraint("election IN ('elected', 'appointed')", "election"),
        sa.CheckConstraint("(state IN ('founded', 'filed')) = (branch_id IS NOT NULL)", "branch_id"),
        sa.CheckConstraint("(branch_id IS NULL) = (founded_on IS NULL)", "founded_on"),
        sa.CheckConstraint("(branch_id IS NULL) = (election IS NULL)", "elected"),
        sa.CheckConstraint("(state = 'filed') = (filed_on IS NOT NULL)", "filed_on"),
    )
    op.create_index("ix_branch_applications_region_code_id", "branch_applications", ["region_code", "id"])
    op.create_index(
        "ix_branch_applications_authority_code", "branch_applications", ["authority_code", "region_code", "id"]
    )
    op.create_index("ix_branch_applications_authority_id", "branch_applications", ["authority_id"])
    op.create_index(
        "ix_branch_applications_due_on", "branch_applications", ["due_on"],
        postgresql_where=sa.text("state = 'applied'"),
    )  # fmt: skip
    op.create_index(
        "ix_branch_applications_branch_id", "branch_applications", ["branch_id"], unique=True,
        postgresql_where=sa.text("branch_id IS NOT NULL"),
    )  # fmt: skip


def _successions() -> None:
    op.create_table(
        "branch_successions",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("successor_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("succeeded_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("successor_region_code", sa.BigInteger(), nullable=False),
        sa.Column("successor_authority_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("predecessor_id", "successor_id"),
        sa.CheckConstraint("kind IN ('merger', 'split', 'reform')", "kind"),
        sa.CheckConstraint("predecessor_id <> successor_id", "ends"),
        sa.CheckConstraint("reason <> ''", "reason"),
    )
    op.create_index("ix_branch_successions_successor_id", "branch_successions", ["successor_id"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
