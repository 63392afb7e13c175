"""Coordinates, and which host an organisation sits in."""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the commits that bring the tables."""


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
