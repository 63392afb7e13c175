"""The network on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.services.network.facts import DEEPEST, Check, EdgeKind, NodeKind
from app.services.regions.stated import RegionCode, RegionLevelAsked

AUTHORITY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11"
BRANCH = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
NODE: dict[str, Any] = {
    "id": BRANCH,
    "kind": "branch",
    "name": "云栖小镇联合党支部",
    "code": None,
    "depth": 1,
    "parent_id": AUTHORITY,
    "type": "branch",
    "stage": "established",
    "management_mode": "territorial",
    "formation_mode": "joint",
    "region_code": "330106010000",
    "region_level": 4,
    "ended": False,
    "more": True,
}


class NetworkNode(BaseModel):
    """An authority, a branch or an organisation."""

    model_config = ConfigDict(json_schema_extra={"example": NODE})

    id: str = Field(description="Its id; of an authority out of the caller's sight its code.")
    kind: NodeKind
    name: str | None = Field(description="Null when it is out of the caller's sight.")
    code: str | None = Field(description="An authority's 15-digit code, an organisation's USCC.")
    depth: int | None = Field(description="Steps below the root; null for what only an edge points at from outside.")
    parent_id: str | None = Field(description="Through which node it was reached.")
    type: str | None = Field(
        description="Label namespace `authority_kind`, `branch_level` or `kind`, by the node's own kind."
    )
    stage: str | None = Field(description="Of a branch. Label namespace `stage`.")
    management_mode: str | None = Field(description="Of a branch. Label namespace `management_mode`.")
    formation_mode: str | None = Field(description="Of a branch. Label namespace `formation_mode`.")
    region_code: str | None
    region_level: int | None
    ended: bool = Field(description="An authority that was dissolved, an organisation that has closed.")
    more: bool = Field(description="More hangs below it than was asked for: ask again with it as root.")


class NetworkEdge(BaseModel):
    """From what stands above to what stands below. Either end may be on an earlier or a later page."""

    model_config = ConfigDict(
        populate_by_name=True, json_schema_extra={"example": {"from": AUTHORITY, "to": BRANCH, "kind": "manages"}}
    )

    source: str = Field(alias="from", description="Id of the node above.")
    to: str = Field(description="Id of the node below.")
    kind: EdgeKind


class NetworkRead(BaseModel):
    """A part of the network, level by level."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "root": AUTHORITY,
                "depth": 2,
                "as_of": "2026-03-02T01:00:00+00:00",
                "nodes": [NODE],
                "edges": [{"from": AUTHORITY, "to": BRANCH, "kind": "manages"}],
                "next_cursor": None,
            }
        }
    )

    root: str = Field(description="Id of the root.")
    depth: int = Field(description="How many steps below the root were asked for.")
    as_of: datetime
    nodes: list[NetworkNode] = Field(description="By depth; then authorities, branches, organisations.")
    edges: list[NetworkEdge] = Field(description="Those that lead to this page's nodes.")
    next_cursor: str | None = Field(description="Send as `cursor` for the next page; null on the last.")


class NetworkAsked(BaseModel):
    """What part of the network is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: Annotated[
        str,
        Field(
            pattern=r"^([0-9]{15}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$",
            description="An authority's 15-digit code, or the id of an authority or a branch.",
            examples=["033001006000000"],
        ),
    ]
    depth: Annotated[int, Field(ge=0, le=DEEPEST, description="Steps below the root.")] = 2
    limit: Annotated[int, Field(ge=1, le=1000, description="Nodes a page.")] = 200
    cursor: Annotated[str | None, Field(max_length=500, description="`next_cursor` of the page before.")] = None


class NetworkFinding(BaseModel):
    """Something that is wrong between a branch and what it hangs on."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "check": "authority_dissolved",
                "branch_id": BRANCH,
                "branch_name": "云栖小镇联合党支部",
                "other_kind": "authority",
                "other_id": AUTHORITY,
                "other_name": "转塘镇党委",
                "region_code": "330106010000",
                "region_level": 4,
            }
        }
    )

    check: Check = Field(description="Label namespace `network_check`.")
    branch_id: str
    branch_name: str
    other_kind: NodeKind | None = Field(description="What it does not fit with; null where that is the branch itself.")
    other_id: str | None
    other_name: str | None
    region_code: str = Field(description="Where the branch stands, or the organisation that it covers.")
    region_level: int


class CheckFilters(BaseModel):
    """What narrows the findings."""

    region: Annotated[RegionCode | None, Field(description="Only in this region and below.")] = None
    region_level: RegionLevelAsked = None
    check: Annotated[Check | None, Field(description="Only this kind of finding.")] = None
