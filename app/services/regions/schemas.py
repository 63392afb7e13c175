"""Regions on the wire: codes are 12 digits as text, and never stand without their level."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.sheets import Column

Code = Annotated[str, Field(pattern=r"^[0-9]{12}$", description="12-digit region code.", examples=["330106004000"])]
Level = Annotated[int, Field(ge=0, le=5, description="0 country, 1 province, 2 city, 3 county, 4 street, 5 village.")]

COLUMNS = (
    Column("code", heading="region_code"),
    Column("level", coded="region_level", heading="region_level"),
    Column("name"),
    Column("path"),
)


class RegionRef(BaseModel):
    """A region by code, level and name."""

    code: str
    level: int
    name: str


class RegionItem(BaseModel):
    """A region in a list."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "330106004000",
                "level": 4,
                "name": "西溪街道",
                "pinyin": "xixijiedao",
                "parent_code": "330106000000",
                "parent_level": 3,
                "path": "浙江省杭州市西湖区西溪街道",
                "source": "shipped",
            }
        }
    )

    code: str
    level: int
    name: str
    pinyin: str
    parent_code: str | None = Field(description="Null for the country.")
    parent_level: int | None
    path: str = Field(description="The names from the province down, written together.")
    source: str = Field(description="shipped, or operator: added or renamed here.")


class RegionRead(BaseModel):
    """A region, in force or retired, with its ancestors or with those that have its ground now."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "330103000000",
                "level": 3,
                "name": "下城区",
                "region_state": "retired",
                "retired_in": "2021",
                "ancestors": [
                    {"code": "330000000000", "level": 1, "name": "浙江省"},
                    {"code": "330100000000", "level": 2, "name": "杭州市"},
                ],
                "successors": [{"code": "330105000000", "level": 3, "name": "拱墅区"}],
                "range_low": "330103000000",
                "range_high": "330104000000",
            }
        }
    )

    code: str
    level: int
    name: str
    region_state: Literal["in_force", "retired"]
    retired_in: str | None = Field(description="The year it was retired; null in force.")
    ancestors: list[RegionRef] = Field(description="From the province down; for a retired one those of its digits.")
    successors: list[RegionRef] = Field(description="Who has the ground of a retired region now; may be empty.")
    range_low: str = Field(description="Codes of its subtree begin here.")
    range_high: str = Field(description="Codes of its subtree end before this.")


class ToResolve(BaseModel):
    """An address and what else is known; every field may be missing."""

    model_config = ConfigDict(extra="forbid")

    address: Annotated[str | None, Field(max_length=500)] = None
    uscc: Annotated[str | None, Field(max_length=18, description="Credit code; digits 3 to 8 are a hint.")] = None
    province: Annotated[str | None, Field(max_length=50, description="Name, with or without 省.")] = None
    city: Annotated[str | None, Field(max_length=50, description="Name, with or without 市.")] = None
    county: Annotated[str | None, Field(max_length=50, description="Name, with or without 区 or 县.")] = None
    name: Annotated[str | None, Field(max_length=200, description="The organisation's own name.")] = None


class Resolve(BaseModel):
    """Up to 100 addresses to place."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"items": [{"address": "下城区体育场路 27 号", "city": "杭州", "uscc": "91330103MA2AXXXX0A"}]}
        },
    )

    items: Annotated[list[ToResolve], Field(min_length=1, max_length=100)]


class EvidenceRead(BaseModel):
    """One thing a placement rests on."""

    code: str = Field(description="Code of the label namespace `evidence`.")
    text: str


class AlternativeRead(BaseModel):
    """A region that stayed possible."""

    code: str
    level: int
    name: str
    score: float = Field(description="In (0, 1]; orders the alternatives.")


class PlacementRead(BaseModel):
    """The deepest certain region of one address."""

    code: str
    level: int
    name: str
    path: str
    certain: bool = Field(description="False when nothing placed it or its sources contradict each other.")
    evidence: list[EvidenceRead]
    alternatives: list[AlternativeRead]


class Resolved(BaseModel):
    """One placement for each address, in their order."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "code": "330105000000",
                        "level": 3,
                        "name": "拱墅区",
                        "path": "浙江省杭州市拱墅区",
                        "certain": True,
                        "evidence": [{"code": "former_county", "text": "地址写明已撤并的区县"}],
                        "alternatives": [],
                    }
                ]
            }
        }
    )

    items: list[PlacementRead]
