"""Documents on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.core.wire import AllowedAction, Day, Line, Sentence, absent
from app.services.documents.facts import DocumentKind, DocumentState
from app.services.files.schemas import EXAMPLE as FILE
from app.services.files.schemas import FileRead

RegionCode = Annotated[
    str, Field(pattern=r"^[0-9]{12}$", description="12-digit region code.", examples=["330106010000"])
]
AuthorityCode = Annotated[
    str, Field(pattern=r"^[0-9]{15}$", description="15-digit code, 3 digits a level.", examples=["033001006003000"])
]
SubjectKind = Literal["branch_applications", "terms", "worker_roles", "meeting_minutes", "rectifications", "notices"]

EXAMPLE: dict[str, Any] = {
    "id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11",
    "version": 2,
    "kind": "approval",
    "state": "issued",
    "number_text": "西两新工委〔2026〕12号",
    "title": "关于同意成立中共云栖科技联合支部委员会的批复",
    "subject_kind": "branch_applications",
    "subject_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c41",
    "branch_id": None,
    "issuer_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12",
    "issuer_name": "中共西湖区委两新工作委员会",
    "region_code": "330106010000",
    "authority_code": "033001006003000",
    "issued_on": "2026-03-02",
    "voided_on": None,
    "recorded_at": "2026-03-02T01:00:00+00:00",
}
TEXT: dict[str, Any] = {
    "template": "approval-2026-1",
    "title": ["关于同意成立中共云栖科技联合支部委员会的批复"],
    "recipient": "中共云栖科技联合支部委员会筹备组",
    "paragraphs": ["你们2026年2月2日报来的关于成立党组织的申请收悉。经研究，现批复如下：", "此复。"],
    "signature": "中共西湖区委两新工作委员会",
    "day": "2026年3月2日",
}

Recipient = Annotated[Line | None, Field(description="主送; default: as the text of this kind says.")]
Addition = Annotated[
    Sentence | None, Field(description="More paragraphs, one a line, before the last one. No number of a person.")
]
Issuer = Annotated[UUID, Field(description="The body that issues it; default: the superior of its subject, if any.")]


class DocumentCreate(BaseModel):
    """A draft about an application, a term, an instructor's role, an edition of minutes, a demand or a notice."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"kind": "approval", "subject_id": EXAMPLE["subject_id"]}}
    )

    kind: DocumentKind
    subject_id: UUID = Field(
        description="approval: an application; dispatch: an instructor's role; minutes: an approved edition of"
        " minutes; rectification_notice: what is to be put right; notice: an issued notice; else a term."
    )
    issuer_id: Issuer | None = None
    recipient: Recipient = None
    addition: Addition = None


class DocumentUpdate(BaseModel):
    """What changes in a draft; a field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"recipient": "云栖科技有限公司"}})

    issuer_id: Issuer = absent()
    recipient: Recipient = None
    addition: Addition = None


class DocumentIssue(BaseModel):
    """The document takes the next number of its series and is frozen."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"word": "西两新工委", "issued_on": "2026-03-02"}}
    )

    word: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=30, pattern=r"^[^\x00-\x20〔〕\[\]0-9]+$"),
        Field(
            description="发文机关代字, the issuer's short name in the number. Fixed with the first number of a year's"
            " series; default: as in this series, or the last one of the same issuer and kind."
        ),
    ] = None
    issued_on: Day | None = Field(
        default=None, description="Not after today, not before the series' last number; default: today."
    )


class DocumentVoid(BaseModel):
    """It no longer holds. Its number stays taken."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "名称有误，另行发文"}})

    reason: Sentence


class DocumentText(BaseModel):
    """What it says."""

    model_config = ConfigDict(json_schema_extra={"example": TEXT})

    template: str = Field(description="The version of the text that it was made from.")
    title: list[str]
    recipient: str
    paragraphs: list[str]
    signature: str
    day: str


class DocumentRead(BaseModel):
    """A document."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: UUID
    version: int
    kind: DocumentKind
    state: DocumentState
    number_text: str | None = Field(description="文号, once it has been issued; a void document keeps it.")
    title: str
    subject_kind: SubjectKind
    subject_id: UUID | None = Field(description="Null where the caller's grant does not read such subjects.")
    branch_id: UUID | None
    issuer_id: UUID
    issuer_name: str
    region_code: RegionCode
    authority_code: AuthorityCode = Field(description="Of the superior of its subject; without one, of the issuer.")
    issued_on: date | None
    voided_on: date | None
    recorded_at: datetime


class DocumentDetail(DocumentRead):
    """A document with its text, its files, and what may be done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": EXAMPLE
            | {
                "recipient": None,
                "addition": None,
                "void_reason": None,
                "text": TEXT,
                "files": [FILE],
                "allowed_actions": [{"action": "void", "allowed": True, "reason": None}],
            }
        }
    )

    recipient: str | None
    addition: str | None
    void_reason: str | None
    text: DocumentText | None = Field(
        description="Frozen since it was issued. A draft's is made from its subject now, for those who write documents."
        " Null where the caller may not read it (names stand in it), or nothing can be written of the subject now."
    )
    files: list[FileRead]
    allowed_actions: list[AllowedAction]


class DocumentVersion(BaseModel):
    """A document as it was known from `recorded_at` to `recorded_to`."""

    id: UUID
    version: int
    kind: DocumentKind
    state: DocumentState
    number_text: str | None
    title: str
    recipient: str | None
    addition: str | None
    issuer_id: UUID
    issuer_name: str
    region_code: RegionCode
    issued_on: date | None
    voided_on: date | None
    void_reason: str | None
    recorded_at: datetime
    recorded_to: datetime | None = Field(description="When the next version became known; null for the current one.")
    replaced_by: str | None = Field(description="Who recorded the next version.")


class DocumentFilters(BaseModel):
    """What narrows the list."""

    region: Annotated[RegionCode | None, Field(description="Of subjects in this region and below.")] = None
    region_level: Annotated[
        int | None,
        Field(ge=0, le=5, description="0 country to 5 village; default: the shallowest that the code's zeros allow."),
    ] = None
    kind: Annotated[DocumentKind | None, Field(description="Only this kind.")] = None
    state: Annotated[DocumentState | None, Field(description="Only in this state.")] = None
    subject_id: Annotated[UUID | None, Field(description="Only about this subject.")] = None
    branch_id: Annotated[UUID | None, Field(description="Only of this branch.")] = None
    issuer_id: Annotated[UUID | None, Field(description="Only issued by this body.")] = None
    number: Annotated[Line | None, Field(description="Only with this 文号.")] = None
    issued_from: Annotated[Day | None, Field(description="Issued on this day or later.")] = None
    issued_before: Annotated[Day | None, Field(description="Issued before this day.")] = None
