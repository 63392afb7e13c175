"""Terms and posts as entities: what a judgement rests on, and the writes.

Members are kept from being erased before branches are locked, and branches are locked before terms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import aliased

from app.core.acts import Act
from app.core.database import driver
from app.services.branches.models import Branch
from app.services.hosts.models import Host
from app.services.members.models import Member
from app.services.teams.facts import EndKind
from app.services.teams.models import Post, Term
from app.services.workers.models import Worker


@dataclass(frozen=True, slots=True)
class Ground:
    """The branch of a team; locked, nothing of it changes before the act is done."""

    id: UUID
    level: str
    formation_mode: str
    term_kind: str
    host_kind: str | None
    formal_members: int
    region_code: int
    region_level: int
    founded_on: date
    dissolved_on: date | None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the roll says of a member: `homes` is the branch of the relation with those it belongs to."""

    kind: str
    state: str
    homes: frozenset[UUID]


async def hold_members(act: Act, members: Sequence[UUID], workers: Sequence[UUID]) -> None:
    """Let nobody erase these members, nor those that these workers are, before the act is done; anywhere."""
    await (await driver(act.session)).execute("SELECT hold_members($1, $2)", members, workers)


async def ground(act: Act, branch_id: UUID, *, locked: bool) -> Ground | None:
    """A branch that may be seen; `locked` one that may be written; None for another."""
    host_kind = select(Host.kind).where(Host.id == Branch.host_id).correlate(Branch).scalar_subquery()
    query = select(
        Branch.id,
        Branch.level,
        Branch.formation_mode,
        Branch.term_kind,
        host_kind,
        Branch.formal_members,
        Branch.region_code,
        Branch.region_level,
        Branch.founded_on,
        Branch.dissolved_on,
    ).where(Branch.id == branch_id)
    if locked:
        query = query.with_for_update(key_share=True, of=Branch)
    row = (await act.session.execute(query)).first()
    return None if row is None else Ground(*row)


async def enrolled(act: Act, members: Iterable[UUID]) -> dict[UUID, Enrolled]:
    """What the roll says of these members, as far as they are visible.

    No more than held: whoever changes a member locks it before its branch, and would wait for us as we for him.
    """
    home, above = aliased(Branch), aliased(Branch)
    query = (
        select(Member.id, Member.kind, Member.state, Member.branch_id, home.parent_id, above.parent_id)
        .outerjoin(home, home.id == Member.branch_id)
        .outerjoin(above, above.id == home.parent_id)
        .where(Member.id.in_(sorted(set(members))))
    )
    return {
        row[0]: Enrolled(row[1], row[2], frozenset(key for key in row[3:] if key is not None))
        for row in await act.session.execute(query)
    }


@dataclass(frozen=True, slots=True)
class Employed:
    """What is known of a party worker: on a roll as `member_id`, or as stated."""

    member_id: UUID | None
    stated_formal: bool | None
    state: str
    qualifications: frozenset[str]


async def employed(act: Act, workers: Iterable[UUID]) -> dict[UUID, Employed]:
    """What is known of these party workers, as far as they are visible."""
    query = select(Worker.id, Worker.member_id, Worker.stated_formal, Worker.state, Worker.qualifications).where(
        Worker.id.in_(sorted(set(workers)))
    )
    return {row[0]: Employed(row[1], row[2], row[3], frozenset(row[4])) for row in await act.session.execute(query)}


async def in_office(act: Act, branch_id: UUID, *, locked: bool) -> Term | None:
    """The term that a branch's team is in."""
    query = select(Term).where(Term.branch_id == branch_id, Term.valid_to.is_(None))
    return await act.session.scalar(query.with_for_update(key_share=True) if locked else query)


async def last_number(act: Act, branch_id: UUID) -> int:
    """The number of a branch's last term; 0 when it has had none."""
    return int(await act.session.scalar(select(func.max(Term.number)).where(Term.branch_id == branch_id)) or 0)


async def held(act: Act, term_id: UUID) -> Sequence[Post]:
    """The posts of a term that are held. Whoever writes one holds its term."""
    query = select(Post).where(Post.term_id == term_id, Post.valid_to.is_(None)).order_by(Post.id)
    return (await act.session.scalars(query)).all()


async def begin(act: Act, term: dict[str, Any], posts: Sequence[dict[str, Any]]) -> UUID:
    """Insert a term with its posts; returns its key."""
    term_id: UUID | None = await act.session.scalar(
        insert(Term).values(**term, created_at=act.now, recorded_at=act.now).returning(Term.id)
    )
    assert term_id is not None  # noqa: S101  (an insert that returns)
    await join(act, [{"term_id": term_id, **post} for post in posts])
    return term_id


async def join(act: Act, posts: Sequence[dict[str, Any]]) -> None:
    """Insert posts."""
    await act.session.execute(
        insert(Post).values([{"version": 1, "created_at": act.now, "recorded_at": act.now, **post} for post in posts])
    )


async def leave(act: Act, term_id: UUID, day: date, kind: EndKind, reason: str | None) -> None:
    """End all posts of a term that are held; one that would begin later ends on its first day and so never held."""
    await act.session.execute(
        update(Post)
        .where(Post.term_id == term_id, Post.valid_to.is_(None))
        .values(
            valid_to=func.greatest(Post.valid_from, day),
            end_kind=kind,
            end_reason=reason,
            version=Post.version + 1,
            recorded_at=act.now,
        )
        .execution_options(synchronize_session=False)
    )


async def save(act: Act, *rows: Term | Post) -> None:
    """Write locked rows' changes as their next versions."""
    for row in rows:
        row.version += 1
        row.recorded_at = act.now
    await act.session.flush()
