"""Use case: what stands in the calendar of a department's liaison."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.core.acts import Act
from app.services.calendars import service as calendars
from app.services.calendars.ics import Event
from app.services.departments import reads as departments
from app.services.departments.liaisons import reads as liaisons
from app.services.joint_meetings.feed import reads
from app.services.joint_meetings.feed.entries import Known, entries
from app.services.joint_meetings.schedules import service as schedules

BACK = timedelta(days=90)
"""How long what is over stays in the calendar."""


async def events(act: Act, liaison_id: UUID) -> Sequence[Event]:
    """The meetings of the liaison's committee from ninety days back to the end of its series: those that his department
    is called to once anybody is, all of them before. What was and is off is cancelled. Nothing for no liaison.
    """
    told = await liaisons.entitled(act, liaison_id)
    if told is None:
        return ()
    since = act.today - BACK
    running = await schedules.running(act, told["committee_id"], since)
    met = await reads.meetings(act, told["committee_id"], told["department_id"], since)
    days = await calendars.working_days(act)
    loaded, when = await reads.edition(act)
    department = await departments.one(act, told["department_id"])
    policy = await schedules.policy_at(act, (int(department["region_code"]), department["region_level"]))
    # A new release of the library knows more days, which moves what was provisional.
    return entries(running, met, Known(days, loaded + len(days.official.days), when, policy), since)
