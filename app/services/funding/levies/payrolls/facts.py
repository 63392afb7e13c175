"""What is known of a firm's wages of a year, and whose word counts. Amounts are integer fen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.services.funding.levies.facts import PayrollSource

AMOUNT = "payroll_fen"
STAFF = "staff"
TOLD = (AMOUNT, STAFF)


@dataclass(frozen=True, slots=True)
class Payroll:
    """A firm's wages and average staff of a year; `reported_*` is what partners said last, at `reported_at`."""

    organization_id: UUID
    year: int
    payroll_fen: int | None
    staff: int | None
    source: PayrollSource
    said_at: datetime
    reported_fen: int | None
    reported_staff: int | None
    reported_at: datetime | None
    document: str | None = None  # what an officer entered it by


def heard(
    before: Payroll | None,
    key: tuple[UUID, int],
    values: Mapping[str, Any],
    time: datetime,
    *,
    fill_only: bool = False,
) -> Payroll | None:
    """What stands after a partner's word; None when nothing changes.

    What is left out stays, a null takes back. An earlier word never replaces a later one, and none replaces an
    officer's: it is kept beside it.
    """
    if before is not None and before.reported_at is not None and before.reported_at > time:
        return None
    told = {name: values[name] for name in TOLD if name in values}
    stands = before or Payroll(*key, None, None, PayrollSource.workforce, time, None, None, None)
    if fill_only:
        known = {AMOUNT: stands.payroll_fen, STAFF: stands.staff}
        told = {name: value for name, value in told.items() if known[name] is None}
    if not told and before is not None:
        return None
    after = replace(
        stands,
        reported_fen=told.get(AMOUNT, stands.reported_fen),
        reported_staff=told.get(STAFF, stands.reported_staff),
        reported_at=time,
    )
    if stands.source is PayrollSource.workforce:
        after = replace(after, payroll_fen=after.reported_fen, staff=after.reported_staff, said_at=time)
    return after
