"""Joint meetings: agenda, invitations, minutes."""

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
