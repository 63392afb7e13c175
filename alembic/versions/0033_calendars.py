"""Working days that an operator loads, and private calendar feeds."""

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
