"""How much of what party workers learn in a year, each number with the document it is taken from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE
from app.services.policies.facts import PolicyKind
from app.services.workers.facts import OF_POSTS, WorkerRole

PLAN: Final = "《2019—2023年全国党员教育培训工作规划》"


@dataclass(frozen=True, slots=True)
class TrainingPolicy:
    """Hours (学时) a year by role, null where nothing is asked, and what an hour is in minutes.

    Secretaries, deputies and committee members attend `team_sessions` trainings a year once they have held such a role
    for `sessions_after_days` days of it. `practice_days` are an instructor's days on postings, null where none are
    asked.
    """

    version: str
    minutes_per_hour: Cited[int]
    secretary_hours: Cited[int | None]
    deputy_secretary_hours: Cited[int | None]
    committee_member_hours: Cited[int | None]
    full_time_worker_hours: Cited[int | None]
    instructor_hours: Cited[int | None]
    liaison_hours: Cited[int | None]
    team_sessions: Cited[int]
    sessions_after_days: Cited[int]
    practice_days: Cited[int | None]

    def __post_init__(self) -> None:
        """Raises WrongStudy for what no year can hold."""
        hours = [cited.value for cited in self.hours.values() if cited.value is not None]
        days = self.practice_days.value
        fits = (
            1 <= self.minutes_per_hour.value <= 120
            and all(0 <= each <= 2_000 for each in hours)
            and 0 <= self.team_sessions.value <= 100
            and 1 <= self.sessions_after_days.value <= 366
            and (days is None or 0 <= days <= 366)
        )
        if not fits:
            raise WrongStudy

    @property
    def hours(self) -> Mapping[WorkerRole, Cited[int | None]]:
        """The yearly hours by role."""
        return {role: getattr(self, f"{role}_hours") for role in WorkerRole}

    def asked_of(self, role: WorkerRole) -> int:
        """Hours a year that a role asks for; none where the policy has none."""
        return self.hours[role].value or 0

    def limits(self) -> tuple[tuple[int, frozenset[WorkerRole]], ...]:
        """Each number of hours that some role asks for, from the least, with the roles that ask for that or more."""
        asked = sorted({self.asked_of(role) for role in WorkerRole} - {0})
        return tuple((hours, frozenset(role for role in WorkerRole if self.asked_of(role) >= hours)) for hours in asked)

    def ranked(self) -> tuple[WorkerRole, ...]:
        """Roles that ask for hours, the most demanding first; of equals the one named first in the field's order."""
        asking = [role for role in WorkerRole if self.asked_of(role)]
        return tuple(sorted(asking, key=lambda role: -self.asked_of(role)))


class WrongStudy(ValueError):
    """Numbers that no year can hold; `code` is a label of the namespace `line`."""

    code = "training_policy_wrong"


TEAM: Final = tuple(role for role in WorkerRole if role in OF_POSTS)
"""The roles of a branch's team."""

DEFAULT = TrainingPolicy(
    version="default-2026",
    minutes_per_hour=Cited(45, LOCAL_PRACTICE),
    secretary_hours=Cited(56, PLAN),
    deputy_secretary_hours=Cited(56, PLAN),
    committee_member_hours=Cited(56, PLAN),
    full_time_worker_hours=Cited(32, PLAN),
    instructor_hours=Cited(32, PLAN),
    liaison_hours=Cited(None, LOCAL_PRACTICE),
    team_sessions=Cited(1, PLAN),
    sessions_after_days=Cited(183, LOCAL_PRACTICE),
    practice_days=Cited(None, LOCAL_PRACTICE),
)

KIND = PolicyKind("training", DEFAULT)
