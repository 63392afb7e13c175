"""Appropriations as they are computed and written: what a proposal rests on, set-wise, and its lines, set-wise."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from app.core.acts import Act
from app.core.clock import SHANGHAI, day_of
from app.core.database import driver
from app.services.funding.appropriations.facts import (
    Ground,
    ItemKind,
    Line,
    Passing,
    Project,
    ProjectState,
    Standing,
)
from app.services.funding.appropriations.models import (
    FundingAppropriation,
    FundingAppropriationItem,
    FundingBrandProject,
)

BRANCHES = "SELECT * FROM funding_branches($1, $2, $3)"
GIVEN = "SELECT * FROM funding_given($1, $2)"
PASSINGS = "SELECT * FROM funding_passings($1, $2)"
UNFIT = "SELECT item_id, branch_name, why FROM funding_appropriation_unfit($1, $2) LIMIT 50"
LINES = """
INSERT INTO funding_appropriation_items (version, appropriation_id, kind, branch_id, branch_name, project_id, turn,
                                         members, due_fen, granted_fen, amount_fen, explanation, entered_by,
                                         created_at, recorded_at)
SELECT 1, $1, kind, branch_id, branch_name, project_id, turn, members, due_fen, granted_fen, amount_fen,
       explanation::jsonb, $2, $3, $3
  FROM unnest($4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::smallint[], $9::integer[], $10::bigint[],
              $11::bigint[], $12::bigint[], $13::text[])
       AS told (kind, branch_id, branch_name, project_id, turn, members, due_fen, granted_fen, amount_fen, explanation)
 ORDER BY branch_id, kind, project_id
"""
GONE = "DELETE FROM funding_appropriation_items WHERE appropriation_id = $1 AND kind <> 'adjustment'"
STANDING = """
SELECT kind, branch_id, project_id, turn, members, due_fen, granted_fen, amount_fen
  FROM funding_appropriation_items WHERE appropriation_id = $1 AND kind <> 'adjustment'
"""
COUNTED = """
SELECT coalesce(sum(amount_fen), 0)::bigint, count(*), count(DISTINCT branch_id)
  FROM funding_appropriation_items WHERE appropriation_id = $1
"""
NETS = """
SELECT branch_id, sum(amount_fen)::bigint AS fen FROM funding_appropriation_items
 WHERE appropriation_id = $1 GROUP BY branch_id HAVING sum(amount_fen) <> 0 ORDER BY branch_id
"""


def end_of(day: date) -> datetime:
    """The instant at which a day is over in Shanghai."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)


async def ground(act: Act, committee_id: UUID, year: int, on: date) -> Ground:
    """What a proposal of a committee rests on: three reads, however many branches there are."""
    connection = await driver(act.session)
    found = await connection.fetch(BRANCHES, committee_id, end_of(on), act.today)
    ids = [row["branch_id"] for row in found]
    passed = await connection.fetch(PASSINGS, ids, year)
    known = set(ids)
    elsewhere = sorted(
        {row["predecessor_id"] for row in passed} | {row["successor_id"] for row in passed}.difference(known)
    )
    had = {row["branch_id"]: row for row in await connection.fetch(GIVEN, [*ids, *elsewhere], year)}
    return Ground(
        year,
        on,
        tuple(_standing(row, had.get(row["branch_id"]), on) for row in found),
        tuple(await _projects(act, committee_id, year)),
        tuple(Passing(row["predecessor_id"], row["successor_id"]) for row in passed),
        tuple(
            (row["successor_id"], row["formal"], row["probationary"])
            for row in passed
            if row["successor_id"] not in known
        ),
        tuple((key, had[key]["given_fen"]) for key in elsewhere if key in had),
    )


def _standing(row: Any, had: Any, on: date) -> Standing:
    return Standing(
        branch_id=row["branch_id"],
        name=row["name"],
        formal=row["formal"],
        probationary=row["probationary"],
        approved_on=row["approved_on"],
        founded_on=row["founded_on"],
        counted_on=max(on, day_of(row["known_at"])),
        given_fen=0 if had is None else had["given_fen"],
        turns=0 if had is None else had["turns"],
        founding_given=had is not None and had["founding"],
        came_of=row["came_of"],
    )


