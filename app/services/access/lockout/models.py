"""The table of failed sign-ins: one row for what has failed lately, shared by all processes."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class SignInFailure(Base):
    """How often one key has failed since it last had rest. Keys are written by `rules`; rows end with the rest."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
