"""Terms, posts, what branches hold, and the steps they took."""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the commits that bring the tables."""


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
