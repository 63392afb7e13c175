"""What is asked of each role in a year and how a year is appraised, each number with the document it is taken from.

A number that another policy has stands there: the rhythm of meetings, the days between visits, the hours of training.
"""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.duties.facts import Band, Consequence
from app.services.policies.facts import PolicyKind
from app.services.teams.policy import TEAM_RULES

APPRAISAL = "《党政领导干部考核工作条例》（2019年）"


@dataclass(frozen=True, slots=True)
class DutyPolicy:
    """Whole per cent unless said otherwise. A target of None is not asked for."""

    version: str
    visits_due_met_percent: Cited[int | None]  # of instructors: of the visits that fell due
    tasks_on_time_percent: Cited[int | None]  # of all who have a place
    branches_founded: Cited[int | None]  # of instructors: branches a year, founded with their help
    excellent_from: Cited[int]
    competent_from: Cited[int]
    basic_from: Cited[int]
    excellent_satisfied: Cited[int]  # of the bodies that answered, the least that are satisfied
    basic_dissatisfied: Cited[int]  # more than this that are not satisfied, and no better band is suggested
    year_over: Cited[bool]  # a year is appraised when it is over
    self_report: Cited[bool]
    opinions: Cited[bool]  # every body that is asked has answered
    decided_by_another: Cited[bool]
    excellent_follows: Cited[tuple[Consequence, ...]]
    competent_follows: Cited[tuple[Consequence, ...]]
    basic_follows: Cited[tuple[Consequence, ...]]
    incompetent_follows: Cited[tuple[Consequence, ...]]

    def __post_init__(self) -> None:
        """Raises WrongBands for bands out of order, or a per cent that cannot be meant."""
        bands = (100, self.excellent_from.value, self.competent_from.value, self.basic_from.value, 0)
        asked = (self.visits_due_met_percent, self.tasks_on_time_percent)
        shares = (self.excellent_satisfied.value, self.basic_dissatisfied.value)
        percents = [*shares, *(each.value for each in asked if each.value is not None)]
        if list(bands) != sorted(bands, reverse=True) or not all(0 <= each <= 100 for each in percents):
            raise WrongBands
        if self.branches_founded.value is not None and self.branches_founded.value < 0:
            raise WrongBands

    def least(self, band: Band) -> Cited[int]:
        """The score from which a band is reached; the last one from nothing."""
        return {
            Band.excellent: self.excellent_from,
            Band.competent: self.competent_from,
            Band.basic: self.basic_from,
        }.get(band, Cited(0, LOCAL_PRACTICE))

    def follows(self, band: Band) -> Cited[tuple[Consequence, ...]]:
        """What normally follows from a band."""
        return {
            Band.excellent: self.excellent_follows,
            Band.competent: self.competent_follows,
            Band.basic: self.basic_follows,
            Band.incompetent: self.incompetent_follows,
        }[band]


class WrongBands(ValueError):
    """Bands out of order, or a number out of bounds; `code` is a label of the namespace `line`."""

    code = "duty_bands_wrong"


DEFAULT = DutyPolicy(
    version="default-2026",
    visits_due_met_percent=Cited(100, TWO_NEW_OPINION),
    tasks_on_time_percent=Cited(90, LOCAL_PRACTICE),
    branches_founded=Cited(None, LOCAL_PRACTICE),
    excellent_from=Cited(90, LOCAL_PRACTICE),
    competent_from=Cited(80, LOCAL_PRACTICE),
    basic_from=Cited(60, LOCAL_PRACTICE),
    excellent_satisfied=Cited(80, TWO_NEW_OPINION),
    basic_dissatisfied=Cited(30, TWO_NEW_OPINION),
    year_over=Cited(True, LOCAL_PRACTICE),
    self_report=Cited(True, TEAM_RULES),
    opinions=Cited(True, TWO_NEW_OPINION),
    decided_by_another=Cited(True, APPRAISAL),
    excellent_follows=Cited((Consequence.keep_on,), LOCAL_PRACTICE),
    competent_follows=Cited((Consequence.keep_on,), LOCAL_PRACTICE),
    basic_follows=Cited((Consequence.talk, Consequence.retrain), LOCAL_PRACTICE),
    incompetent_follows=Cited((Consequence.retrain, Consequence.adjust_post), LOCAL_PRACTICE),
)

KIND = PolicyKind("duties", DEFAULT)
