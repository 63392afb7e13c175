"""The list reckons in the database what the rules reckon day by day."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.core.acts import Acts
from app.core.findings import Cited
from app.core.pagination import Ask
from app.services.training.dues import reads
from app.services.training.dues.schemas import TrainingDueFilters
from app.services.training.facts import Held, Study, minutes_told
from app.services.training.policy import DEFAULT
from app.services.training.rules import due
from app.services.workers.facts import WorkerRole
from tests.conftest import actor

AT = "'2026-03-01T00:00:00Z'"
WORKER = f"""
INSERT INTO workers (version, name, state, since, region_code, region_level, source, source_time, created_at,
                     recorded_at)
VALUES (1, $1, 'current', '2020-01-01', 330106000000, 3, 'officer', {AT}, {AT}, {AT}) RETURNING id
"""
ROLE = f"""
INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                          recorded_at)
VALUES (1, $1, $2, 'internal', $3, $4, '[]', {AT}, {AT})
"""
ATTENDED = f"""
INSERT INTO attendances (version, worker_id, course_title, held_on, minutes, source, source_time, created_at,
                         recorded_at)
VALUES (1, $1, $2, $3, $4, 'officer', {AT}, {AT}, {AT})
"""
POSTED = f"""
INSERT INTO practice_postings (version, worker_id, body, purpose, valid_from, valid_to, created_at, recorded_at)
VALUES (1, $1, '某企业', 'enterprise', $2, $3, {AT}, {AT})
"""
UNBOUND = ("ck_worker_roles_post_id", "ck_worker_roles_instructor", "ck_worker_roles_liaison", "ex_worker_roles_period")
"""Any history of roles is reckoned, also one that could not be entered."""
YEAR, TODAY = 2026, date(2026, 3, 2)
POLICY = replace(DEFAULT, liaison_hours=Cited(8, "某市办法"), practice_days=Cited(20, "某市办法"))


def day(chance: random.Random) -> date:
    """A day in or around the year."""
    return date(2025, 7, 1) + timedelta(days=chance.randrange(800))


async def some_history(direct: "asyncpg.Connection[Any]", chance: random.Random, worker: UUID) -> Study:
    """A worker's roles, attendances and postings, entered and told."""
    held = []
    for _ in range(chance.randrange(1, 6)):
        code = chance.choice(list(WorkerRole))
        since = day(chance)
        until = None if chance.random() < 0.2 else since + timedelta(days=chance.randrange(300))
        await direct.execute(ROLE, worker, code.value, since, until)
        held.append(Held(code, since, until or date(2100, 1, 1)))
    minutes = sessions = 0
    for number in range(chance.randrange(5)):
        when, told = day(chance), chance.randrange(1, 900)
        await direct.execute(ATTENDED, worker, f"第{number}期", when, told)
        if when.year == YEAR:
            minutes, sessions = minutes + told, sessions + 1
    days, free = set(), date(2025, 10, 1)
    for _ in range(chance.randrange(3)):
        since = free + timedelta(days=chance.randrange(60))
        free = since + timedelta(days=chance.randrange(1, 90))
        await direct.execute(POSTED, worker, since, free)
        days |= {since + timedelta(days=step) for step in range((free - since).days)}
    return Study(YEAR, tuple(held), minutes, sessions, sum(each.year == YEAR and each <= TODAY for each in days))


async def test_the_database_reckons_as_the_rules_do(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    for name in UNBOUND:
        await direct.execute(f"ALTER TABLE worker_roles DROP CONSTRAINT {name}")
    chance = random.Random(5)
    expected = {}
    for number in range(120):
        worker = await direct.fetchval(WORKER, f"第{number}人")
        expected[worker] = await some_history(direct, chance, worker)
    async with acts.open(actor()) as act:
        page = await reads.listed(act, TrainingDueFilters(), YEAR, POLICY, Ask(limit=200))
    told = {row["worker_id"]: row for row in page.rows}
    assert len(told) > 90
    for worker, study in expected.items():
        some = due(study, POLICY)
        in_year = any(
            each.valid_from < date(2027, 1, 1) and each.valid_to > max(date(2026, 1, 1), each.valid_from)
            for each in study.held
        )
        assert (worker in told) == in_year
        if not in_year:
            continue
        row = told[worker]
        found = (row["minutes_due"], row["minutes_done"], row["sessions_due"], row["sessions_done"])
        assert found == (some.minutes_due, some.minutes, some.sessions_due, some.sessions), study
        assert (row["practice_days_due"], row["practice_days_done"]) == (some.practice_due, some.practice_days), study
        assert row["role"] == some.role
        assert row["minutes_missing"] == max(some.minutes_due - some.minutes, 0)


def test_hours_become_minutes_with_a_half_rounded_up() -> None:
    assert minutes_told(None, 800, 45) == 360
    assert minutes_told(None, 250, 45) == 113
    assert minutes_told(None, 1, 50) == 1
    assert minutes_told(90, 800, 45) == 90
    assert minutes_told(None, None, 45) is None
