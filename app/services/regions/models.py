"""Tables of regions: those in force, those retired, the state of each province, and what roads were learnt."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class Region(Base):
    """A region in force. Identity is code and level: three cities and their only county share a code."""

    __tablename__ = "regions"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 5", name="level"),
        CheckConstraint("code BETWEEN 0 AND 999999999999", name="code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("source IN ('shipped', 'operator')", name="source"),
        CheckConstraint("(level = 0) = (parent_level IS NULL)", name="parent"),
        Index("ix_regions_parent_code_parent_level", "parent_code", "parent_level", "code"),
        # Prefixes; the database's collation is C, so that these serve ^@.
        Index("ix_regions_name", "name"),
        Index("ix_regions_pinyin", "pinyin"),
        Index("ix_regions_initials", "initials"),
    )

    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    parent_code: Mapped[int | None] = mapped_column(BigInteger)
    parent_level: Mapped[int | None] = mapped_column(SmallInteger)
    name: Mapped[str]
    pinyin: Mapped[str]
    initials: Mapped[str]
    source: Mapped[str]


class RetiredRegion(Base):
    """A region no longer in force, or one in force that gave up a part; ``successors`` as [{code, level}]."""

    __tablename__ = "retired_regions"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("source IN ('shipped', 'operator')", name="source"),
    )

    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[str]
    successors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    source: Mapped[str]


class RegionProvince(Base):
    """What stands in the tables of a province: which shipped file, and two stamps that every change moves on.

    ``edited`` tells that an operator's word has changed it since: then the file no longer says what the table says.
    Code 0 stands for the country: its stamp covers the retired regions, and ``learnt_at`` is when roads were last
    learnt from the register.
    """

    __tablename__ = "region_provinces"

    code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fingerprint: Mapped[str]
    entries: Mapped[int]
    edited: Mapped[bool]
    stamp: Mapped[int]
    roads_stamp: Mapped[int]
    recorded_at: Mapped[datetime]
    learnt_at: Mapped[datetime | None]


class RegionRoad(Base):
    """How many placed organisations of an area named a road or place and lie in a region."""

    __tablename__ = "region_roads"
    __table_args__ = (CheckConstraint("rows > 0", name="rows"),)

    area_code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(primary_key=True)
    region_code: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rows: Mapped[int]
