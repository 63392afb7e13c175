"""Supervision tours on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.regions.stated import RegionCode, RegionLevelAsked
from app.services.supervision.bodies import Subjects
from app.services.supervision.facts import Found, SubjectKind, TourState
from app.services.supervision.wording import Words

MOST_LINES = 100
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

CHECK: dict[str, Any] = {
    "code": "rhythm",
    "text": "“三会一课”、主题党日按期开展，记录完整",
    "basis": "《中国共产党支部工作条例（试行）》（2018年）",
}
TOUR: dict[str, Any] = {
    "id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f1d11",
    "version": 2,
    "committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "committee_name": "中共西湖区委两新工委",
    "lead_department_id": None,
    "lead_department_name": None,
    "title": "2026年第一季度两新组织党建督查",
    "starts_on": "2026-03-02",
    "ends_on": "2026-03-20",
    "state": "under_way",
    "started_on": "2026-03-02",
    "closed_on": None,
    "subjects": 12,
    "visited": 5,
    "findings": 9,
    "rectifications": 2,
    "open_rectifications": 2,
    "region_code": "330106000000",
    "region_level": 3,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
SUBJECT: dict[str, Any] = {
    "id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f1e11",
    "kind": "authority",
    "body_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13",
    "name": "中共转塘街道工作委员会",
    "visited_on": "2026-03-05",
    "findings": 2,
    "rectifications": 1,
}
FINDING: dict[str, Any] = {
    "id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f1f11",
    "supervision_id": TOUR["id"],
    "subject_id": SUBJECT["id"],
    "kind": "authority",
    "name": SUBJECT["name"],
    "check_code": "rhythm",
    "what": "一季度主题党日缺少两次记录",
    "found_on": "2026-03-05",
    "severity": "rectify",
    "rectification_id": "019b4f0e-7b1c-7c55-9d3e-3f1f6a1f2011",
    "entered_by": "person:li",
    "recorded_at": "2026-03-05T01:00:00+00:00",
}


class CheckLine(BaseModel):
    """One line of a checklist."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": CHECK})

    code: Code = Field(description="By which findings name it; unique in the tour.")
    text: Line
    basis: Line = Field(description="The document that asks for it.")


class TemplateRead(BaseModel):
    """A checklist that is shipped."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"template": "two_new", "version": "two_new-2026-1", "lines": [CHECK]}}
    )

    template: str
    version: str
    lines: list[CheckLine]


class Templates(BaseModel):
    """All checklists that are shipped."""

    items: list[TemplateRead]


class TourRead(BaseModel):
    """A tour, and how far it is."""

    model_config = ConfigDict(json_schema_extra={"example": TOUR})

    id: UUID
    version: int
    committee_id: UUID
    committee_name: str | None = Field(description="Null where the committee lies outside the caller's scope.")
    lead_department_id: UUID | None = Field(description="The department that leads it; else the committee does.")
    lead_department_name: str | None
    title: str
    starts_on: date
    ends_on: date = Field(description="The last day that is planned.")
    state: TourState
    started_on: date | None
    closed_on: date | None
    subjects: int = Field(description="Bodies that are looked at.")
    visited: int = Field(description="Of these, how many have been looked at.")
    findings: int
    rectifications: int = Field(description="How much was demanded to be put right.")
    open_rectifications: int = Field(description="Of these, how many are neither accepted nor handed on.")
    region_code: RegionCode
    region_level: int
    recorded_at: datetime


class TourDetail(TourRead):
    """A tour with its checklist, what was let pass, and what the caller may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **TOUR,
                "basis": "年度督查计划",
                "template": "two_new-2026-1",
                "checklist": [CHECK],
                "close_reason": None,
                "departures": [],
                "created_by": "person:li",
                "allowed_actions": [{"action": "close", "allowed": True, "reason": None}],
            }
        }
    )

    basis: str | None = Field(description="The plan or paper that it rests on.")
    template: str | None = Field(description="The version of the shipped checklist that lines were taken from.")
    checklist: list[CheckLine]
    close_reason: str | None
    departures: list[dict[str, Any]]
    created_by: str
    allowed_actions: list[AllowedAction]


