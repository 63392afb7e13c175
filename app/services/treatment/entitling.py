"""What a month brings one worker: exact integers, rounded once, explained to the fen.

Each day is paid once, by the role held that day that pays the most (never two roles at a time, wherever they are held).
A day of a role is its month's fen times the per cent of the band, divided by the days of the month. All days are summed
exactly and the sum is rounded half up to a whole fen; the largest remainders get what is left, so that the parts of the
explanation add up to the amount.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from app.services.treatment.facts import Bands, Basis, Entitlement, Month, Period, Place, Segment
from app.services.treatment.policy import ROLES
from app.services.treatment.schemes import Schemes

RANK = {role: rank for rank, role in enumerate(ROLES)}
NOTHING = Entitlement(0, (), ())


class _Claim(NamedTuple):
    """Days of one role on which nothing changes: neither the scheme nor the band."""

    start: int
    end: int
    key: UUID
    role: str
    place: Place
    policy: str
    rate: int | None
    band: str | None
    percent: int

    @property
    def order(self) -> tuple[int, int, UUID]:
        """The one that pays the most is first; where two pay alike the higher role, then the earlier entry."""
        return (-(self.rate or 0) * self.percent, RANK[self.role], self.key)

    def like(self, other: "_Claim") -> bool:
        """Whether another claim's days are paid in the same way."""
        return (self.key, self.policy, self.rate, self.band, self.percent) == (
            other.key, other.policy, other.rate, other.band, other.percent,
        )  # fmt: skip


def entitle(periods: Sequence[Period], bands: Bands, month: Month, schemes: Schemes) -> Entitlement:
    """The amount of a month for one worker, with its segments in order of days."""
    claims = _claims(periods, bands, month, schemes)
    if not claims:
        return NOTHING
    runs, unpaid = _chosen(claims)
    parts = [(end - start) * (claim.rate or 0) * claim.percent for start, end, claim in runs]
    amount, shares = apportioned(parts, 100 * month.days)
    segments = tuple(
        Segment(
            claim.key,
            claim.role,
            month.first + timedelta(days=start),
            end - start,
            claim.place,
            claim.policy,
            claim.rate or 0,
            claim.band,
            claim.percent,
            share,
        )
        for (start, end, claim), share in zip(runs, shares, strict=True)
    )
    return Entitlement(amount, segments, tuple((role, unpaid[role]) for role in ROLES if role in unpaid))


def apportioned(parts: Sequence[int], divisor: int) -> tuple[int, list[int]]:
    """The sum of parts/divisor rounded half up, and whole shares that add up to it by the largest remainder."""
    total = (2 * sum(parts) + divisor) // (2 * divisor)
    shares = [part // divisor for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda at: (-(parts[at] % divisor), at))
    for at in by_remainder[: total - sum(shares)]:
        shares[at] += 1
    return total, shares


def basis(periods: Sequence[Period], bands: Bands, month: Month) -> Basis:
    """What of these periods and bands the month rests on: cut to it, in order."""
    held = [_cut(each, month) for each in periods if each.start < month.end]
    kept = tuple(sorted((each for each in held if each.end is None or each.start < each.end), key=_start_and_key))
    earlier = [told for told in bands if told[0] <= month.first]
    within = [told for told in bands if month.first < told[0] < month.end]
    return Basis(kept, tuple([(month.first, band) for _, band in earlier[-1:]] + within))


def again(periods: Sequence[Period], frozen: Basis | None, bands: Bands, month: Month, schemes: Schemes) -> Entitlement:
    """A closed month as it would be listed now, by the schemes of its time.

    Which days somebody held which role is as it is known now; where he held it and how he was appraised stay as the
    list has it. Of whom the list did not know (`frozen` is None) both are as known now.
    """
    if frozen is None:
        return entitle(periods, bands, month, schemes)
    places = {each.key: each.place for each in frozen.periods}
    moved = [Period(each.key, each.role, each.start, each.end, places.get(each.key, each.place)) for each in periods]
    return entitle(moved, frozen.bands, month, schemes)


def _cut(period: Period, month: Month) -> Period:
    start, end = max(period.start, month.first), month.end
    if period.end is not None and period.end < end:
        end = period.end
    if (start, end) == (period.start, period.end):
        return period
    return Period(period.key, period.role, start, end, period.place)


def _start_and_key(period: Period) -> tuple[date, UUID]:
    return period.start, period.key


def _claims(periods: Sequence[Period], bands: Bands, month: Month, schemes: Schemes) -> list[_Claim]:
    banded = _banded(bands, month)
    found = []
    for period in periods:
        first = max(0, (period.start - month.first).days)
        last = month.days if period.end is None else min(month.days, (period.end - month.first).days)
        if first >= last:
            continue
        for from_day, to_day, rates in schemes.pieces(period.place, month):
            for band_from, band_to, band in banded:
                start, end = max(first, from_day, band_from), min(last, to_day, band_to)
                if start < end:
                    found.append(
                        _Claim(
                            start, end, period.key, period.role, period.place, rates.policy,
                            rates.fen[period.role], band, rates.percent[band],
                        )
                    )  # fmt: skip
    return found


def _banded(bands: Bands, month: Month) -> list[tuple[int, int, str | None]]:
    """The band of each day of a month: days from one until another, without a gap."""
    starts: list[tuple[int, str | None]] = [(0, None)]
    for day, band in bands:
        at = max(0, (day - month.first).days)
        if at >= month.days:
            break
        if at == starts[-1][0]:
            starts[-1] = (at, band)
        else:
            starts.append((at, band))
    ends = [at for at, _ in starts[1:]] + [month.days]
    return [(at, end, band) for (at, band), end in zip(starts, ends, strict=True)]


def _chosen(claims: list[_Claim]) -> tuple[list[tuple[int, int, _Claim]], dict[str, int]]:
    """For each day the claim that pays it, as runs of days; and the days that none pays, by role."""
    if len(claims) == 1 and claims[0].rate is not None:  # as most are
        return [(claims[0].start, claims[0].end, claims[0])], {}
    runs: list[tuple[int, int, _Claim]] = []
    unpaid: dict[str, int] = {}
    cuts = sorted({each.start for each in claims} | {each.end for each in claims})
    for start, end in pairwise(cuts):
        held = [each for each in claims if each.start <= start and end <= each.end]
        paying = [each for each in held if each.rate is not None]
        if not paying:
            for role in {each.role for each in held}:
                unpaid[role] = unpaid.get(role, 0) + end - start
            continue
        best = min(paying, key=lambda each: each.order)
        if runs and runs[-1][1] == start and runs[-1][2].like(best):
            runs[-1] = (runs[-1][0], end, best)
        else:
            runs.append((start, end, best))
    return runs, unpaid
