"""Terms, posts, what branches hold, and the steps they took."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.dated import no_overlap
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured, seen_further

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
STAGES = "'established', 'consolidated', 'standardized'"

# What a branch has stands where the branch stands and belongs to its line: copied when it is written.
STANDS = """
CREATE FUNCTION stands_with_branch() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code, outflow_authority_code
      INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
      FROM branches WHERE id = NEW.branch_id;
    RETURN NEW;
END $$
"""

# And it goes along when the branch moves or comes under another authority. By that a row may leave the writer's own
# scope, which row-level security refuses: it follows from a write that was allowed, so for its sake alone the scope is
# the whole country, and the caller's again at the end. (An error ends the transaction, and the widening too.)
ALONG = f"""
CREATE FUNCTION branches_take_along() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    lo text := current_setting('liangxin.lo', true);
    hi text := current_setting('liangxin.hi', true);
    whole text := current_setting('liangxin.whole', true);
    moved uuid[];
    ended uuid[];
    kept text;
BEGIN
    SELECT array_agg(new_rows.id) FILTER (
               WHERE (new_rows.region_code, new_rows.authority_code, new_rows.outflow_authority_code)
                     IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code, old_rows.outflow_authority_code)),
           array_agg(new_rows.id) FILTER (WHERE new_rows.dissolved_on IS NOT NULL AND old_rows.dissolved_on IS NULL)
      INTO moved, ended FROM new_rows JOIN old_rows USING (id);
    IF moved IS NULL AND ended IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);
    IF ended IS NOT NULL THEN
        UPDATE posts SET valid_to = greatest(posts.valid_from, branches.dissolved_on), end_kind = 'dissolved',
               version = posts.version + 1, recorded_at = {INSTANT}
          FROM branches WHERE branches.id = posts.branch_id AND posts.branch_id = ANY (ended)
           AND (posts.valid_to IS NULL OR posts.valid_to > branches.dissolved_on);
        UPDATE terms SET valid_to = greatest(terms.valid_from, branches.dissolved_on), end_kind = 'dissolved',
               version = terms.version + 1, recorded_at = {INSTANT}
          FROM branches WHERE branches.id = terms.branch_id AND terms.branch_id = ANY (ended)
           AND (terms.valid_to IS NULL OR terms.valid_to > branches.dissolved_on);
    END IF;
    IF moved IS NOT NULL THEN
        FOREACH kept IN ARRAY TG_ARGV LOOP
            EXECUTE format(
                'UPDATE %I AS kept SET region_code = branches.region_code, authority_code = branches.authority_code,'
                ' outflow_authority_code = branches.outflow_authority_code, version = kept.version + 1,'
                ' recorded_at = $2 FROM branches WHERE branches.id = kept.branch_id AND kept.branch_id = ANY ($1)',
                kept) USING moved, {INSTANT};
        END LOOP;
    END IF;
    PERFORM set_config('liangxin.lo', coalesce(lo, ''), true), set_config('liangxin.hi', coalesce(hi, ''), true),
            set_config('liangxin.whole', coalesce(whole, ''), true);
    RETURN NULL;
END $$
"""

# Whoever is erased leaves no name behind in the posts held: those have the member's key alone, and lose it.
LEAVE = f"""
CREATE FUNCTION members_leave_posts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    lo text := current_setting('liangxin.lo', true);
    hi text := current_setting('liangxin.hi', true);
    whole text := current_setting('liangxin.whole', true);
BEGIN
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);
    UPDATE posts SET member_id = NULL, version = version + 1, recorded_at = {INSTANT} WHERE member_id = OLD.id;
    PERFORM set_config('liangxin.lo', coalesce(lo, ''), true), set_config('liangxin.hi', coalesce(hi, ''), true),
            set_config('liangxin.whole', coalesce(whole, ''), true);
    RETURN OLD;
END $$
"""

# Whether a branch still has something to cover does not depend on who asks: an organisation elsewhere keeps it from
# being hollow. Numbers alone are told.
AT_WORK = """
CREATE FUNCTION branch_organizations_at_work(branch uuid, day date, OUT ever integer, OUT now integer, OUT at_work integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), count(*) FILTER (WHERE holds),
           count(*) FILTER (WHERE holds AND organizations.status IN ('operating', 'suspended'))
      FROM (SELECT organization_id, valid_from <= day AND (valid_to IS NULL OR valid_to > day) AS holds
              FROM branch_organizations WHERE branch_id = branch) AS link
      JOIN organizations ON organizations.id = link.organization_id
