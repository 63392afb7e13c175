"""Plans, their groups, and formation tasks."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import inside, scoped, secured

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PLACES = (
    "'standalone', 'attach', 'territorial', 'joint', 'alone', 'enter_above_scale', 'reach', 'find_out',"
    " 'own_from_shared'"
)
OWNERS = (
    "'authority', 'community', 'union', 'youth_league', 'womens_federation', 'federation', 'instructor', 'department'"
)
TASKS = "'form', 'take_in', 'recruit', 'transfer', 'guide', 'reach', 'find_out', 'talk', 'publicity'"
DEEDS = (
    "'visited', 'talked', 'explained_policy', 'gave_material', 'held_meeting', 'counted_members', 'applied',"
    " 'founded', 'went_in', 'other'"
)
TASK_SCOPE = inside("region_code", ("authority_code",), ("organization_id", "branch_id"))


def upgrade() -> None:
    _plans()
    _tasks()
    for statement in (
        *scoped("plans"),
        *watched("plans"),
        *scoped("plan_places"),
        *watched("plan_places"),
        *scoped("plan_place_organizations"),
        *secured("formation_tasks", TASK_SCOPE),
        *watched("formation_tasks"),
        # As for a branch: who manages it stands in the row itself. An owner that is no authority has no code.
        "CREATE TRIGGER formation_tasks_authority_code BEFORE INSERT OR UPDATE OF authority_id, authority_code"
        " ON formation_tasks FOR EACH ROW EXECUTE FUNCTION branches_authority_code()",
        *secured("formation_task_entries", TASK_SCOPE),
        *watched("formation_task_entries"),
    ):
        op.execute(statement)


def _region() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("limits", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("computed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("closing_reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('computed', 'edited', 'approved', 'superseded')", "state"),
        *_region(),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", "approved"),
    )
    op.create_index("ix_plans_region_code_id", "plans", ["region_code", "id"])
    op.create_table(
        "plan_places",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("host_id", sa.Uuid(), sa.ForeignKey("hosts.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("body", sa.Text()),
        sa.Column("organizations", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer()),
        sa.Column("distance", sa.Integer()),
        sa.Column("nearness", sa.Text()),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("drop_reason", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("plan_id", "turn"),
        sa.UniqueConstraint("id", "plan_id"),
        sa.CheckConstraint(f"kind IN ({PLACES})", "kind"),
        sa.CheckConstraint("state IN ('proposed', 'edited', 'approved', 'dropped')", "state"),
        sa.CheckConstraint("nearness IN ('host', 'community', 'street', 'county')", "nearness"),
        sa.CheckConstraint(f"body IN ({OWNERS})", "body"),
        sa.CheckConstraint("(kind = 'attach') = (branch_id IS NOT NULL)", "branch_id"),
        sa.CheckConstraint("organizations >= 0 AND members >= 0 AND distance >= 0 AND turn > 0", "numbers"),
        *_region(),
    )
    op.create_index("ix_plan_places_region_code_id", "plan_places", ["region_code", "id"])
    op.create_table(
        "plan_place_organizations",
        sa.Column("plan_id", sa.Uuid(), primary_key=True),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), primary_key=True),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("members", sa.Integer()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["place_id", "plan_id"], ["plan_places.id", "plan_places.plan_id"]),
    )
    for column in ("place_id", "organization_id", "region_code"):
        op.create_index(f"ix_plan_place_organizations_{column}", "plan_place_organizations", [column])


def _tasks() -> None:
    op.create_table(
        "formation_tasks",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("plans.id")),
        sa.Column("place_id", sa.Uuid(), sa.ForeignKey("plan_places.id")),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text()),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id")),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({TASKS})", "kind"),
        sa.CheckConstraint(f"owner_kind IN ({OWNERS})", "owner_kind"),
        sa.CheckConstraint("state IN ('open', 'doing', 'done', 'dropped')", "state"),
        sa.CheckConstraint("(owner_kind = 'authority') = (authority_id IS NOT NULL)", "authority_id"),
        sa.CheckConstraint("(owner_kind = 'authority') = (owner_name IS NULL) AND owner_name <> ''", "owner_name"),
        sa.CheckConstraint("(state IN ('done', 'dropped')) = (ended_on IS NOT NULL)", "ended_on"),
        *_region(),
    )
    op.create_index("ix_formation_tasks_region_code_id", "formation_tasks", ["region_code", "id"])
    op.create_index("ix_formation_tasks_authority_code", "formation_tasks", ["authority_code", "region_code", "id"])
    for column in ("place_id", "organization_id", "branch_id"):
        op.create_index(
            f"ix_formation_tasks_{column}",
            "formation_tasks",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_table(
        "formation_task_entries",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid(), sa.ForeignKey("formation_tasks.id"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"did IN ({DEEDS})", "did"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )
    for column in ("task_id", "region_code"):
        op.create_index(f"ix_formation_task_entries_{column}", "formation_task_entries", [column])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
