"""What narrows lists by place."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.services.authorities.schemas import AuthorityCode
from app.services.regions.stated import RegionCode, RegionLevelAsked


class Placed(BaseModel):
    """A region and a line."""

    region: Annotated[RegionCode | None, Field(description="In this region and below.")] = None
    region_level: RegionLevelAsked = None
    authority: Annotated[AuthorityCode | None, Field(description="Of this authority's line, by code.")] = None
