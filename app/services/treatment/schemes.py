"""Which scheme pays at a place on each day of a month, from all that were ever laid down."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.services.policies.facts import InForce
from app.services.regions.stated import lineage
from app.services.treatment.facts import Month, Place
from app.services.treatment.policy import BANDS, DEFAULT, ROLES, TreatmentPolicy


@dataclass(frozen=True, slots=True)
class Rates:
    """A scheme's numbers as they are reckoned with."""

    policy: str
    fen: dict[str, int | None]
    percent: dict[str | None, int]


Piece = tuple[int, int, Rates]
"""Days of a month from one until another (exclusive, counted from 0), and what is paid on them."""


def rates(policy: TreatmentPolicy) -> Rates:
    """A policy's numbers by role and band."""
    return Rates(
        policy.version,
        {role: policy.fen(role).value for role in ROLES},
        {band: policy.percent(band).value for band in (*BANDS, None)},
    )


class Schemes:
    """All schemes by region and day. Whoever asks for a place gets those of the deepest region that had one by a day.

    Answers are remembered: a list asks for few places very often.
    """

    def __init__(self, laid_down: Iterable[InForce[TreatmentPolicy]]) -> None:
        self._default = rates(DEFAULT)
        self._by_region: dict[Place, list[InForce[TreatmentPolicy]]] = defaultdict(list)
        self._rates: dict[str, Rates] = {}
        self._pieces: dict[tuple[Place, Month], tuple[Piece, ...]] = {}
        self.used: dict[str, InForce[TreatmentPolicy]] = {}
        for row in laid_down:
            self._by_region[row.region_code, row.region_level].append(row)
        for rows in self._by_region.values():
            rows.sort(key=_from)

    def pieces(self, place: Place, month: Month) -> tuple[Piece, ...]:
        """The schemes of a place through a month, without a gap."""
        found = self._pieces.get((place, month))
        if found is None:
            found = self._pieces[place, month] = tuple(self._cut(place, month))
        return found

    def _cut(self, place: Place, month: Month) -> Iterable[Piece]:
        rows = [self._by_region[region] for region in lineage(place) if region in self._by_region]
        starts = {0}
        for row in (row for region in rows for row in region):
            day = (_from(row) - month.first).days
            if 0 < day < month.days:
                starts.add(day)
        ordered = sorted(starts)
        for start, end in zip(ordered, [*ordered[1:], month.days], strict=True):
            yield start, end, self._on(rows, month, start)

    def _on(self, rows: list[list[InForce[TreatmentPolicy]]], month: Month, day: int) -> Rates:
        for region in rows:  # the deepest first
            held = [row for row in region if (_from(row) - month.first).days <= day]
            if held:
                row = held[-1]
                self.used[row.numbers.version] = row
                if row.numbers.version not in self._rates:
                    self._rates[row.numbers.version] = rates(row.numbers)
                return self._rates[row.numbers.version]
        return self._default


def _from(row: InForce[TreatmentPolicy]) -> date:
    assert row.valid_from is not None  # noqa: S101  (only the shipped default has none, and it is not laid down)
    return row.valid_from
