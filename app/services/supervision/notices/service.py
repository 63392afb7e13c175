"""What a committee does with a notice: draft, issue, chase, close."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Forbidden, Invalid, NotFound
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.regions.facts import span
from app.services.regions.stated import stated
from app.services.supervision.facts import NoticeState
from app.services.supervision.models import Notice
from app.services.supervision.notices import reads, repository
from app.services.supervision.notices.repository import Group
from app.services.supervision.notices.schemas import NoticeCreate, NoticeEnd, NoticeUpdate, Recipients

S = NoticeState
WHEN: dict[str, NoticeState] = {
    "update": S.draft, "issue": S.draft, "drop": S.draft, "chase": S.issued, "close": S.issued,
}  # fmt: skip
"""In which state each of these may be done."""


async def detail(act: Act, notice_id: UUID) -> dict[str, Any]:
    """A notice with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, notice_id)
    refusal = None if Permission.notices_write in act.by.permissions else "permission"
    if not act.scope.holds(int(row["region_code"]), [row["authority_code"]]):
        refusal = refusal or "outside_scope"
    actions = [
        action(name, refusal or (None if row["state"] == state else f"notice_{row['state']}"))
        for name, state in WHEN.items()
    ]
    return {**row, "allowed_actions": actions}


async def create(act: Act, draft: NoticeCreate) -> dict[str, Any]:
    """Draft a notice of a committee.

    Raises Invalid for a committee or a recipient that is not to be seen, has ended, or does not lie below, and for a
    day that has passed; Forbidden for a committee outside the caller's scope.
    """
    issuer = await repository.committee(act, draft.committee_id)
    if issuer is None:
        raise Invalid(errors=(FieldError("/committee_id", "reference_unknown"),))
    if issuer.dissolved_on is not None and issuer.dissolved_on <= act.today:
        raise Invalid(errors=(FieldError("/committee_id", "reference_ended"),))
    if not act.scope.holds(issuer.region_code, [issuer.code]):
        raise Forbidden(reason="scope")
    _not_past(act, draft.due_on)
    await _chosen(act, issuer, draft.recipients)
    notice = Notice(
        version=1,
        committee_id=draft.committee_id,
        title=draft.title,
        number_text=draft.number_text,
        text=draft.text,
        needs=draft.needs,
        due_on=draft.due_on,
        recipients=draft.recipients.model_dump(mode="json"),
        state=S.draft,
        created_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    return await detail(act, await repository.add(act, notice))


async def update(act: Act, notice_id: UUID, expected: int, change: NoticeUpdate) -> dict[str, Any]:
    """Change a draft. Raises NotFound, StaleVersion, Conflict once it was issued, Invalid as `create` does."""
    notice = await _in_state(act, notice_id, expected, "update")
    if "due_on" in change.model_fields_set:
        _not_past(act, change.due_on)
    if "recipients" in change.model_fields_set:
        await _chosen(act, await repository.committee(act, notice.committee_id), change.recipients)
        notice.recipients = change.recipients.model_dump(mode="json")
    for name in change.model_fields_set - {"recipients"}:
        setattr(notice, name, getattr(change, name))
    await repository.save(act, notice)
    return await detail(act, notice_id)


async def issue(act: Act, notice_id: UUID, expected: int) -> dict[str, Any]:
    """Issue a draft: it stays as it is from now on, and each recipient has a row that he reads and answers.

    Raises NotFound, StaleVersion; Conflict once it was issued, when its day has passed, or when it reaches nobody;
    Invalid for a recipient that has ended meanwhile.
    """
    notice = await _in_state(act, notice_id, expected, "issue")
    if notice.due_on < act.today:
        raise Conflict(errors=(FieldError("", "notice_day_past"),))
    chosen = Recipients.model_validate(notice.recipients)
    issuer = await repository.committee(act, notice.committee_id)
    groups = await _chosen(act, issuer, chosen)
    notice.state, notice.issued_on, notice.issued_by = S.issued, act.today, act.by.id
    await repository.save(act, notice)
    sent = await repository.issue(act, notice, issuer, (chosen.authority_ids, chosen.department_ids), groups)
    if sent == 0:
        raise Conflict(errors=(FieldError("", "notice_reaches_nobody"),))
    return await detail(act, notice_id)


async def chase(act: Act, notice_id: UUID, ids: Sequence[UUID] | None) -> list[tuple[UUID, int | Failure]]:
    """Remind those that still owe what the notice needs, or these; each at most once a day.

    How often each was reminded by now, or why not: NotFound, Conflict. Raises NotFound, Forbidden, and Conflict for a
    notice that is not issued.
    """
    notice = await repository.held(act, notice_id)
    if not act.scope.holds(notice.region_code, [notice.authority_code]):
        raise Forbidden(reason="scope")
    if notice.state != WHEN["chase"]:
        raise Conflict(errors=(FieldError("", f"notice_{notice.state}"),))
    done = await repository.chase(act, notice_id, ids)
    if ids is None:
        return list(done.items())
    standings = await repository.standings(act, notice_id, ids)
    return [(each, done[each] if each in done else _not_chased(standings.get(each))) for each in dict.fromkeys(ids)]


def _not_chased(row: Any) -> Failure:
    if row is None:
        return NotFound()
    return Conflict(errors=(FieldError("", "chased_today" if row.waits else "notice_owes_nothing"),))


async def close(act: Act, notice_id: UUID, expected: int, end: NoticeEnd) -> dict[str, Any]:
    """Nothing more is waited for. Raises NotFound, StaleVersion, Conflict unless it is issued."""
    notice = await _in_state(act, notice_id, expected, "close")
    notice.state, notice.closed_on, notice.close_reason = S.closed, act.today, end.reason
    await repository.save(act, notice)
    await repository.close(act, notice_id)
    return await detail(act, notice_id)


async def drop(act: Act, notice_id: UUID, expected: int, end: NoticeEnd) -> dict[str, Any]:
    """A draft is not issued. Raises NotFound, StaleVersion, Conflict once it was."""
    notice = await _in_state(act, notice_id, expected, "drop")
    notice.state, notice.closed_on, notice.close_reason = S.dropped, act.today, end.reason
    await repository.save(act, notice)
    return await detail(act, notice_id)


async def _in_state(act: Act, notice_id: UUID, expected: int, verb: str) -> Notice:
    notice = await claim(act, Notice, notice_id, expected)
    if not act.scope.holds(notice.region_code, [notice.authority_code]):
        raise Forbidden(reason="scope")
    if notice.state != WHEN[verb]:
        raise Conflict(errors=(FieldError("", f"notice_{notice.state}"),))
    return notice


def _not_past(act: Act, day: Any) -> None:
    if day < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_past"),))


async def _chosen(act: Act, issuer: Any, chosen: Recipients) -> list[Group]:
    """The groups as ranges of codes. Raises Invalid for whoever cannot be told, each at its place."""
    groups = [
        (str(group.kind), *span(*stated(group.region_code, group.region_level, f"/recipients/groups/{number}")))
        for number, group in enumerate(chosen.groups)
    ]
    wrong: list[FieldError] = []
    for name, ids, found in (
        ("authority_ids", chosen.authority_ids, await repository.authorities(act, issuer, chosen.authority_ids)),
        ("department_ids", chosen.department_ids, await repository.departments(act, issuer, chosen.department_ids)),
    ):
        for number, each in enumerate(ids):
            code = found.get(each, "reference_unknown")
            if code is not None:
                wrong.append(FieldError(f"/recipients/{name}/{number}", code))
    if wrong:
        raise Invalid(errors=tuple(wrong))
    return groups
