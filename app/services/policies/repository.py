"""Writing policies."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.services.policies.models import PolicyRow


async def lay_down(
    act: Act,
    kind: str,
    place: tuple[int, int],
    valid_from: date,
    numbers: dict[str, Any],
    changed: dict[str, Any],
    reason: str,
) -> UUID:
    """Add a policy's next version; two of one kind for one place and day are refused by the table."""
    row = PolicyRow(
        kind=kind,
        region_code=place[0],
        region_level=place[1],
        valid_from=valid_from,
        numbers=numbers,
        changed=changed,
        reason=reason,
        decided_by=act.by.id,
        recorded_at=act.now,
    )
    act.session.add(row)
    await act.session.flush()
    return row.id
