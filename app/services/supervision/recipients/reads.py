"""What was told to whom, as rows for the wire."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, case, column, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded
from app.services.authorities.facts import DIGITS
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due
from app.services.supervision.facts import Needs
from app.services.supervision.models import NoticeRecipient
from app.services.supervision.recipients.schemas import (
    RecipientFilters,
    RecipientRead,
    RecipientState,
    RecipientVersion,
)

Told = NoticeRecipient
KEYS = {"region_code": Told.region_code, "due_on": Told.due_on}
EXACT = ("notice_id", "committee_id", "authority_id", "department_id", "needs")
NOTICE = ("notice_title", "notice_number", "committee_name")
MORE = (Told.received_by, Told.answer, Told.answered_by, Told.authority_code.label("line"))


def waits() -> ColumnElement[bool]:
    """What the notice needs is still waited for."""
    owed = or_(Told.needs == Needs.report, Told.received_on.is_(None))
    return and_(Told.closed_on.is_(None), Told.answered_on.is_(None), owed)


def _until(act: Act) -> ColumnElement[date]:
    """The day until which it was waited for: when what it needs came, else when it was closed, else today."""
    came = case((Told.needs == Needs.receipt, Told.received_on), else_=Told.answered_on)
    return func.coalesce(came, Told.closed_on, literal(act.today))


def late(act: Act) -> ColumnElement[bool]:
    """Whether what it needs is missing past the day, or came after it."""
    return _until(act) > Told.due_on


def _state() -> ColumnElement[str]:
    return case(
        (Told.answered_on.is_not(None), literal(RecipientState.answered)),
        (Told.received_on.is_not(None), literal(RecipientState.received)),
        else_=literal(RecipientState.waiting),
    )


def _scope(act: Act) -> list[ColumnElement[bool]]:
    return within(act, Told.region_code, [Told.authority_code, Told.recipient_code], [Told.department_id])


def _shown(act: Act) -> "Select[Any]":
    computed: dict[str, Any] = {
        "region_code": padded(Told.region_code),
        "recipient_code": padded(Told.recipient_code, DIGITS),
        "recipient_name": func.coalesce(Authority.name, Department.name),
        "state": _state(),
        "late": late(act),
        "days_late": func.greatest(_until(act) - Told.due_on, 0),
    }
    names = [name for name in RecipientRead.model_fields if name not in NOTICE]
    return (
        select(*((computed[name] if name in computed else getattr(Told, name)).label(name) for name in names))
        .select_from(Told)
        .outerjoin(Authority, Authority.id == Told.authority_id)
        .outerjoin(Department, Department.id == Told.department_id)
        .where(*_scope(act))
    )


async def listed(act: Act, filters: RecipientFilters, ask: Ask) -> Page:
    """One page of what was told to whom: the next due first where somebody or something is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Told.region_code >= low, Told.region_code < high)
    asked = [name for name in EXACT if getattr(filters, name) is not None]
    for name in asked:
        query = query.where(getattr(Told, name) == getattr(filters, name))
    if filters.state is not None:
        query = query.where(_state() == filters.state)
    for value, condition in ((filters.waiting, waits()), (filters.late, late(act))):
        if value is not None:
            query = query.where(condition if value else ~condition)
    if filters.due_before is not None:
        query = query.where(Told.due_on < filters.due_before)
    narrow = asked or filters.waiting or filters.due_before is not None
    sorts = Sorts(KEYS, Told.id, "due_on" if narrow else "region_code")
    bound = [act.today, *(getattr(filters, name) for name in RecipientFilters.model_fields)]
    found = await page(act, query, ask, sorts, bound)
    await _tell(act, found.rows)
    return found


async def _tell(act: Act, rows: list[dict[str, Any]]) -> None:
    """Add what each row's notice is called, and who issued it, wherever that lies."""
    notices = await told(act, {row["notice_id"] for row in rows})
    for row in rows:
        notice = notices[row["notice_id"]]
        row.update(notice_title=notice.title, notice_number=notice.number_text, committee_name=notice.committee_name)


async def told(act: Act, notices: Iterable[UUID]) -> dict[UUID, Any]:
    """Issued notices by their ids: title, number_text, body, state, issued_on, committee_name. For who was told."""
    names = ("id", "title", "number_text", "body", "state", "issued_on", "committee_name")
    found = func.notices_told(literal(sorted(notices), ARRAY(Uuid))).table_valued(*(column(name) for name in names))
    return {row.id: row for row in await act.session.execute(select(found))}


async def one(act: Act, recipient_id: UUID) -> dict[str, Any]:
    """One notice to one body: its text, the answer, and the code of the issuer's line. Raises NotFound."""
    query = _shown(act).add_columns(*MORE).where(Told.id == recipient_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    rows = [dict(row)]
    await _tell(act, rows)
    notice = (await told(act, [row["notice_id"]]))[row["notice_id"]]
    return {**rows[0], "text": notice.body, "issued_on": notice.issued_on}


async def history(act: Act, recipient_id: UUID, ask: Ask) -> Page:
    """All versions of a row, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, recipient_id)
    versions = versions_of(Told, recipient_id).c
    query = select(*(versions[name].label(name) for name in RecipientVersion.model_fields))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), recipient_id)


async def waiting(act: Act, until: date) -> "Select[Any]":
    """What is due by a day and still waited for, as reminders: named by who is to answer."""
    return (
        select(*due(Told.id, func.coalesce(Authority.name, Department.name), Told.due_on, Told.region_code))
        .select_from(Told)
        .outerjoin(Authority, Authority.id == Told.authority_id)
        .outerjoin(Department, Department.id == Told.department_id)
        .where(Told.due_on <= until, waits(), *_scope(act))
    )


async def called(act: Act, notice_id: UUID) -> list[str]:
    """What the recipients of a notice are called, as far as the caller sees them: authorities by code, departments."""
    query = (
        select(func.coalesce(Authority.name, Department.name).label("name"))
        .select_from(Told)
        .outerjoin(Authority, Authority.id == Told.authority_id)
        .outerjoin(Department, Department.id == Told.department_id)
        .where(Told.notice_id == notice_id)
        .order_by(Told.recipient_code, Department.name)
    )
    return [name for name in await act.session.scalars(query) if name is not None]


async def sent(act: Act, notice_id: UUID) -> int:
    """To how many a notice was issued, seen or not."""
    number: int | None = await act.session.scalar(select(func.notice_sent(notice_id)))
    return number or 0
