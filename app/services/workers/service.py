"""What can be done with party workers: enter, put right, end, find by number, show in clear, erase."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.history import about, note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.members import reads as members
from app.services.members.facts import HOLDER as MEMBERS
from app.services.members.facts import MemberState
from app.services.privacy import erasing, keeping, revealing
from app.services.privacy.contract import Held
from app.services.privacy.schemas import NumberReveal, NumberSearch, PersonErase
from app.services.regions.reads import names
from app.services.regions.stated import NATION, stated
from app.services.workers import reads, repository
from app.services.workers.facts import HOLDER, OFFICER, PERSONAL, WorkerState
from app.services.workers.holding import WORKERS
from app.services.workers.judging import FIRST_DAY, policy_at, soon
from app.services.workers.models import Worker
from app.services.workers.roles import reads as role_reads
from app.services.workers.schemas import WorkerCreate, WorkerEnd, WorkerFilters, WorkerUpdate

PLAIN = ("background", "sending_body", "full_time", "authority_id")


async def listed(act: Act, filters: WorkerFilters, ask: Ask) -> Page:
    """One page of party workers; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", HOLDER, rows=len(found.rows))
    return found


async def shown(act: Act, worker_id: UUID) -> dict[str, Any]:
    """One party worker with the roles and what the caller may do. Raises NotFound."""
    row = await reads.one(act, worker_id)
    policy = await policy_at(act, (int(row["region_code"]), int(row["region_level"])))
    held = await role_reads.of_workers(act, [worker_id], soon(act, policy))
    return {**row, "held": held.get(worker_id, []), "allowed_actions": reads.allowed(act, row)}


async def enter(act: Act, draft: WorkerCreate) -> dict[str, Any]:
    """Enter a party worker.

    Raises Invalid for days and references that do not fit, Forbidden for a region outside the scope, Conflict for who
    stands on the roll by this number; the database refuses a second current worker of one person (Taken).
    """
    since = draft.since or act.today
    told = {name: getattr(draft, name) for name in (*PLAIN, "member_id", "name")}
    told |= {"qualifications": _once(draft.qualifications), "industries": _once(draft.industries), "since": since}
    errors = [*_day_wrong(act, since), *_twice(draft.model_dump()), *await _member_wrong(act, draft.member_id)]
    errors += await _authority_wrong(act, draft.authority_id)
    place, wrong = await _region(act, draft.region_code, draft.region_level, "/region_code")
    home, away = await _region(act, draft.home_region_code, draft.home_region_level, "/home_region_code")
    errors += [*wrong, *away]
    if errors or place is None:
        raise Invalid(errors=tuple(errors))
    await _may_stand(act, place[0], draft.authority_id)
    await _held_alone(act, draft.identity_number)
    worker = await repository.add(
        act,
        Worker(
            version=1,
            stated_formal=draft.formal_member,
            home_region_code=home[0] if home else None,
            home_region_level=home[1] if home else None,
            region_code=place[0],
            region_level=place[1],
            state=WorkerState.current,
            source=OFFICER,
            source_time=act.now,
            corrected=[],
            created_at=act.now,
            recorded_at=act.now,
            **told,
        ),
    )
    values = {field: value for field in PERSONAL if (value := getattr(draft, field)) is not None}
    await keeping.keep(act, HOLDER, [Held(str(worker.id), worker.region_code, values)])
    return await shown(act, worker.id)


