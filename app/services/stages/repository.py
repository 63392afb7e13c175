"""Steps, as they are written."""

from typing import Any

from sqlalchemy import insert

from app.core.acts import Act
from app.services.stages.models import StageStep


async def add(act: Act, values: dict[str, Any]) -> None:
    """Insert a step; where it stands is the branch's."""
    await act.session.execute(
        insert(StageStep)
        .values(version=1, taken_on=act.today, taken_by=act.by.id, created_at=act.now, recorded_at=act.now, **values)
        .inline()
    )
