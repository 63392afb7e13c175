"""What a year's payroll makes: the ratio that holds, the plan and the limit. Pure; whole fen, rounded down."""

from app.services.funding.levies.facts import Band, Computed, Firm, Ratio, RatioSource, share
from app.services.funding.levies.policy import LevyPolicy


def computed(firm: Firm, policy: LevyPolicy) -> Computed:
    """A firm's levy by a policy. Without a payroll there is neither plan nor limit: none is taken for zero."""
    ratio = ratio_of(firm, policy)
    limit = policy.limit_permyriad.value
    payroll = firm.payroll_fen
    return Computed(
        firm=firm,
        ratio=ratio,
        limit_permyriad=limit,
        limit_fen=None if payroll is None else share(payroll, limit),
        planned_fen=None if payroll is None or ratio.permyriad is None else share(payroll, ratio.permyriad),
    )


def ratio_of(firm: Firm, policy: LevyPolicy) -> Ratio:
    """The ratio that is planned by: what was filed, else the district's for the firm's size, else the policy's."""
    if firm.filed_permyriad is not None:
        return Ratio(firm.filed_permyriad, RatioSource.filed)
    band = band_of(firm, policy)
    if band is not None:
        return Ratio(band.permyriad, RatioSource.band, band)
    default = policy.default_permyriad.value
    return Ratio(default, RatioSource.default) if default else Ratio(None, RatioSource.none)


def band_of(firm: Firm, policy: LevyPolicy) -> Band | None:
    """The band of the most staff, then of the most members, that the firm reaches. An unknown size reaches only 0."""
    reached = [
        band
        for band in policy.bands.value
        if band.staff_from <= (firm.staff or 0) and band.members_from <= (firm.members or 0)
    ]
    return max(reached, key=lambda band: (band.staff_from, band.members_from), default=None)
