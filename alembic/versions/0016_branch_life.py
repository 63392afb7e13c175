"""Applications, successions, temporary and project branches."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the commits that bring the tables."""


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
