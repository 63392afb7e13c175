"""The tables of coverage: what changed, how it stands, how it stood."""

from datetime import date

from sqlalchemy import BigInteger, Date, Identity, Index, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class CoverageDelta(Base):
    """A change not yet folded into the tallies: so many organisations more or less with these facts in this region.

    Written by the triggers of organizations, in the transaction of the change; appended and never updated, so that
    writers do not queue. `day` is the Shanghai date of recording.
    """

    __tablename__ = "coverage_deltas"
    __table_args__ = (Index(None, "region_code"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    region_code: Mapped[int] = mapped_column(BigInteger)
    region_level: Mapped[int] = mapped_column(SmallInteger)
    facts_key: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int] = mapped_column(Integer)


class CoverageTally(Base):
    """How many organisations of a region, at any of the six levels, have these facts, as folded so far.

    A row stays when its count falls to nought: the keys a region ever had are how its past days are found.
    """

    __tablename__ = "coverage_tallies"

    region_level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    region_code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    facts_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(Integer)


class CoverageDay(Base):
    """The same count at the end of a day on which it changed. It holds until the key's next row."""

    __tablename__ = "coverage_days"

    region_level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    region_code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    facts_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
