"""What the database itself holds of budgets, whoever writes: asked as the application's own role."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from app.services.funding.budgets import service as budgets
from tests.conftest import Api, actor
from tests.kit import meetings
from tests.kit.budgets import adjustment, approved, drawn_up, opened, spent, year_opened
from tests.kit.databases import Clones, dsn
from tests.kit.programmes import entered

EVERYWHERE = {
    "lo": "0", "hi": "1000000000000", "whole": "t", "ranges": "{[0,1000000000000)}", "now": "2026-03-02T01:00:00Z",
}  # fmt: skip
APPROVE = "UPDATE {table} SET state = 'approved', edition = {edition}, approved_by = $2, approved_on = '2026-03-02',"
APPROVE += " version = version + 1 WHERE id = $1"


@pytest.fixture
async def app(server: Clones, database_name: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """The application's role, everywhere."""
    connection = await asyncpg.connect(dsn(server.url(database_name)))
    for name, value in EVERYWHERE.items():
        await connection.execute("SELECT set_config($1, $2, false)", f"liangxin.{name}", value)
    yield connection
    await connection.close()


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who draws it up."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who approves it."""
    return house.officer("chief")


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


async def _as(app: "asyncpg.Connection[Any]", who: str) -> None:
    await app.execute("SELECT set_config('liangxin.actor', $1, false)", who)


async def _done(app: "asyncpg.Connection[Any]", statements: tuple[tuple[Any, ...], ...]) -> None:
    """In one transaction; what is deferred comes at its end."""
    async with app.transaction():
        for statement, *arguments in statements:
            await app.execute(statement, *arguments)


async def _refused(app: "asyncpg.Connection[Any]", constraint: str, *statements: tuple[Any, ...]) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await _done(app, statements)
    assert refused.value.constraint_name == constraint


async def test_nobody_approves_what_he_drew_up(
    app: "asyncpg.Connection[Any]", client: httpx.AsyncClient, committee: str
) -> None:
    budget = UUID((await drawn_up(client, committee))["id"])
    approve = APPROVE.format(table="funding_budgets", edition=1)
    await _as(app, "office")
    await _refused(app, "ck_funding_budgets_approved_by_another", (approve, budget, "office"))
    # Not under another's name either, nor after having written a part of it.
    await _refused(app, "ck_funding_budgets_approved", (approve, budget, "chief"))
    await _as(app, "chief")
    change = "UPDATE funding_budget_lines SET amount_fen = 1 WHERE budget_id = $1"
    await _refused(app, "ck_funding_budgets_drawn_up", (change, budget))
    touch = "UPDATE funding_budgets SET version = version + 1 WHERE id = $1"
    await _refused(
        app, "ck_funding_budgets_approved_by_another", (touch, budget), (change, budget), (approve, budget, "chief")
    )
    erase = "UPDATE funding_budgets SET drawn_up_by = '{nobody}', drafted_by = 'nobody' WHERE id = $1"
    await _as(app, "office")
    await _refused(app, "ck_funding_budgets_approved_by_another", (erase, budget), (approve, budget, "office"))
    await _as(app, "chief")
    await app.execute(approve, budget, "chief")


