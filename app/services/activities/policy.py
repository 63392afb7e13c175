"""How often what is held, each number with the document it is taken from."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.activities.facts import ActivityKind
from app.services.policies.facts import PolicyKind

MEETINGS = "《中国共产党支部工作条例（试行）》（2018年）第四章"
LIFE = "《中国共产党支部工作条例（试行）》（2018年）第五章"


@dataclass(frozen=True, slots=True)
class RhythmPolicy:
    """One of each kind in so many months: calendar months or quarters, counted from January."""

    version: str
    members_meeting_months: Cited[int]
    committee_meeting_months: Cited[int]
    lecture_months: Cited[int]
    theme_day_months: Cited[int]

    def __post_init__(self) -> None:
        """Raises WrongPeriod for a number of months that does not divide a year."""
        for kind in ActivityKind:
            months = self.months(kind).value
            if months < 1 or 12 % months:
                raise WrongPeriod

    def months(self, kind: ActivityKind) -> Cited[int]:
        """The period of a kind."""
        return {
            ActivityKind.members_meeting: self.members_meeting_months,
            ActivityKind.committee_meeting: self.committee_meeting_months,
            ActivityKind.lecture: self.lecture_months,
            ActivityKind.theme_day: self.theme_day_months,
        }[kind]


class WrongPeriod(ValueError):
    """A period that does not divide a year; `code` is a label of the namespace `line`."""

    code = "rhythm_period_wrong"


DEFAULT = RhythmPolicy(
    version="default-2026",
    members_meeting_months=Cited(3, MEETINGS),
    committee_meeting_months=Cited(1, MEETINGS),
    lecture_months=Cited(3, LIFE),
    theme_day_months=Cited(1, LIFE),
)

KIND = PolicyKind("rhythm", DEFAULT)
