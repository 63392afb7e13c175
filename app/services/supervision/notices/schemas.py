"""Notices downward on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.authorities.facts import AuthorityKind
from app.services.regions.stated import RegionCode, RegionLevel, RegionLevelAsked
from app.services.supervision.facts import Needs, NoticeState
from app.services.supervision.wording import Body

MOST_BODIES = 500
MOST_GROUPS = 20

NOTICE: dict[str, Any] = {
    "id": "019b3f0e-7b1c-7c55-9d3e-3f1f6a1f1d11",
    "version": 2,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新工委",
    "title": "关于开展两新组织党建工作自查的通知",
    "number_text": "西两新〔2026〕3号",
    "needs": "report",
    "due_on": "2026-03-31",
    "state": "issued",
    "issued_on": "2026-03-02",
    "closed_on": None,
    "sent": 12,
    "received": 9,
    "answered": 4,
    "waiting": 8,
    "late": 0,
    "region_code": "330106000000",
    "region_level": 3,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
CHOSEN: dict[str, Any] = {
    "authority_ids": [],
    "department_ids": [],
    "groups": [{"kind": "township", "region_code": "330106000000", "region_level": 3}],
}
TEXT = "请各单位对照年度任务开展自查，按期报送书面报告。"


class RecipientGroup(BaseModel):
    """All authorities of a kind in a region and below, as they stand when the notice is issued."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": CHOSEN["groups"][0]})

    kind: AuthorityKind
    region_code: RegionCode
    region_level: RegionLevel = None


class Recipients(BaseModel):
    """Whom a notice goes to: bodies by their ids, and groups. All lie below the committee."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": CHOSEN})

    authority_ids: Annotated[list[UUID], Field(max_length=MOST_BODIES)] = []
    department_ids: Annotated[list[UUID], Field(max_length=MOST_BODIES)] = []
    groups: Annotated[list[RecipientGroup], Field(max_length=MOST_GROUPS)] = []


class NoticeRead(BaseModel):
    """A notice, and how far its recipients are."""

    model_config = ConfigDict(json_schema_extra={"example": NOTICE})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee lies outside the caller's scope.")
    title: str
    number_text: str | None = Field(description="The number of the paper.")
    needs: Needs = Field(description="A receipt, or a report of what was done.")
    due_on: date = Field(description="The last day that is in time.")
    state: NoticeState
    issued_on: date | None
    closed_on: date | None
    sent: int = Field(description="Recipients.")
    received: int = Field(description="Of these, how many have received it.")
    answered: int = Field(description="Of these, how many have answered.")
    waiting: int = Field(description="How many still owe what it needs.")
    late: int = Field(description="How many owe it past the day, or gave it after the day.")
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class NoticeDetail(NoticeRead):
    """A notice with its text, whom it was drafted for, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **NOTICE,
                "text": TEXT,
                "recipients": CHOSEN,
                "issued_by": "person:li",
                "close_reason": None,
                "created_by": "person:li",
                "allowed_actions": [{"action": "issue", "allowed": False, "reason": "notice_issued"}],
            }
        }
    )

    text: str
    recipients: dict[str, Any] = Field(description="As the draft chose them; the rows are under `/recipients`.")
    issued_by: str | None
    close_reason: str | None
    created_by: str
    allowed_actions: list[AllowedAction]


class NoticeVersion(BaseModel):
    """A notice as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: NOTICE[name] for name in ("id", "version", "title", "number_text", "needs", "due_on")},
                **{name: NOTICE[name] for name in ("state", "issued_on", "closed_on", "recorded_at")},
                "text": TEXT,
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    title: str
    number_text: str | None
    text: str
    needs: Needs
    due_on: date
    state: NoticeState
    issued_on: date | None
    closed_on: date | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class NoticeCreate(BaseModel):
    """A draft: nobody below reads it until it is issued."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **{name: NOTICE[name] for name in ("committee_id", "title", "number_text", "needs", "due_on")},
                "text": TEXT,
                "recipients": CHOSEN,
            }
        },
    )

    committee_id: UUID
    title: Line
    number_text: Line | None = None
    text: Body
    needs: Needs
    due_on: Day
    recipients: Recipients = Recipients()


class NoticeUpdate(BaseModel):
    """Changes to a draft; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"due_on": "2026-04-15"}})

    title: Line = absent()
    number_text: Line | None = None
    text: Body = absent()
    needs: Needs = absent()
    due_on: Day = absent()
    recipients: Recipients = absent()


class NoticeEnd(BaseModel):
    """Why nothing more is waited for, or why it is not issued."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "报告已收齐"}})

    reason: Sentence


class Chase(BaseModel):
    """Who is to be chased; left out, all that still owe what the notice needs."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"recipient_ids": ["019b3f0e-7b1c-7c55-9d3e-3f1f6a1f1e11"]}},
    )

    recipient_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_BODIES)] | None = None


class NoticeFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Notices of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    committee_id: Annotated[UUID | None, Field(description="Notices of this committee.")] = None
    state: Annotated[NoticeState | None, Field(description="Only notices in this state.")] = None
    needs: Annotated[Needs | None, Field(description="Only notices that need this.")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day.")] = None