async def test_what_was_approved_changes_by_adjustments_alone(
    app: "asyncpg.Connection[Any]", client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str
) -> None:
    budget = await approved(client, chief, committee)
    key, line = UUID(budget["id"]), UUID(budget["lines"][0]["id"])
    await _as(app, "office")
    for statement, constraint in (
        ("UPDATE funding_budgets SET title = '改名' WHERE id = $1", "frozen"),
        ("UPDATE funding_budgets SET state = 'draft', edition = 0 WHERE id = $1", "frozen"),
        ("UPDATE funding_budgets SET approved_by = 'somebody' WHERE id = $1", "frozen"),
        ("UPDATE funding_budgets SET edition = 2 WHERE id = $1", "adds_up"),
        ("UPDATE funding_budget_lines SET amount_fen = amount_fen + 1 WHERE budget_id = $1", "adds_up"),
        ("UPDATE funding_budget_lines SET title = '另一个' || position WHERE budget_id = $1", "frozen"),
        ("DELETE FROM funding_budget_lines WHERE budget_id = $1", "frozen"),
        (
            "INSERT INTO funding_budget_lines (version, budget_id, position, use, title, amount_fen, created_at,"
            " recorded_at) VALUES (1, $1, 9, 'full_time_pay', '新', 5, now(), now())",
            "adds_up",
        ),
    ):
        await _refused(app, f"ck_funding_budgets_{constraint}", (statement, key))
    # What was approved first cannot be told otherwise: the database keeps it.
    await app.execute("UPDATE funding_budget_lines SET original_fen = 7 WHERE id = $1", line)
    assert await app.fetchval("SELECT original_fen FROM funding_budget_lines WHERE id = $1", line) == 30_000_000

    row = await entered(client, "/v1/funding/budget-adjustments", adjustment(budget, 5, -5))
    approve = APPROVE.format(table="funding_budget_adjustments", edition=2)
    await _refused(app, "ck_funding_budget_adjustments_approved_by_another", (approve, UUID(row["id"]), "office"))
    await _as(app, "chief")
    delta = "UPDATE funding_budget_adjustment_lines SET delta_fen = 6 WHERE adjustment_id = $1"
    await _refused(app, "ck_funding_budget_adjustments_drawn_up", (delta, UUID(row["id"])))
    # Approved without its lines, or its budget's edition, following.
    await _refused(app, "ck_funding_budgets_adds_up", (approve, UUID(row["id"]), "chief"))
    answer = await chief.post(
        f"/v1/funding/budget-adjustments/{row['id']}/approve", json={}, headers={"if-match": '"1"'}
    )
    assert answer.status_code == 200, answer.text
    for statement in (delta, "DELETE FROM funding_budget_adjustment_lines WHERE adjustment_id = $1"):
        await _refused(app, "ck_funding_budget_adjustments_frozen", (statement, UUID(row["id"])))


async def test_what_is_executed_is_what_entries_moved(
    app: "asyncpg.Connection[Any]", acts: Acts, client: httpx.AsyncClient, chief: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]", committee: str,
) -> None:  # fmt: skip
    await year_opened(direct, committee, 2026)
    budget = await approved(client, chief, committee)
    line = UUID(budget["lines"][0]["id"])
    async with acts.open(actor("desk")) as act:
        await opened(act, UUID(committee))
        entry = await spent(act, UUID(committee), 100)
        await budgets.take(act, line, 60, entry_id=entry)
        other = await spent(act, UUID(committee), 100)
    await _as(app, "desk")
    take = (
        "INSERT INTO funding_budget_executions (budget_line_id, entry_id, amount_fen, taken_by, recorded_at)"
        " VALUES ($1, $2, $3, 'desk', now())"
    )
    await _refused(app, "uq_funding_budget_executions_entry_id_budget_line_id", (take, line, entry, 40))
    await _refused(app, "ck_funding_budget_executions_moved", (take, line, other, 101))
    await _refused(app, "ck_funding_budget_executions_moved", (take, line, other, -1))
    # What is executed is the database's count; a line is not written past it, nor below.
    for statement in ("SET executed_fen = 0", "SET executed_fen = executed_fen + 1"):
        update = f"UPDATE funding_budget_lines {statement} WHERE id = $1"
        await _refused(app, "ck_funding_budget_lines_counted", (update, line))
    for statement in (
        "UPDATE funding_budget_executions SET amount_fen = 1",
        "DELETE FROM funding_budget_executions",
        "TRUNCATE funding_budget_executions",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    assert await app.fetchval("SELECT executed_fen FROM funding_budget_lines WHERE id = $1", line) == 60
