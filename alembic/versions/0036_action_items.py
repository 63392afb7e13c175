"""What was decided, and what became of it."""

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
