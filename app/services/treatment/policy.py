"""What party workers are paid a month: subsidies by role, weighed by the yearly appraisal.

No document of the country names an amount: it asks for suitable subsidies and leaves them to the places. So there is no
scheme until a place lays one down, and a role without one is told as such and never taken for zero.
"""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.policies.facts import PolicyKind

ACCOUNTING = "《中华人民共和国会计法》关于单位内部会计监督的规定：经办与审批相互分离"
MOST_FEN = 10_000_000  # a month: whatever is above is a slip of the pen
MOST_PERCENT = 300

ROLES = ("secretary", "deputy_secretary", "committee_member", "full_time_worker", "instructor", "liaison")
"""In this order where two pay alike."""
BANDS = ("excellent", "competent", "basic", "incompetent")
UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class TreatmentPolicy:
    """Fen a month by role (None: no scheme; 0: a scheme that says nothing is paid), per cent of it by band."""

    version: str
    secretary_fen: Cited[int | None]
    deputy_secretary_fen: Cited[int | None]
    committee_member_fen: Cited[int | None]
    full_time_worker_fen: Cited[int | None]
    instructor_fen: Cited[int | None]
    liaison_fen: Cited[int | None]
    excellent_percent: Cited[int]
    competent_percent: Cited[int]
    basic_percent: Cited[int]
    incompetent_percent: Cited[int]
    unreviewed_percent: Cited[int]  # whoever has not been appraised yet
    closed_by_another: Cited[bool]

    def __post_init__(self) -> None:
        """Raises WrongSubsidy for an amount or a per cent that cannot be meant."""
        for role in ROLES:
            value = self.fen(role).value
            if value is not None and not 0 <= value <= MOST_FEN:
                raise WrongSubsidy("subsidy_wrong", MOST_FEN)
        for band in (*BANDS, None):
            if not 0 <= self.percent(band).value <= MOST_PERCENT:
                raise WrongSubsidy("subsidy_percent_wrong", MOST_PERCENT)

    def fen(self, role: str) -> Cited[int | None]:
        """What a role is paid a month."""
        cited: Cited[int | None] = getattr(self, f"{role}_fen")
        return cited

    def percent(self, band: str | None) -> Cited[int]:
        """How much of it, by the band of the last decided review; None: there is none."""
        cited: Cited[int] = getattr(self, f"{band or UNREVIEWED}_percent")
        return cited


class WrongSubsidy(ValueError):
    """A number out of bounds; `code` is a label of the namespace `line`."""

    def __init__(self, code: str, most: int) -> None:
        self.code = code
        self.params = {"most": most}
        super().__init__(code)


NO_SCHEME: Cited[int | None] = Cited(None, TWO_NEW_OPINION)
WHOLE = Cited(100, LOCAL_PRACTICE)

DEFAULT = TreatmentPolicy(
    version="default-2026",
    secretary_fen=NO_SCHEME,
    deputy_secretary_fen=NO_SCHEME,
    committee_member_fen=NO_SCHEME,
    full_time_worker_fen=NO_SCHEME,
    instructor_fen=NO_SCHEME,
    liaison_fen=NO_SCHEME,
    excellent_percent=WHOLE,
    competent_percent=WHOLE,
    basic_percent=WHOLE,
    incompetent_percent=WHOLE,
    unreviewed_percent=WHOLE,
    closed_by_another=Cited(True, ACCOUNTING),
)

KIND = PolicyKind("treatment", DEFAULT)
