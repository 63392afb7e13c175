"""What the papers of a committee's meeting are made from: minutes, notices downward, and what is to be put right."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import Conflict, FieldError
from app.services.access.permissions import Permission
from app.services.documents.contract import Collected, Source
from app.services.documents.facts import DocumentKind, written_day
from app.services.joint_meetings.facts import MinutesState
from app.services.joint_meetings.minutes import reads as minutes
from app.services.supervision.facts import OPEN, Needs, NoticeState
from app.services.supervision.notices import reads as notices
from app.services.supervision.recipients import reads as recipients
from app.services.supervision.rectifications import reads as rectifications

NAMED = 20
"""How many recipients a notice names at its head; more are told by their number."""
ISSUED = (NoticeState.issued, NoticeState.closed)
NEEDED = {Needs.receipt: "请于{day}前确认收到本通知。", Needs.report: "请于{day}前报送办理情况。"}


def _refused(code: str) -> Conflict:
    return Conflict(errors=(FieldError("/subject_id", code),))


async def _minutes(act: Act, minutes_id: UUID) -> Collected:
    """An edition that was approved, with what was decided as it was decided."""
    row = await minutes.paper(act, minutes_id)
    if row["state"] != MinutesState.approved:
        raise _refused("document_minutes_draft")
    committee = row["committee_name"] or ""
    fields = {
        "meeting": row["title"],
        "committee": committee,
        "held_on": _instant(row["starts_at"]),
        "place": row["place"],
        "paragraphs": "\n".join(line for each in row["paragraphs"] for line in (each["heading"], each["text"]) if line),
        "decisions": _decisions(row["decisions"]),
        "attended": _those("出席单位：", row["attended"]),
        "missing": _those("缺席单位：", row["missing"]),
        "correction": _told("本纪要更正前一版，更正原因：", row["correction_reason"]),
    }
    return Collected(row["title"], None, row["committee_id"], fields)


def _instant(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{written_day(local.date())}{local:%H:%M}"


def _decisions(decided: list[dict[str, Any]]) -> str:
    """One line a decision, with who does it until when; nothing where nothing was decided."""
    if not decided:
        return ""
    lines = ["会议议定以下事项："]
    for number, each in enumerate(decided, 1):
        helpers = "".join(f"；{name}配合" for name in each["supporters"])
        due = written_day(datetime.fromisoformat(each["due_on"]).date())
        lines.append(f"{number}. {each['what']}（{each['department_name']}负责{helpers}，{due}前完成）")
    return "\n".join(lines)


def _those(words: str, names: list[str]) -> str:
    return _told(words, "、".join(names))


def _told(words: str, what: str | None) -> str:
    """A sentence of its own; nothing where there is nothing to tell."""
    return f"{words}{what.rstrip('。')}。" if what else ""


async def _rectification(act: Act, rectification_id: UUID) -> Collected:
    """What a subject is still to put right. It is told by the committee, which sees who the subject is."""
    row = await rectifications.one(act, rectification_id)
    if row["state"] not in OPEN:
        raise _refused("document_rectification_over")
    if row["subject_name"] is None:
        raise _refused("document_bodies_unseen")
    fields = {
        "subject": row["subject_name"],
        "supervision": row["supervision_title"],
        "what": f"{row['what'].rstrip('。')}。",
        "basis": _told("依据：", row["basis"]),
        "demand": f"{row['demand'].rstrip('。')}。",
        "due_on": written_day(row["due_on"]),
        "committee": row["committee_name"],
    }
    return Collected(row["supervision_title"], None, row["committee_id"], fields)


async def _notice(act: Act, notice_id: UUID) -> Collected:
    """A notice as it was issued, to those it was issued to."""
    row = await notices.one(act, notice_id)
    if row["state"] not in ISSUED:
        raise _refused("document_notice_unissued")
    names = await recipients.called(act, notice_id)
    if len(names) < await recipients.sent(act, notice_id):
        raise _refused("document_bodies_unseen")
    fields = {
        "title": row["title"],
        "recipients": "、".join(names) if len(names) <= NAMED else f"各有关单位（共{len(names)}家）",
        "text": row["text"],
        "needs": NEEDED[Needs(row["needs"])].format(day=written_day(row["due_on"])),
    }
    return Collected(row["title"], None, row["committee_id"], fields)


MEETING_PAPERS: tuple[Source, ...] = (
    Source(
        DocumentKind.minutes,
        "meeting_minutes",
        Permission.joint_meetings_read,
        _minutes,
        needs=Permission.liaisons_read,
    ),
    Source(DocumentKind.rectification_notice, "rectifications", Permission.supervisions_read, _rectification),
    Source(DocumentKind.notice, "notices", Permission.notices_read, _notice),
)
