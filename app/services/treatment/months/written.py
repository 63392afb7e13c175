"""A list's values as JSON, the same in the table and on the wire, and read back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.services.policies import wire
from app.services.policies.facts import InForce
from app.services.treatment.facts import Basis, Entitlement, Period
from app.services.treatment.policy import TreatmentPolicy


def segments(found: Entitlement) -> list[dict[str, Any]]:
    """How an amount is made up."""
    return [
        {
            "role_id": str(each.key),
            "role": each.role,
            "start": each.start.isoformat(),
            "days": each.days,
            "region_code": f"{each.place[0]:012d}",
            "region_level": each.place[1],
            "policy_version": each.policy,
            "rate_fen": each.rate_fen,
            "band": each.band,
            "percent": each.percent,
            "share_fen": each.share_fen,
        }
        for each in found.segments
    ]


def unpaid(found: Entitlement) -> list[dict[str, Any]]:
    """The days for which nobody laid down a scheme."""
    return [{"role": role, "days": days} for role, days in found.unpaid]


def basis(found: Basis) -> dict[str, Any]:
    """What an amount was computed from."""
    return {
        "periods": [
            [str(each.key), each.role, each.start.isoformat(), each.end and each.end.isoformat(), *each.place]
            for each in found.periods
        ],
        "bands": [[day.isoformat(), band] for day, band in found.bands],
    }


def read_basis(told: Mapping[str, Any]) -> Basis:
    """What was written by `basis`."""
    return Basis(
        tuple(
            Period(UUID(key), role, date.fromisoformat(start), end and date.fromisoformat(end), (code, level))
            for key, role, start, end, code, level in told["periods"]
        ),
        tuple((date.fromisoformat(day), band) for day, band in told["bands"]),
    )


def schemes(used: Sequence[InForce[TreatmentPolicy]]) -> list[dict[str, Any]]:
    """Schemes as they stood, whole."""
    return [
        {
            "policy_version": each.numbers.version,
            "region_code": f"{each.region_code:012d}",
            "region_level": each.region_level,
            "valid_from": each.valid_from and each.valid_from.isoformat(),
            "numbers": wire.written(each.numbers),
        }
        for each in used
    ]
