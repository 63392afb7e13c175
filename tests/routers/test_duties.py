"""From a grant in the database to what is seen: by line, by own branch, by own organisations."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api
from tests.kit.identity import Machine, administrators, entered, granted, signed_in
from tests.kit.organizations import add

STREET = "330106010000"
LINE = "033001006010000"
OTHER = "033001006020000"


@pytest.fixture
async def branches(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> dict[str, dict[str, Any]]:
    """Under each of two authorities a branch over three firms."""
    found = {}
    for code in (LINE, OTHER):
        body = {"code": code, "kind": "industry_department", "name": f"党委{code}", "region_code": STREET}
        authority = (await client.post("/v1/authorities", json=body)).json()
        firms = await add(direct, 3, formal_members_relation=1)
        draft = {
            "name": f"联合支部{code}",
            "formation_mode": "joint",
            "authority_id": authority["id"],
            "region_code": STREET,
            "founded_on": "2026-02-10",
            "organization_ids": [str(key) for key in firms],
        }
        answer = await client.post("/v1/branches", json=draft)
        assert answer.status_code == 201, answer.text
        found[code] = answer.json() | {"firms": [str(key) for key in firms]}
    return found


@pytest.fixture
async def machine(api: Api) -> Machine:
    """Someone who signs in."""
    system, _ = await administrators(api)
    return await entered(system)


async def ids(client: httpx.AsyncClient, path: str) -> set[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return {each["id"] for each in answer.json()["items"]}


async def test_a_line_officer_sees_the_line_and_no_other(
    api: Api, machine: Machine, branches: dict[str, dict[str, Any]]
) -> None:
    _, security = await administrators(api)
    grant = await granted(security, machine.id, "line_officer", lines=["033001006010000"])
    assert grant["lines"] == [{"first": LINE, "last": "033001006010999"}]
    officer = await signed_in(api, machine)
    assert await ids(officer, "/v1/branches") == {branches[LINE]["id"]}
    assert await ids(officer, "/v1/organizations") == set(branches[LINE]["firms"])
    assert (await officer.get(f"/v1/branches/{branches[OTHER]['id']}")).status_code == 404


async def test_a_secretary_sees_the_own_branch(api: Api, machine: Machine, branches: dict[str, dict[str, Any]]) -> None:
    _, security = await administrators(api)
    await granted(security, machine.id, "branch_secretary", subjects=[branches[OTHER]["id"]])
    secretary = await signed_in(api, machine)
    assert await ids(secretary, "/v1/branches") == {branches[OTHER]["id"]}
    assert (await secretary.get(f"/v1/branches/{branches[LINE]['id']}")).status_code == 404


async def test_an_instructor_sees_the_own_organisations(
    api: Api, machine: Machine, branches: dict[str, dict[str, Any]]
) -> None:
    _, security = await administrators(api)
    mine = branches[LINE]["firms"][:2]
    await granted(security, machine.id, "instructor", subjects=mine)
    instructor = await signed_in(api, machine)
    assert await ids(instructor, "/v1/organizations") == set(mine)
    assert (await instructor.get(f"/v1/organizations/{branches[OTHER]['firms'][0]}")).status_code == 404


async def test_what_is_out_of_sight_cannot_be_made_anybodys_own(api: Api, branches: dict[str, dict[str, Any]]) -> None:
    ningbo = await api.client(
        "person:n", role="security_administrator", ranges=((330200000000, 330300000000),), language="en"
    )
    for body in (
        {"role": "branch_secretary", "subjects": [branches[LINE]["id"]]},
        {"role": "instructor", "subjects": branches[LINE]["firms"][:1]},
        {"role": "line_officer", "lines": [LINE]},
    ):
        answer = await ningbo.post("/v1/grants", json={"subject": "person:w", "reason": "试试", **body})
        assert answer.status_code == 422, body
        assert answer.json()["errors"][0]["code"] == "reference_unknown"
