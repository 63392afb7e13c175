"""A line in figures, on the wire."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.branches.facts import FormationMode, Level, ManagementMode, Stage
from app.services.regions.stated import RegionCode, RegionLevelAsked


class Figure(BaseModel):
    """How many branches, and of what."""

    branches: int
    stages: dict[Stage, int]
    management_modes: dict[ManagementMode, int]
    formation_modes: dict[FormationMode, int]
    levels: dict[Level, int]
    formal_members: int
    probationary_members: int
    organizations: int = Field(description="Organisations covered today.")


class LineRow(BaseModel):
    """One part of a line."""

    key: str = Field(description="The code of a body directly below (15 digits) or of a region (12).")
    id: UUID | None = Field(
        description="That body, where the caller sees it; null of regions and of codes without one."
    )
    name: str | None
    figure: Figure


NUMBERS: dict[str, Any] = {
    "branches": 12,
    "stages": {"established": 7, "consolidated": 4, "standardized": 1},
    "management_modes": {"territorial": 0, "industry": 12, "entrusted": 0, "dual": 0},
    "formation_modes": {"standalone": 8, "joint": 4, "attached": 0, "territorial": 0},
    "levels": {"branch": 11, "general_branch": 1, "committee": 0},
    "formal_members": 96,
    "probationary_members": 5,
    "organizations": 21,
}


class LineFigures(BaseModel):
    """A line's branches in figures: under a body and all below it by code, as far as the caller sees them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c15",
                "code": "033001006997000",
                "name": "中共西湖区律师行业委员会",
                "day": "2026-03-02",
                "total": NUMBERS,
                "outflow": 3,
                "by": "region",
                "rows": [{"key": "330106010000", "id": None, "name": "转塘街道", "figure": NUMBERS}],
            }
        }
    )

    authority_id: UUID
    code: AuthorityCode
    name: str
    day: date = Field(description="The day the figures stand for: today.")
    total: Figure
    outflow: int = Field(
        description="Branches under dual management whose floating members come from the places of this line."
    )
    by: Literal["child", "region"]
    rows: list[LineRow]


class FigureFilters(BaseModel):
    """How a line is divided, and what narrows it."""

    by: Annotated[Literal["child", "region"], Field(description="By the bodies directly below, or by region.")] = (
        "child"
    )
    at_level: Annotated[int, Field(ge=1, le=5, description="By regions of which level: 3, counties.")] = 3
    region: Annotated[RegionCode | None, Field(description="Only branches in this region and below.")] = None
    region_level: RegionLevelAsked = None
