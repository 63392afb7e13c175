"""Lines and own objects at work: what is covered comes into a line and leaves it, and who only sees does not write."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Scope
from tests.access.world import World, made
from tests.conftest import Api

MATCH = {"if-match": '"2"'}
MOVE = {"management_mode": "territorial", "on": "2026-03-01", "reason": "归口管理", "departure_reason": "试点"}


@pytest.fixture
async def world(api: Api, direct: "asyncpg.Connection[Any]") -> World:
    """The places of the matrix."""
    return await made(api.app, direct)


async def line_of(direct: "asyncpg.Connection[Any]", organization: str) -> tuple[Any, Any]:
    row = await direct.fetchrow("SELECT line_code, covered_by FROM organizations WHERE id = $1", UUID(organization))
    assert row is not None
    return row["line_code"], row["covered_by"]


async def test_lines_and_own_objects_at_work(world: World, direct: "asyncpg.Connection[Any]") -> None:
    things = world.things
    officer, secretary = world.client("line_officer"), world.client("branch_secretary")

    # The place of origin sees its people's branch, with what it may not do and why.
    dual = f"/v1/branches/{things['branches']['dual'].id}"
    shown = (await officer.get(dual)).json()
    assert shown["outflow_authority_code"] == "099001002000000"
    assert shown["authority_name"] is None
    assert {step["reason"] for step in shown["allowed_actions"]} == {"outside_scope"}
    assert (await officer.patch(dual, json={"name": "某支部"}, headers=MATCH)).status_code == 403

    # A secretary keeps the own branch up to date, and does not bring it under another authority.
    own = f"/v1/branches/{things['branches']['mine'].id}"
    kept = await secretary.patch(own, json={"name": "某支部"}, headers=MATCH)
    assert (kept.status_code, kept.json()["name"]) == (200, "某支部"), kept.text
    order = {**MOVE, "authority_id": things["authorities"]["line_own"].id}
    assert (await secretary.post(f"{own}/transfer", json=order, headers={"if-match": '"3"'})).status_code == 403

    # A branch that comes under another authority takes its organisation along, out of this line.
    firm, branch = things["organizations"]["line_child"].id, things["branches"]["line_child"].id
    assert await line_of(direct, firm) == (99_001_002_000_000, UUID(branch))
    order = {**MOVE, "authority_id": things["authorities"]["line_foreign"].id}
    unseen = await officer.post(f"/v1/branches/{branch}/transfer", json=order, headers=MATCH)
    assert (unseen.status_code, unseen.json()["errors"][0]["code"]) == (422, "reference_unknown")
    moved = await world.client("everyone").post(f"/v1/branches/{branch}/transfer", json=order, headers=MATCH)
    assert moved.status_code == 200, moved.text
    assert await line_of(direct, firm) == (99_002_000_000_000, UUID(branch))
    assert await direct.fetchval(
        "SELECT every(link.authority_code = branches.authority_code) FROM branch_organizations AS link"
        " JOIN branches ON branches.id = link.branch_id"
    )
    assert (await officer.get(f"/v1/branches/{branch}")).status_code == 404
    assert (await officer.get(f"/v1/organizations/{firm}")).status_code == 404

    # What a line's officer no longer covers leaves the officer's own scope in the same transaction.
    firm, branch = things["organizations"]["line_own"].id, things["branches"]["line_own"].id
    ended = await officer.post(
        f"/v1/branches/{branch}/organizations/{firm}/end",
        json={"valid_to": "2026-03-01", "reason": "企业迁出"},
        headers=MATCH,
    )
    assert (ended.status_code, ended.json()["organizations_covered"]) == (200, 0), ended.text
    assert await line_of(direct, firm) == (None, None)
    assert (await officer.get(f"/v1/organizations/{firm}")).status_code == 404
    assert (await officer.get(f"/v1/branches/{branch}")).status_code == 200


async def test_an_outflow_authority_needs_dual_management_and_a_code_that_is_there(world: World) -> None:
    everyone, branch = world.client("everyone"), f"/v1/branches/{world.things['branches']['own'].id}"
    order = {**MOVE, "management_mode": "dual", "authority_id": world.things["authorities"]["own"].id}
    for change, status, code in (
        (
            {"outflow_authority_code": "099009000000000"},
            409,
            "constraint.fk_branches_outflow_authority_code_authorities",
        ),
        ({"outflow_authority_code": "12"}, 422, "string_pattern_mismatch"),
        (
            {"outflow_authority_code": "099001000000000", "management_mode": "territorial"},
            422,
            "outflow_needs_dual",
        ),
    ):
        answer = await everyone.post(f"{branch}/transfer", json=order | change, headers=MATCH)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code), answer.text
    order["outflow_authority_code"] = "099001000000000"
    named = await everyone.post(f"{branch}/transfer", json=order, headers=MATCH)
    assert named.status_code == 200
    world.cast.put("line head", "line_officer", Scope(lines=((99_001_000_000_000, 99_001_001_000_000),)))
    assert (await world.client("line head").get(branch)).status_code == 200