class TourVersion(BaseModel):
    """A tour as it was known from `recorded_at` to `recorded_to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **{name: TOUR[name] for name in ("id", "version", "title", "starts_on", "ends_on", "state")},
                **{name: TOUR[name] for name in ("started_on", "closed_on", "recorded_at")},
                "close_reason": None,
                "recorded_to": None,
                "replaced_by": None,
            }
        }
    )

    id: UUID
    version: int
    title: str
    starts_on: date
    ends_on: date
    state: TourState
    started_on: date | None
    closed_on: date | None
    close_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None
    replaced_by: str | None


class SubjectRead(BaseModel):
    """A body that a tour looks at."""

    model_config = ConfigDict(json_schema_extra={"example": SUBJECT})

    id: UUID = Field(description="By which findings name it.")
    kind: SubjectKind
    body_id: UUID
    name: str | None = Field(description="Null where the body lies outside the caller's scope.")
    visited_on: date | None = Field(description="The last day on which something was found there.")
    findings: int
    rectifications: int


class FindingRead(BaseModel):
    """What was found."""

    model_config = ConfigDict(json_schema_extra={"example": FINDING})

    id: UUID
    supervision_id: UUID
    subject_id: UUID
    kind: SubjectKind
    name: str | None
    check_code: str
    what: str
    found_on: date
    severity: Found
    rectification_id: UUID | None = Field(description="Of what is to be put right.")
    entered_by: str
    recorded_at: datetime


class TourCreate(BaseModel):
    """A tour that is planned: who looks at what, where, and when."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **{name: TOUR[name] for name in ("committee_id", "title", "starts_on", "ends_on")},
                "template": "two_new",
                "checks": ["rhythm", "team"],
                "subjects": {"authority_ids": [SUBJECT["body_id"]]},
            }
        },
    )

    committee_id: UUID
    title: Line
    basis: Line | None = None
    starts_on: Day
    ends_on: Day
    lead_department_id: UUID | None = None
    template: Code | None = Field(default=None, description="A shipped checklist (`GET /v1/supervisions/templates`).")
    checks: Annotated[list[Code], Field(max_length=MOST_LINES)] | None = Field(
        default=None, description="Codes of its lines; left out, all of them."
    )
    lines: Annotated[list[CheckLine], Field(max_length=MOST_LINES)] = Field(
        default=[], description="Lines of one's own, after those."
    )
    subjects: Subjects = Subjects()


class TourUpdate(BaseModel):
    """Changes to a tour that has not started; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ends_on": "2026-03-31"}})

    title: Line = absent()
    basis: Line | None = None
    starts_on: Day = absent()
    ends_on: Day = absent()
    lead_department_id: UUID | None = None
    subjects: Subjects = absent()


class FindingCreate(BaseModel):
    """What was found at a subject by a line of the checklist. What is to be put right has a demand and a day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **{name: FINDING[name] for name in ("subject_id", "check_code", "what", "found_on", "severity")},
                "demand": "补齐记录，此后按月开展",
                "due_on": "2026-03-31",
            }
        },
    )

    subject_id: UUID
    check_code: Code
    what: Words
    found_on: Day
    severity: Found
    demand: Words | None = Field(default=None, description="What is to be done; of `rectify`, and of nothing else.")
    due_on: Day | None = Field(default=None, description="By when; of `rectify`. Not earlier than today.")
    departure_reason: Sentence | None = Field(default=None, description="For a day that is later than normal.")


class TourClose(BaseModel):
    """That the tour is over. What is still open is handed on, with the reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "督查结束，问题均已整改"}})

    reason: Sentence
    departure_reason: Sentence | None = Field(
        default=None, description="Who sees to what is still open; it is handed on to them."
    )


class TourCancel(BaseModel):
    """Why it does not take place."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "与上级督查合并进行"}})

    reason: Sentence


class TourFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Tours of committees in this region and below.")] = None
    region_level: RegionLevelAsked = None
    committee_id: Annotated[UUID | None, Field(description="Tours of this committee.")] = None
    lead_department_id: Annotated[UUID | None, Field(description="Tours that this department leads.")] = None
    state: Annotated[TourState | None, Field(description="Only tours in this state.")] = None
    since: Annotated[Day | None, Field(description="Planned to end on or after this day.")] = None
    until: Annotated[Day | None, Field(description="Planned to start before this day.")] = None


class FindingFilters(BaseModel):
    """What narrows a tour's findings."""

    subject_id: Annotated[UUID | None, Field(description="Only at this subject.")] = None
    severity: Annotated[Found | None, Field(description="Only of this kind.")] = None
    check_code: Annotated[Code | None, Field(description="Only by this line of the checklist.")] = None
