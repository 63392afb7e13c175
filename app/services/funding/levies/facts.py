"""Frozen values of levies: states, where a ratio comes from, what is computed for a firm and a year.

Amounts are integer fen, ratios ten-thousandths (100: one per cent). What a ratio makes of a payroll is rounded down to
the fen, the plan as well as the limit: nobody plans or deducts a fraction of a fen too much.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.services.organizations.kinds import TWO_NEW_KINDS, Kind

OFFICER: Final = "officer"
WORKFORCE: Final = "workforce"
WHOLE: Final = 10_000
"""Ten-thousandths in the whole."""


class LevyState(StrEnum):
    """How far a firm's levy of a year is."""

    planned = "planned"
    settled = "settled"  # frozen; what comes later is an adjustment
    discarded = "discarded"


class RatioSource(StrEnum):
    """Where the ratio comes from that is planned by."""

    filed = "filed"  # the firm filed it
    band = "band"  # the district's, by size
    default = "default"  # the policy's, where nothing was filed
    none = "none"  # nobody plans anything; the limit holds all the same


class RatioState(StrEnum):
    """Whether a filing holds."""

    filed = "filed"
    withdrawn = "withdrawn"


class PayrollSource(StrEnum):
    """Who said a payroll."""

    workforce = "workforce"  # a partner's file
    officer = "officer"  # an officer, by a document; it stands against later files


class SetAsideState(StrEnum):
    """Whether a set-aside stands."""

    posted = "posted"
    reversed = "reversed"


class AdjustmentCause(StrEnum):
    """What came after the settlement."""

    payroll = "payroll"
    set_aside = "set_aside"
    spending = "spending"


@dataclass(frozen=True, slots=True)
class Band:
    """A district's ratio for firms of at least this many staff and formal members."""

    staff_from: int
    members_from: int
    permyriad: int


@dataclass(frozen=True, slots=True)
class Firm:
    """What a firm's levy of a year is computed from. None: nobody has said."""

    id: UUID
    name: str
    uscc: str | None
    kind: Kind
    staff: int | None
    members: int | None
    payroll_fen: int | None
    payroll_source: PayrollSource | None
    payroll_said_at: datetime | None
    filed_permyriad: int | None = None
    ratio_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A committee that is referred to."""

    id: UUID
    kind: str
    region_code: int
    region_level: int
    code: int
    dissolved_on: date | None

    @property
    def place(self) -> tuple[int, int]:
        """Its region, as code and level."""
        return self.region_code, self.region_level


@dataclass(frozen=True, slots=True)
class Found:
    """A firm with what is known of its year beside what is computed from."""

    firm: Firm
    in_reach: bool
    reported_fen: int | None
    ratio_document: str | None
    payroll_document: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A firm that something is entered for, and where it stands."""

    id: UUID
    kind: Kind
    region_code: int
    region_level: int
    line_code: int | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio planned by, in ten-thousandths, and where it comes from."""

    permyriad: int | None
    source: RatioSource
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """What a year's payroll makes: the plan (None: nothing is planned) and what may be deducted at most."""

    firm: Firm
    ratio: Ratio
    limit_permyriad: int
    limit_fen: int | None
    planned_fen: int | None


@dataclass(frozen=True, slots=True)
class Booked:
    """What the books hold of a firm's levy in a year, fen: set aside, spent, and by use."""

    set_aside_fen: int = 0
    spent_fen: int = 0
    by_use: tuple[tuple[str, int], ...] = ()


def share(fen: int, permyriad: int) -> int:
    """Ten-thousandths of an amount, rounded down to the fen."""
    return fen * permyriad // WHOLE


def deductible(spent_fen: int, limit_fen: int) -> int:
    """What may be deducted before income tax: what was really spent, up to the limit."""
    return min(spent_fen, limit_fen)


def levied(kind: Kind) -> bool:
    """Whether an organisation's levy is this house's: the two-new kinds, and those nobody has told the kind of."""
    return kind in TWO_NEW_KINDS or kind is Kind.unclassified
