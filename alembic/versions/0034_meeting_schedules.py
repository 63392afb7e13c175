"""Series of joint meetings and their exceptions."""

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
