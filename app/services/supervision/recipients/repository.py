"""What was told to whom, as entities."""

from app.core.acts import Act
from app.services.supervision.models import NoticeRecipient


async def save(act: Act, row: NoticeRecipient) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