async def _projects(act: Act, committee_id: UUID, year: int) -> list[Project]:
    row = FundingBrandProject
    query = (
        select(row.id, row.branch_id, row.title, row.approved_fen)
        .where(row.committee_id == committee_id, row.year == year, row.state == ProjectState.approved)
        .order_by(row.id)
    )
    return [
        Project(found.id, found.branch_id, found.title, found.approved_fen or 0)
        for found in await act.session.execute(query)
    ]


async def add(act: Act, row: FundingAppropriation | FundingAppropriationItem) -> None:
    """Write a new row."""
    act.session.add(row)
    await act.session.flush()


async def save(act: Act, row: FundingAppropriation) -> None:
    """Write a changed appropriation as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def complete(act: Act) -> None:
    """Write what was changed further in the version that is being written."""
    await act.session.flush()


async def set_lines(act: Act, appropriation_id: UUID, lines: Sequence[Line]) -> None:
    """Put the computed lines in the place of those before; lines by hand stay."""
    connection = await driver(act.session)
    await connection.execute(GONE, appropriation_id)
    await connection.execute(
        LINES,
        appropriation_id,
        act.by.id,
        act.now,
        [line.kind.value for line in lines],
        [line.branch_id for line in lines],
        [line.branch_name for line in lines],
        [line.project_id for line in lines],
        [line.turn for line in lines],
        [line.members for line in lines],
        [line.due_fen for line in lines],
        [line.granted_fen for line in lines],
        [line.amount_fen for line in lines],
        [orjson.dumps(line.explanation).decode() for line in lines],
    )


async def otherwise(act: Act, appropriation_id: UUID, lines: Iterable[Line]) -> int:
    """How many lines would be computed otherwise now, or not at all, or are missing."""
    connection = await driver(act.session)
    written = {tuple(row) for row in await connection.fetch(STANDING, appropriation_id)}
    now = {
        (
            *(line.kind.value, line.branch_id, line.project_id, line.turn, line.members),
            *(line.due_fen, line.granted_fen, line.amount_fen),
        )
        for line in lines
    }
    return len({row[:3] for row in written ^ now})


async def counted(act: Act, appropriation_id: UUID) -> tuple[int, int, int]:
    """Sum in fen, lines and branches of an appropriation."""
    ((total, lines, branches),) = await (await driver(act.session)).fetch(COUNTED, appropriation_id)
    return total, lines, branches


async def nets(act: Act, appropriation_id: UUID) -> list[tuple[UUID, int]]:
    """What each branch gets of an appropriation, in the order of their ids."""
    return [(row[0], row[1]) for row in await (await driver(act.session)).fetch(NETS, appropriation_id)]


async def unfit(act: Act, appropriation_id: UUID) -> list[tuple[UUID, str, str]]:
    """Lines whose branch has ended or gone elsewhere since, and why; the other branches are held until the act ends."""
    found = await (await driver(act.session)).fetch(UNFIT, appropriation_id, act.today)
    return [(row[0], row[1], row[2]) for row in found]


async def out_of_sight(act: Act, appropriation_id: UUID) -> list[tuple[UUID, str]]:
    """Lines of branches whose accounts lie outside the caller's scope: those of a line, elsewhere."""
    row = FundingAppropriationItem
    query = select(row.id, row.branch_name, row.place_code, row.line_code, row.branch_id)
    found = await act.session.execute(query.where(row.appropriation_id == appropriation_id).order_by(row.id))
    return [
        (line.id, line.branch_name)
        for line in found
        if not act.scope.holds(line.place_code, [line.line_code], [line.branch_id])
    ]


async def adjustment(act: Act, appropriation_id: UUID, item_id: UUID) -> FundingAppropriationItem | None:
    """A line by hand of an appropriation."""
    row = FundingAppropriationItem
    query = select(row).where(
        row.id == item_id, row.appropriation_id == appropriation_id, row.kind == ItemKind.adjustment
    )
    return await act.session.scalar(query)


async def remove(act: Act, row: FundingAppropriationItem) -> None:
    """Take a line away."""
    await act.session.delete(row)
    await act.session.flush()
