"""The network over HTTP: from a root down, paged, as files; what is wrong in it; who sees what; bad questions."""

from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import asyncpg
import httpx
import pytest

from tests.conftest import Api
from tests.core.test_graphs import SPACE, read_dot
from tests.kit.databases import Clones, dsn

XIHU, YUHANG = "330106000000", "330110000000"
NAME = 'A"股份\\<公司>&'


async def made(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def world(client: httpx.AsyncClient) -> dict[str, str]:
    """A committee with a gap in its codes below it, two branches of which one belongs to the other, and firms."""
    ids: dict[str, str] = {}

    async def authority(key: str, code: str, kind: str = "township", region: str = XIHU) -> None:
        body = {"name": key, "code": code, "kind": kind, "region_code": region}
        ids[key] = (await made(client, "/v1/authorities", **body))["id"]

    await authority("county", "033001006000000", "work_committee")
    await authority("street", "033001006001000")
    await authority("deep", "033001006002003", "village")  # no body 033001006002000: it hangs under the county's
    await authority("origin", "046001002000000", region="460105000000")

    async def branch(key: str, authority_id: str, **more: Any) -> None:
        body = {
            "name": key, "formation_mode": "territorial", "authority_id": authority_id, "founded_on": "2026-01-01",
            "formal_members": 5, "departure_reason": "试点", "region_code": XIHU,
        }  # fmt: skip
        ids[key] = (await made(client, "/v1/branches", **(body | more)))["id"]

    for key in ("firm", "second", "third"):
        name = NAME if key == "firm" else key
        ids[key] = (await made(client, "/v1/organizations", name=name, region_code=XIHU))["id"]
    await branch("general", ids["street"], level="general_branch", organization_ids=[ids["firm"]])
    await branch("own", ids["deep"], parent_id=ids["general"], organization_ids=[ids["second"]])
    await branch(
        "floating", ids["street"], management_mode="dual", outflow_authority_code="046001002000000",
        organization_ids=[ids["third"]],
    )  # fmt: skip
    return ids


async def asked(client: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await client.get("/v1/network", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def edges(part: dict[str, Any], ids: dict[str, str]) -> set[tuple[str, str, str]]:
    names = {key: name for name, key in ids.items()}
    return {(names[each["from"]], each["kind"], names[each["to"]]) for each in part["edges"]}


async def test_from_an_authority_down(client: httpx.AsyncClient) -> None:
    ids = await world(client)
    part = await asked(client, root="033001006000000", depth="5")
    names = {key: name for name, key in ids.items()}
    assert [(names[each["id"]], each["depth"]) for each in part["nodes"] if each["depth"] is not None] == [
        ("county", 0),
        *sorted([("street", 1), ("deep", 1)], key=lambda each: ids[each[0]]),
        *sorted([("general", 2), ("own", 2), ("floating", 2)], key=lambda each: ids[each[0]]),
        *sorted([("firm", 3), ("second", 3), ("third", 3)], key=lambda each: ids[each[0]]),
    ]
    (outside,) = [each for each in part["nodes"] if each["depth"] is None]
    assert (outside["id"], outside["name"], outside["code"]) == (ids["origin"], "origin", "046001002000000")
    assert edges(part, ids) == {
        ("county", "manages", "street"),
        ("county", "manages", "deep"),
        ("street", "manages", "general"),
        ("deep", "manages", "own"),
        ("general", "belongs", "own"),
        ("street", "manages", "floating"),
        ("origin", "dual", "floating"),
        ("general", "covers", "firm"),
        ("own", "covers", "second"),
        ("floating", "covers", "third"),
    }
    node = next(each for each in part["nodes"] if each["id"] == ids["floating"])
    shown = ("kind", "type", "stage", "management_mode", "formation_mode", "region_code", "ended", "more")
    assert [node[name] for name in shown] == [
        "branch", "branch", "established", "dual", "territorial", XIHU, False, False,
    ]  # fmt: skip


async def test_by_level_with_what_is_below_told(client: httpx.AsyncClient) -> None:
    ids = await world(client)
    part = await asked(client, root=ids["county"], depth="1")
    assert {each["id"]: each["more"] for each in part["nodes"]} == {
        ids["county"]: False, ids["street"]: True, ids["deep"]: True,
    }  # fmt: skip
    assert (await asked(client, root=ids["county"], depth="0"))["nodes"][0]["more"]
    part = await asked(client, root=ids["county"])
    assert {each["id"] for each in part["nodes"] if each["more"]} == {
        ids[key] for key in ("general", "own", "floating")
    }


async def test_from_a_branch_down(client: httpx.AsyncClient) -> None:
    ids = await world(client)
    part = await asked(client, root=ids["general"])
    assert {each["id"]: each["depth"] for each in part["nodes"]} == {
        ids["street"]: None, ids["deep"]: None, ids["general"]: 0, ids["own"]: 1, ids["firm"]: 1, ids["second"]: 2,
    }  # fmt: skip
    assert ("general", "belongs", "own") in edges(part, ids)
    below = await asked(client, root=ids["own"])
    assert {each["id"]: each["depth"] for each in below["nodes"]} == {
        ids["deep"]: None, ids["general"]: None, ids["own"]: 0, ids["second"]: 1,
    }  # fmt: skip


async def test_page_by_page_nothing_twice_and_nothing_missing(client: httpx.AsyncClient) -> None:
    ids = await world(client)
    whole = await asked(client, root=ids["county"], depth="5")
    nodes, found, cursor = [], set(), None
    while True:
        params = {"root": ids["county"], "depth": "5", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        part = await asked(client, **params)
        nodes += [each["id"] for each in part["nodes"] if each["depth"] is not None]
        found |= edges(part, ids)
        cursor = part["next_cursor"]
        if cursor is None:
            break
    assert nodes == [each["id"] for each in whole["nodes"] if each["depth"] is not None]
    assert found == edges(whole, ids)
    other = await client.get("/v1/network", params={"root": ids["street"], "limit": "2", "cursor": str(cursor or "x")})
    assert other.status_code == 422


async def test_as_graphml_and_as_dot(client: httpx.AsyncClient) -> None:
    ids = await world(client)
    params = {"root": ids["county"], "depth": "5"}
    answer = await client.get("/v1/network", params=params, headers={"accept": "application/graphml+xml"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/graphml+xml")
    root = ElementTree.fromstring(answer.content)
    nodes = {each.get("id"): {data.get("key"): data.text for data in each} for each in root.iter(f"{SPACE}node")}
    assert set(nodes) == set(ids.values())
    assert nodes[ids["firm"]]["node.label"] == NAME
    ends = [(each.get("source"), each.get("target")) for each in root.iter(f"{SPACE}edge")]
    assert len(ends) == 10
    assert all(source in nodes and target in nodes for source, target in ends)

    answer = await client.get("/v1/network", params=params, headers={"accept": "text/vnd.graphviz"})
    assert answer.headers["content-type"].startswith("text/vnd.graphviz")
    drawn, lines = read_dot(answer.text)
    assert set(drawn) == set(ids.values())
    assert drawn[ids["firm"]]["label"] == NAME
    assert {(source, target) for source, target, _ in lines} == set(ends)
    audit = await client.get("/v1/network", params=params, headers={"accept": "application/pdf"})
    assert audit.status_code == 406


async def test_what_is_out_of_sight_ends_the_walk(api: Api, client: httpx.AsyncClient) -> None:
    ids = await world(client)
    hainan = await api.client("h", ranges=((460000000000, 470000000000),))
    assert (await hainan.get("/v1/network", params={"root": ids["county"]})).status_code == 404
    assert [each["id"] for each in (await asked(hainan, root=ids["origin"]))["nodes"]] == [ids["origin"]]
    xihu = await api.client("x", ranges=((330106000000, 330107000000),))
    part = await asked(xihu, root=ids["street"], depth="3")
    (origin,) = [each for each in part["nodes"] if each["depth"] is None]
    assert (origin["id"], origin["name"]) == ("046001002000000", None)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"root": "33"},
        {"root": "000001000000000"},
        {"root": "033001006000000", "depth": "11"},
        {"root": "033001006000000", "limit": "0"},
        {"root": "033001006000000", "cursor": "x"},
        {"root": "033001006000000", "colour": "red"},
        {"root": "033001006000000'--"},
    ],
)
async def test_bad_questions(client: httpx.AsyncClient, params: dict[str, str]) -> None:
    await world(client)
    assert (await client.get("/v1/network", params=params)).status_code == 422


async def test_an_unknown_root_is_not_found(client: httpx.AsyncClient) -> None:
    for root in ("099000000000000", "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c11"):
        assert (await client.get("/v1/network", params={"root": root})).status_code == 404


async def findings(client: httpx.AsyncClient, **params: str) -> list[tuple[str, str, str | None]]:
    answer = await client.get("/v1/network/checks", params=params)
    assert answer.status_code == 200, answer.text
    return [(each["check"], each["branch_name"], each["other_name"]) for each in answer.json()["items"]]


async def test_what_is_wrong_is_found(client: httpx.AsyncClient, server: Clones, database_name: str) -> None:
    ids = await world(client)
    assert await findings(client) == []
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    keys = {name: UUID(key) for name, key in ids.items()}
    await direct.execute("SET session_replication_role = replica")  # wrong states that the application itself refuses
    await direct.execute("UPDATE authorities SET dissolved_on = '2026-02-01' WHERE id = $1", keys["deep"])
    await direct.execute("UPDATE branches SET parent_id = $1 WHERE id = $2", keys["own"], keys["general"])
    await direct.execute("UPDATE branches SET outflow_authority_code = NULL WHERE id = $1", keys["floating"])
    await direct.execute("UPDATE organizations SET status = 'closed' WHERE id = $1", keys["third"])
    await direct.execute("UPDATE organizations SET region_code = 330110000000 WHERE id = $1", keys["second"])
    assert sorted(await findings(client), key=str) == sorted(
        [
            ("authority_dissolved", "own", "deep"),
            ("cycle", "general", None),
            ("cycle", "own", None),
            ("dual_without_outflow", "floating", None),
            ("organization_elsewhere", "own", "second"),
            ("organization_ended", "floating", "third"),
        ],
        key=str,
    )
    assert await findings(client, check="cycle", region=YUHANG) == []
    assert await findings(client, region=YUHANG) == [("organization_elsewhere", "own", "second")]
    part = await asked(client, root=ids["general"], depth="9")  # a circle ends where it began
    assert len([each for each in part["nodes"] if each["kind"] == "branch"]) == 2
    await direct.execute(
        "UPDATE branches SET dissolved_on = '2026-02-01', dissolution_reason = '试点结束' WHERE id = $1",
        keys["general"],
    )
    await direct.execute("UPDATE branches SET region_code = 330110000000 WHERE id = $1", keys["own"])
    await direct.close()
    assert {each[0] for each in await findings(client)} == {
        "authority_dissolved", "authority_elsewhere", "branch_dissolved", "cycle", "dual_without_outflow",
        "organization_ended", "parent_dissolved",
    }  # fmt: skip


async def test_findings_as_a_file_and_by_page(client: httpx.AsyncClient, server: Clones, database_name: str) -> None:
    ids = await world(client)
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    await direct.execute("SET session_replication_role = replica")
    await direct.execute("UPDATE branches SET management_mode = 'dual', outflow_authority_code = NULL")
    await direct.close()
    first = (await client.get("/v1/network/checks", params={"limit": "2", "count": "exact"})).json()
    assert (len(first["items"]), first["count"]["value"]) == (2, 3)
    rest = await client.get("/v1/network/checks", params={"limit": "2", "cursor": first["next_cursor"]})
    assert {each["branch_id"] for each in first["items"] + rest.json()["items"]} == {
        ids[key] for key in ("general", "own", "floating")
    }
    sheet = await client.get("/v1/network/checks", headers={"accept": "text/csv"})
    assert sheet.content.decode("utf-8-sig").splitlines()[0].startswith("Finding,Branch,")
    assert "Dual management that names no body" in sheet.text
    assert (await client.get("/v1/network/checks", params={"check": "colour"})).status_code == 422
    assert (await client.get("/v1/network/checks", params={"sort": "branch_name"})).status_code == 422
