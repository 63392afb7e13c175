"""The tables of regions."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.rowsecurity import readable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regions",
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("parent_code", sa.BigInteger()),
        sa.Column("parent_level", sa.SmallInteger()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "level", name="pk_regions"),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name="level"),
        sa.CheckConstraint("code BETWEEN 0 AND 999999999999", name="code"),
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint("source IN ('shipped', 'operator')", name="source"),
        sa.CheckConstraint("(level = 0) = (parent_level IS NULL)", name="parent"),
    )
    op.create_index("ix_regions_parent_code_parent_level", "regions", ["parent_code", "parent_level", "code"])
    op.create_index("ix_regions_name", "regions", ["name"])
    op.create_index("ix_regions_pinyin", "regions", ["pinyin"])
    op.create_index("ix_regions_initials", "regions", ["initials"])
    op.create_table(
        "retired_regions",
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("successors", postgresql.JSONB(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "level", "name", name="pk_retired_regions"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        sa.CheckConstraint("source IN ('shipped', 'operator')", name="source"),
    )
    op.create_table(
        "region_provinces",
        sa.Column("code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("roads_stamp", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_region_provinces"),
    )
    op.create_table(
        "region_roads",
        sa.Column("area_code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area_code", "token", "region_code", name="pk_region_roads"),
        sa.CheckConstraint("rows > 0", name="rows"),
    )
    for table in ("regions", "retired_regions", "region_provinces", "region_roads"):
        for statement in readable(table):
            op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
