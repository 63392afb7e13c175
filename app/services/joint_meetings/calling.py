"""When a meeting is, and what is due before it: by the series it belongs to, the policy in force, and working days."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from app.core.acts import Act
from app.services.calendars import service as calendars
from app.services.joint_meetings.policy import KIND, JointMeetingPolicy
from app.services.joint_meetings.schedules import models as _schedules  # noqa: F401  (its table is referred to)
from app.services.joint_meetings.schedules.holding import due_before
from app.services.policies import service as policies
from app.services.regions.stated import lineage


class Placed(Protocol):
    """Whatever stands in a region."""

    @property
    def region_code(self) -> int:
        """Its code."""

    @property
    def region_level(self) -> int:
        """Its level."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last days for topics and for answers."""

    topics: date
    attendance: date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A meeting as its series has it."""

    committee_id: UUID
    purpose: str
    title: str
    starts_at: datetime
    minutes: int
    place: str


async def policy_at(act: Act, place: Placed) -> JointMeetingPolicy:
    """The numbers in force where a committee stands, today."""
    return (await policies.at(act, KIND, lineage((place.region_code, place.region_level)), act.today)).numbers


async def due(act: Act, policy: JointMeetingPolicy, held_on: date) -> Due:
    """What is due before a meeting on that day, each moved back to a working day."""
    days = await calendars.working_days(act)
    ahead = (policy.topics_days.value, policy.attendance_days.value)
    return Due(*(due_before(held_on, each, days) for each in ahead))


async def occurrence(act: Act, schedule_id: UUID, day: date) -> Occurrence:
    """The meeting that a series has on a day."""
    raise NotImplementedError