async def correct(act: Act, worker_id: UUID, expected: int, change: WorkerUpdate) -> dict[str, Any]:
    """Put fields right. What is already so makes no new version. Posts that name the worker follow.

    Raises NotFound, StaleVersion, Conflict for one who is no worker any more, Invalid, Forbidden for another region.
    """
    await repository.hold_places(act, [worker_id])
    worker = await _current(act, worker_id, expected)
    key = str(worker_id)
    held = (await keeping.opened(act, HOLDER, [key])).get(key, {})
    wanted = await _wanted(act, worker, change)
    stands = {name: held.get(name) if name in PERSONAL else getattr(worker, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != stands[name]}
    if not changed:
        return await shown(act, worker_id)
    numbers = {field: changed[field] for field in PERSONAL if field in changed}
    await _held_alone(act, numbers.get("identity_number"))
    for name, value in changed.items():
        if name not in PERSONAL:
            setattr(worker, name, value)
    worker.corrected = sorted({*worker.corrected, *changed})
    worker.source, worker.source_time = OFFICER, act.now
    await repository.save(act, worker)
    if numbers:
        await keeping.keep(act, HOLDER, [Held(key, worker.region_code, numbers)])
    await note(act, "correct", HOLDER, id=key, fields=sorted(changed))
    return await shown(act, worker_id)


async def _wanted(act: Act, worker: Worker, change: WorkerUpdate) -> dict[str, Any]:
    """The columns as they are to be. Raises Invalid, Forbidden."""
    sent = change.model_fields_set
    wanted = {name: getattr(change, name) for name in (*PLAIN, *PERSONAL, "since") if name in sent}
    wanted |= {name: _once(getattr(change, name)) for name in ("qualifications", "industries") if name in sent}
    errors = _twice({name: getattr(change, name) for name in sent})
    if "since" in sent:
        errors += _day_wrong(act, change.since)
        first = await repository.first_role(act, worker.id)
        if first is not None and change.since > first:
            errors.append(FieldError("/since", "day_too_late", {"latest": first.isoformat()}))
    if "authority_id" in sent:
        errors += await _authority_wrong(act, change.authority_id)
    if sent & {"member_id", "name", "formal_member"}:
        person, wrong = await _person(act, worker, change)
        wanted |= person
        errors += wrong
    if wanted.get("member_id", worker.member_id) is not None:
        if wanted.get("identity_number") is not None:
            errors.append(FieldError("/identity_number", "number_on_roll"))
        wanted["identity_number"] = None  # the roll has it
    for code, pointer in (("region", "/region_code"), ("home_region", "/home_region_code")):
        if not sent & {f"{code}_code", f"{code}_level"}:
            continue
        told = getattr(change, f"{code}_code") if f"{code}_code" in sent else None
        if told is None and f"{code}_code" not in sent:
            errors.append(FieldError(pointer, "missing"))
            continue
        place, wrong = await _region(act, told, getattr(change, f"{code}_level"), pointer)
        errors += wrong
        wanted |= {f"{code}_code": place[0] if place else None, f"{code}_level": place[1] if place else None}
    if errors:
        raise Invalid(errors=tuple(errors))
    if "region_code" in wanted or "authority_id" in wanted:
        await _may_stand(
            act, wanted.get("region_code", worker.region_code), wanted.get("authority_id", worker.authority_id)
        )
    return wanted


async def _person(act: Act, worker: Worker, change: WorkerUpdate) -> tuple[dict[str, Any], list[FieldError]]:
    """Who it is: a member or a name, and of a name whether a formal member."""
    sent = change.model_fields_set
    member_id = change.member_id if "member_id" in sent else worker.member_id
    name = change.name if "name" in sent else (None if "member_id" in sent and member_id else worker.name)
    formal = change.formal_member if "formal_member" in sent else worker.stated_formal
    if (member_id is None) == (name is None):
        return {}, [FieldError("/name" if member_id is None else "/member_id", "holder_one_of_two")]
    if member_id is not None and "formal_member" in sent and formal is not None:
        return {}, [FieldError("/formal_member", "holder_stated_twice")]
    errors = await _member_wrong(act, member_id) if member_id != worker.member_id else []
    return {"member_id": member_id, "name": name, "stated_formal": None if member_id else formal}, errors


async def end(act: Act, worker_id: UUID, expected: int, wish: WorkerEnd) -> dict[str, Any]:
    """Somebody is a party worker no more; the roles that are held end that day.

    Raises NotFound, StaleVersion, Conflict for who is none already or holds a post in a team, Invalid for the day.
    """
    await repository.hold_places(act, [worker_id])
    worker = await _current(act, worker_id, expected)
    if wish.ended_on > act.today:
        raise Invalid(errors=(FieldError("/ended_on", "day_future"),))
    if wish.ended_on < worker.since:
        raise Invalid(errors=(FieldError("/ended_on", "day_too_early", {"earliest": worker.since.isoformat()}),))
    running = await repository.running(act, worker_id, wish.ended_on)
    if any(role.post_id is not None for role in running):
        raise Conflict(errors=(FieldError("", "worker_in_office"),))
    await about(act, wish.reason)
    await repository.end_roles(act, worker_id, wish.ended_on, wish.reason)
    worker.state, worker.until = WorkerState.ended, wish.ended_on
    await repository.save(act, worker)
    return await shown(act, worker_id)


async def search(act: Act, sought: NumberSearch) -> list[dict[str, Any]]:
    """Visible party workers with exactly this number; the search is noted, the number is not."""
    return await revealing.found(act, HOLDER, sought, reads.of_ids)


async def reveal(act: Act, worker_id: UUID, wish: NumberReveal) -> dict[str, Any]:
    """The numbers in clear, and one audit row with the purpose in the same transaction. Raises NotFound."""
    await reads.one(act, worker_id)
    return await revealing.revealed(act, HOLDER, worker_id, wish)


async def erase(act: Act, worker_id: UUID, expected: int, wish: PersonErase) -> None:
    """Erase a party worker where the law allows. Raises NotFound, StaleVersion, RuleViolation."""
    await repository.hold_places(act, [worker_id])
    await claim(act, Worker, worker_id, expected)
    await erasing.erase(act, WORKERS, worker_id, wish.ground, wish.reason)


async def outlived(act: Act, before: datetime, limit: int) -> list[UUID]:
    """Some party workers whose work ended before this instant."""
    return await repository.left_before(act, before.date(), limit)


async def _current(act: Act, worker_id: UUID, expected: int) -> Worker:
    worker = await claim(act, Worker, worker_id, expected)
    if worker.state != WorkerState.current:
        raise Conflict(errors=(FieldError("", "worker_ended"),))
    return worker


def _once(values: list[Any]) -> list[str]:
    return sorted({str(value) for value in values})


def _twice(told: dict[str, Any]) -> list[FieldError]:
    return [
        FieldError(f"/{name}", "listed_twice")
        for name in ("qualifications", "industries")
        if len(set(told.get(name) or ())) < len(told.get(name) or ())
    ]


def _day_wrong(act: Act, since: date) -> list[FieldError]:
    if since > act.today:
        return [FieldError("/since", "day_future")]
    return [] if since >= FIRST_DAY else [FieldError("/since", "day_too_early", {"earliest": FIRST_DAY.isoformat()})]


async def _member_wrong(act: Act, member_id: UUID | None) -> list[FieldError]:
    if member_id is None:
        return []
    state = await repository.member_state(act, member_id)
    if state is None:
        return [FieldError("/member_id", "reference_unknown")]
    return [] if state == MemberState.current else [FieldError("/member_id", "reference_ended")]


async def _authority_wrong(act: Act, authority_id: UUID | None) -> list[FieldError]:
    if authority_id is None:
        return []
    found = await repository.authority(act, authority_id)
    if found is None:
        return [FieldError("/authority_id", "reference_unknown")]
    ended = found[1] is not None and found[1] <= act.today
    return [FieldError("/authority_id", "reference_ended")] if ended else []


async def _region(
    act: Act, code: str | None, level: int | None, pointer: str
) -> tuple[tuple[int, int] | None, list[FieldError]]:
    """A region in force as (code, level), and what is wrong with it."""
    if code is None:
        return None, [] if level is None else [FieldError(pointer, "missing")]
    place = stated(code, level, pointer)
    known = place == NATION or place in await names(act, [place])
    return place, [] if known else [FieldError(pointer, "region_unknown")]


async def _may_stand(act: Act, code: int, authority_id: UUID | None) -> None:
    """A worker is kept where the caller stands, or by the caller's line. Raises Forbidden."""
    found = None if authority_id is None else await repository.authority(act, authority_id)
    if not act.scope.holds(code, [found[0]] if found else []):
        raise Forbidden(reason="scope")


async def _held_alone(act: Act, identity_number: str | None) -> None:
    """Nobody enters the same person meanwhile, and who stands on the roll is named by it. Raises Conflict."""
    if identity_number is None:
        return
    await repository.hold(act, act.vault.blinds(identity_number, f"{HOLDER}.identity_number"))
    keys = [UUID(key) for key in await keeping.holding(act, MEMBERS, "identity_number", identity_number)]
    if any(row["state"] == MemberState.current for row in await members.of_ids(act, keys)):
        raise Conflict(errors=(FieldError("/identity_number", "worker_on_roll"),))
