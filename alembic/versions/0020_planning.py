"""Plans, their groups, and formation tasks."""

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the commits that bring the tables."""


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
