"""The numbers coverage is judged by, each with the document it is taken from.

A policy is dated data of a region; these are the defaults. Thresholds must lie on the published cut points that the
facts key keeps (organizations/bands.py): another value is refused when the policy is made, with the points listed.
"""

from dataclasses import dataclass
from typing import Literal

from app.core.findings import Cited
from app.services.organizations.bands import MEMBERS, REVENUE, STAFF
from app.services.organizations.kinds import ENTERPRISE_KINDS, TWO_NEW_KINDS, Kind
from app.services.organizations.sectors import Sector
from app.services.policies.facts import PolicyKind

CONSTITUTION = "《中国共产党章程》（2022年修改）第三十条"
BRANCH_RULES = "《中国共产党支部工作条例（试行）》（2018年）第四条"
JOINT_RULES = "《中国共产党支部工作条例（试行）》（2018年）第五条"
TWO_NEW_OPINION = "《关于加强和改进非公有制企业党的建设工作的意见（试行）》（中办发〔2012〕11号）"
STATISTICS = "国家统计局《一套表统计调查制度》调查单位范围"
BULLETIN = "《中国共产党党内统计公报》"
LOCAL_PRACTICE = "地方两新工委工作口径（默认值）"

MemberBasis = Literal["relation", "working"]
Channel = Literal[
    "has_instructor",
    "has_liaison",
    "has_union",
    "has_youth_league",
    "has_womens_organisation",
    "in_federation",
    "community_leads",
]
DenominatorName = Literal["all_operating", "eligible", "above_scale", "has_members", "san_you"]

CHANNELS: tuple[Channel, ...] = (
    "has_instructor",
    "has_liaison",
    "has_union",
    "has_youth_league",
    "has_womens_organisation",
    "in_federation",
    "community_leads",
)
DENOMINATORS: tuple[DenominatorName, ...] = ("all_operating", "eligible", "above_scale", "has_members", "san_you")

# Legal-person units, as the party's own yearly statistics count them: neither the self-employed nor bodies that are
# not registered at all. Where members are, the branch rules hold for every unit, so nothing is left out there.
LEGAL_PERSONS = tuple(kind for kind in TWO_NEW_KINDS if kind not in (Kind.self_employed, Kind.informal_body))


@dataclass(frozen=True, slots=True)
class ScaleLimit:
    """From which yearly revenue (yuan) a unit of a sector is above scale; below `never_below` it certainly is not.

    The two differ where one sector's trades have limits of their own (services: 5, 10 or 20 million), and revenue alone
    cannot decide between them.
    """

    sector: Sector
    from_yuan: int
    never_below: int


SCALE_LIMITS = (
    ScaleLimit(Sector.industry, 20_000_000, 20_000_000),
    ScaleLimit(Sector.wholesale, 20_000_000, 20_000_000),
    ScaleLimit(Sector.retail, 5_000_000, 5_000_000),
    ScaleLimit(Sector.lodging_catering, 2_000_000, 2_000_000),
    ScaleLimit(Sector.services, 20_000_000, 5_000_000),
)


@dataclass(frozen=True, slots=True)
class CoveragePolicy:
    """What counts, from how many on, by which count. `version` is told with every figure."""

    version: str
    member_basis: Cited[MemberBasis]
    branch_minimum: Cited[int]
    above_scale: Cited[tuple[ScaleLimit, ...]]
    # Some places add "or at least 100 staff"; None leaves that off.
    above_scale_staff: Cited[int | None]
    san_you_staff: Cited[int]
    work_channels: Cited[tuple[Channel, ...]]
    counted_all_operating: Cited[tuple[Kind, ...]]
    counted_eligible: Cited[tuple[Kind, ...]]
    counted_above_scale: Cited[tuple[Kind, ...]]
    counted_has_members: Cited[tuple[Kind, ...]]
    counted_san_you: Cited[tuple[Kind, ...]]
    joint_from: Cited[int]  # from how many members on a joint branch is asked for
    above_scale_needs: Cited[str]
    no_members_needs: Cited[str]
    stated_reason: Cited[str]

    def __post_init__(self) -> None:
        """Raise OffCutPoint for a threshold that no stored band can decide."""
        MEMBERS.require(self.branch_minimum.value)
        MEMBERS.require(self.joint_from.value)
        STAFF.require(self.san_you_staff.value)
        if self.above_scale_staff.value is not None:
            STAFF.require(self.above_scale_staff.value)
        for limit in self.above_scale.value:
            REVENUE.require(limit.from_yuan)
            REVENUE.require(limit.never_below)

    def counted(self, denominator: DenominatorName) -> Cited[tuple[Kind, ...]]:
        """The kinds that a denominator counts."""
        return {
            "all_operating": self.counted_all_operating,
            "eligible": self.counted_eligible,
            "above_scale": self.counted_above_scale,
            "has_members": self.counted_has_members,
            "san_you": self.counted_san_you,
        }[denominator]


DEFAULT = CoveragePolicy(
    version="default-2026",
    member_basis=Cited("relation", BULLETIN),
    branch_minimum=Cited(3, CONSTITUTION),
    above_scale=Cited(SCALE_LIMITS, STATISTICS),
    above_scale_staff=Cited(None, LOCAL_PRACTICE),
    san_you_staff=Cited(10, LOCAL_PRACTICE),
    work_channels=Cited(CHANNELS, TWO_NEW_OPINION),
    counted_all_operating=Cited(LEGAL_PERSONS, BULLETIN),
    counted_eligible=Cited(TWO_NEW_KINDS, CONSTITUTION),
    counted_above_scale=Cited(ENTERPRISE_KINDS, STATISTICS),
    counted_has_members=Cited(TWO_NEW_KINDS, CONSTITUTION),
    counted_san_you=Cited(LEGAL_PERSONS, LOCAL_PRACTICE),
    joint_from=Cited(1, JOINT_RULES),
    above_scale_needs=Cited("branch", TWO_NEW_OPINION),
    no_members_needs=Cited("work", TWO_NEW_OPINION),
    stated_reason=Cited("reason", LOCAL_PRACTICE),
)

KIND = PolicyKind("coverage", DEFAULT)
