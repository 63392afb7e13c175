"""What earlier meetings decided and is not accepted yet stands at the head of the next agenda, by itself."""

from app.core.acts import Act
from app.services.joint_meetings.agenda import repository
from app.services.joint_meetings.facts import MeetingKind
from app.services.joint_meetings.models import Meeting


async def carry_over(act: Act, meeting: Meeting) -> None:
    """Bring the head of a meeting's agenda up to date: items that were settled since go, new ones come, none twice.

    The meeting is locked and has not been held. Liaisons meet to prepare: their meeting carries nothing.
    """
    if meeting.kind == MeetingKind.liaison:
        return
    wanted = await repository.left_open(act, meeting)
    await repository.head(act, meeting, wanted)