$$
"""  # noqa: E501  (one signature)

KEPT = ("terms", "posts", "activities", "stage_steps")


def upgrade() -> None:
    op.execute(STANDS)
    _terms()
    _posts()
    _activities()
    _steps()
    own = ("branch_id",)
    see = inside("region_code", ("authority_code", "outflow_authority_code"), own)
    write = inside("region_code", ("authority_code",), own)
    along = ", ".join(f"'{table}'" for table in KEPT)
    for table in KEPT:
        masked = ("holder_name",) if table == "posts" else ()
        for statement in (
            f"CREATE TRIGGER {table}_stands_with_branch BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION stands_with_branch()",
            *secured(table, see),
            *seen_further(table, see, write),
            *watched(table, masked=masked),
        ):
            op.execute(statement)
    for statement in (
        *no_overlap("terms", "branch_id"),
        "ALTER TABLE posts ADD CONSTRAINT ck_posts_period CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        "ALTER TABLE posts ADD CONSTRAINT ex_posts_secretary EXCLUDE USING gist"
        " (branch_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (role = 'secretary')",
        "ALTER TABLE posts ADD CONSTRAINT ex_posts_member EXCLUDE USING gist"
        " (branch_id WITH =, member_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (member_id IS NOT NULL)",
        ALONG,
        "CREATE TRIGGER branches_take_along AFTER UPDATE ON branches REFERENCING OLD TABLE AS old_rows"
        f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION branches_take_along({along})",
        LEAVE,
        "CREATE TRIGGER members_leave_posts BEFORE DELETE ON members"
        " FOR EACH ROW EXECUTE FUNCTION members_leave_posts()",
        "SET ROLE liangxin_lookup",
        AT_WORK,
        "REVOKE ALL ON FUNCTION branch_organizations_at_work(uuid, date) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION branch_organizations_at_work(uuid, date) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _stands() -> list[SchemaItem]:
    """The columns of what a branch has, with when it was entered."""
    return [
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("outflow_authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _terms() -> None:
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended_to", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("end_kind", sa.Text()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("approval_document", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_stands(),
        sa.UniqueConstraint("id", "branch_id"),
        sa.UniqueConstraint("branch_id", "number"),
        sa.CheckConstraint("election IN ('elected', 'appointed')", "election"),
        sa.CheckConstraint("number >= 1", "number"),
        sa.CheckConstraint("chosen_on <= valid_from", "chosen_on"),
        sa.CheckConstraint("due_on > valid_from", "due_on"),
        sa.CheckConstraint("extended_to > due_on", "extended_to"),
        sa.CheckConstraint("end_kind IN ('replaced', 'ended', 'dissolved')", "end_kind"),
        sa.CheckConstraint("(valid_to IS NULL) = (end_kind IS NULL)", "ended"),
        sa.CheckConstraint("end_kind <> 'ended' OR end_reason IS NOT NULL", "end_reason"),
    )
    op.create_index("ix_terms_region_code_id", "terms", ["region_code", "id"])
    op.create_index("ix_terms_authority_code", "terms", ["authority_code", "region_code", "id"])


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id")),
        sa.Column("holder_name", sa.Text()),
        sa.Column("stated_formal", sa.Boolean()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("selection_channel", sa.Text(), nullable=False),
        sa.Column("qualifications", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("end_kind", sa.Text()),
        sa.Column("end_reason", sa.Text()),
        *_stands(),
        sa.ForeignKeyConstraint(["term_id", "branch_id"], ["terms.id", "terms.branch_id"]),
        sa.CheckConstraint("role IN ('secretary', 'deputy_secretary', 'committee_member')", "role"),
        sa.CheckConstraint("selection_channel IN ('internal', 'external', 'dispatched')", "selection_channel"),
        sa.CheckConstraint("num_nonnulls(member_id, holder_name) <= 1", "holder"),
        sa.CheckConstraint("holder_name <> ''", "holder_name"),
        sa.CheckConstraint("end_kind IN ('replaced', 'ended', 'dissolved')", "end_kind"),
        sa.CheckConstraint("(valid_to IS NULL) = (end_kind IS NULL)", "ended"),
        sa.CheckConstraint("end_kind <> 'ended' OR end_reason IS NOT NULL", "end_reason"),
    )
    op.create_index("ix_posts_term_id", "posts", ["term_id"])
    op.create_index("ix_posts_member_id", "posts", ["member_id"], postgresql_where=sa.text("member_id IS NOT NULL"))
    op.create_index("ix_posts_region_code_id", "posts", ["region_code", "id"])
    op.create_index("ix_posts_authority_code", "posts", ["authority_code", "region_code", "id"])


def _activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer()),
        sa.Column("cancel_reason", sa.Text()),
        *_stands(),
        sa.CheckConstraint("kind IN ('members_meeting', 'committee_meeting', 'lecture', 'theme_day')", "kind"),
        sa.CheckConstraint("topic <> ''", "topic"),
        sa.CheckConstraint("attended >= 1 AND expected >= 1", "numbers"),
        sa.CheckConstraint("cancel_reason <> ''", "cancel_reason"),
    )
    op.create_index("ix_activities_region_code_id", "activities", ["region_code", "id"])
    op.create_index("ix_activities_authority_code", "activities", ["authority_code", "region_code", "id"])
    op.create_index(
        "uq_activities_branch_id_kind_held_on_topic",
        "activities",
        ["branch_id", "kind", "held_on", "topic"],
        unique=True,
        postgresql_where=sa.text("cancel_reason IS NULL"),
    )
    op.create_index(
        "ix_activities_branch_id_held_on",
        "activities",
        ["branch_id", "held_on"],
        postgresql_include=["kind"],
        postgresql_where=sa.text("cancel_reason IS NULL"),
    )


def _steps() -> None:
    op.create_table(
        "stage_steps",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("stage_before", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("checklist", postgresql.JSONB(), nullable=False),
        *_stands(),
        sa.CheckConstraint(f"ARRAY[stage_before, stage] <@ ARRAY[{STAGES}]", "stages"),
        sa.CheckConstraint("stage_before <> stage", "step"),
    )
    op.create_index("ix_stage_steps_branch_id", "stage_steps", ["branch_id"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
