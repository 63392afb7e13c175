"""What a caller may narrow the list of organisations by."""

from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Instant
from app.services.organizations.bands import MEMBERS
from app.services.organizations.facts import CoverageMode, Status, UncoveredReason
from app.services.organizations.kinds import Kind
from app.services.organizations.schemas import Industry
from app.services.regions.stated import RegionCode, RegionLevelAsked

MemberBand = Literal["unknown", "0", "1", "2", "3-6", "7-49", "50-99", "100-"]


class OrganizationFilters(BaseModel):
    """What narrows a list of organisations; all conditions hold together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: RegionCode | None = Field(default=None, description="Everything under this region.")
    region_level: RegionLevelAsked = None
    search: Annotated[
        str | None,
        Field(
            min_length=2,
            max_length=60,
            description="Part of the name: two Chinese characters or more, or two syllables of pinyin or more.",
        ),
    ] = None
    kind: Kind | None = Field(default=None, description="What it is; label namespace `kind`.")
    status: Status | None = Field(default=None, description="Whether it is at work; label namespace `status`.")
    coverage_mode: CoverageMode | None = Field(default=None, description="How a branch covers it.")
    covered: bool | None = Field(default=None, description="Whether any branch covers it.")
    uncovered_reason: UncoveredReason | None = Field(default=None, description="Why it has no branch (未建原因).")
    above_scale_reported: bool | None = Field(default=None, description="As a source has reported it.")
    fixed_premises: bool | None = Field(default=None, description="As a source has reported it.")
    members_working: MemberBand | None = Field(default=None, description="Formal members who work there.")
    members_relation: MemberBand | None = Field(default=None, description="Formal members by their relation.")
    has_instructor: bool | None = Field(default=None, description="False: none, or nobody has told; so below.")
    has_liaison: bool | None = Field(default=None, description="A liaison works there.")
    has_union: bool | None = Field(default=None, description="It has a union.")
    has_youth_league: bool | None = Field(default=None, description="It has a youth league organisation.")
    has_womens_organisation: bool | None = Field(default=None, description="It has a women's organisation.")
    in_federation: bool | None = Field(default=None, description="It belongs to the federation of industry.")
    community_leads: bool | None = Field(default=None, description="The community leads party work there.")
    placed: bool | None = Field(default=None, description="Whether its county is known.")
    industry: Industry | None = Field(default=None, description="A GB/T 4754 code or its beginning.")
    host_id: UUID | None = Field(default=None, description="The host it leans on.")
    updated_since: Instant | None = Field(default=None, description="Recorded at or after this instant.")

    def facts(self) -> dict[str, tuple[Any, ...]]:
        """The conditions that the facts key can judge: fact to the values that pass."""
        said: dict[str, tuple[Any, ...]] = {
            name: (value,) for name in _JUDGED if (value := getattr(self, name)) is not None
        }
        if self.covered is not None:
            modes = said.get("coverage_mode", tuple(CoverageMode))
            said["coverage_mode"] = tuple(mode for mode in modes if (mode is not CoverageMode.none) is self.covered)
        if self.placed is not None:
            said["unplaced"] = (not self.placed,)
        for name, fact in (
            ("members_working", "formal_members_working"),
            ("members_relation", "formal_members_relation"),
        ):
            if (band := getattr(self, name)) is not None:
                said[fact] = (MEMBERS.bands[get_args(MemberBand).index(band)],)
        return said

    def others(self) -> dict[str, Any]:
        """The conditions that it cannot judge, beside region and search."""
        return {
            name: value
            for name in ("industry", "host_id", "updated_since")
            if (value := getattr(self, name)) is not None
        }

    def fingerprint(self) -> str:
        """What binds a cursor to these conditions."""
        return repr([(name, getattr(self, name)) for name in OrganizationFilters.model_fields])


_JUDGED = (
    "kind",
    "status",
    "coverage_mode",
    "uncovered_reason",
    "above_scale_reported",
    "fixed_premises",
    "has_instructor",
    "has_liaison",
    "has_union",
    "has_youth_league",
    "has_womens_organisation",
    "in_federation",
    "community_leads",
)
