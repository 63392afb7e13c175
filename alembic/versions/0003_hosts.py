"""The tables of hosts."""

import sqlalchemy as sa

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import scoped

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "'community', 'park', 'trade_association', 'commercial_building', 'market', 'leading_firm', 'origin_liaison'"


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hosts"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", name="region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="closed_on"),
    )
    op.create_index(
        "uq_hosts_region_code_kind_name",
        "hosts",
        ["region_code", "kind", "name"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index("ix_hosts_region_code_id", "hosts", ["region_code", "id"])
    for statement in (*scoped("hosts"), *watched("hosts")):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
