"""Party members, and the counts of them that facts rest on."""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the commits that bring the tables."""


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
