"""Departments of the joint meeting: duties, liaisons, what they push."""

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
