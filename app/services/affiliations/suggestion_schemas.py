"""Suggestions of whom a branch had better stand under, on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import Whole
from app.services.authorities.facts import AuthorityKind
from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import ManagementMode
from app.services.regions.stated import RegionCode, RegionLevel

MOST_FIRMS = 500


class CandidateRead(BaseModel):
    """A body that might manage the branch."""

    authority_id: UUID
    code: AuthorityCode
    name: str
    kind: AuthorityKind
    region_code: RegionCode
    region_level: int
    of_trade: bool = Field(description="Whether it takes care of the trade that the suggestion rests on.")


class SuggestionRead(BaseModel):
    """A management mode that fits, why, and who might manage in it, the best first."""

    management_mode: ManagementMode
    reason: str = Field(description="Code of the label namespace `finding`.")
    text: str = Field(description="The reason in the reader's language.")
    limit: Any = Field(description="The policy's number.")
    actual: Any = Field(description="The figure it met.")
    citation: str
    certain: bool = Field(description="False where it rests on a fact that nobody has told.")
    trade: str | None = Field(description="The trade whose line is looked for, as a prefix of a GB/T 4754 code.")
    outflow_authority_code: AuthorityCode | None = Field(
        description="Under dual management: the body at the place most of the floating members came from."
    )
    candidates: list[CandidateRead] = Field(description="Up to five that stand today; none where there is none.")


class Suggestions(BaseModel):
    """Management modes for a branch, the best first; by the territory always fits."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "suggestions": [
                    {
                        "management_mode": "industry",
                        "reason": "affiliation_trade",
                        "text": "100% of its organisations are of a trade with a line of its own (from 50%).",
                        "limit": 50,
                        "actual": 100,
                        "citation": "中共中央办公厅《关于加强社会组织党的建设工作的意见（试行）》（2015年）",
                        "certain": True,
                        "trade": "L7231",
                        "outflow_authority_code": None,
                        "candidates": [
                            {
                                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                                "code": "033001006997000",
                                "name": "中共西湖区律师行业委员会",
                                "kind": "industry_department",
                                "region_code": "330106000000",
                                "region_level": 3,
                                "of_trade": True,
                            }
                        ],
                    }
                ],
                "policy_version": "default-2026",
                "current": {
                    "management_mode": "territorial",
                    "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
                    "agrees": False,
                },
            }
        }
    )

    class Current(BaseModel):
        """How it is now."""

        management_mode: ManagementMode
        authority_id: UUID
        agrees: bool = Field(description="Whether the mode is the first suggestion's.")

    suggestions: list[SuggestionRead]
    policy_version: str
    current: Current | None = Field(description="Null for a branch that is yet to be founded.")


class FloatingDraft(BaseModel):
    """Floating members from one place, beside the branch's own formal members."""

    model_config = ConfigDict(extra="forbid")

    outflow_authority_code: AuthorityCode | None = None
    members: Whole


class SuggestionDraft(BaseModel):
    """A branch that may be founded."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "region_code": "330106010000",
                "organization_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c21"],
                "formal_members": 4,
            }
        },
    )

    region_code: Annotated[RegionCode, Field(description="Where it would sit.")]
    region_level: RegionLevel = None
    organization_ids: Annotated[
        list[UUID], Field(max_length=MOST_FIRMS, description="The organisations it would cover; each once.")
    ]
    formal_members: Whole | None = Field(default=None, description="Default: none known.")
    floating: Annotated[list[FloatingDraft], Field(default_factory=list, max_length=100)]
    directly_registered: bool | None = Field(
        default=None,
        strict=True,
        description="Whether its social organisations are registered directly, without a supervising department.",
    )
