"""Dispatch letters: one for an instructor's term, naming where he is sent; frozen once issued, and moved with him."""

from io import BytesIO
from typing import Any
from uuid import UUID

import asyncpg
import docx
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.members import BINJIANG
from tests.kit.organizations import add
from tests.kit.party import errors, tag
from tests.kit.sending import instructor, sent

WORD = {"word": "西两新函"}


@pytest.fixture
async def authority(client: httpx.AsyncClient) -> str:
    """The street's committee."""
    return await party.authority(client)


@pytest.fixture
async def role(direct: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """An instructor's term, with two firms that he is sent to."""
    worker = await instructor(direct, "沈若安")
    firms = [str(key) for key in await add(direct, 2, formal_members_relation=2)]
    for firm in firms:
        await sent(direct, worker, organization=firm)
    found = await direct.fetchval("SELECT id FROM worker_roles WHERE worker_id = $1", UUID(worker))
    return {"id": str(found), "worker": worker, "firms": firms}


async def drafted(client: httpx.AsyncClient, role: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await client.post("/v1/documents", json={"kind": "dispatch", "subject_id": role["id"]} | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def issued(client: httpx.AsyncClient, row: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await client.post(f"/v1/documents/{row['id']}/issue", json=WORD | more, headers=tag(row))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lines(client: httpx.AsyncClient, row: dict[str, Any]) -> list[str]:
    answer = await client.get(f"/v1/documents/{row['id']}/docx")
    assert answer.status_code == 200, answer.text
    return [line.text for line in docx.Document(BytesIO(answer.content)).paragraphs if line.text]


async def test_a_letter_names_where_somebody_is_sent(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, role: dict[str, Any]
) -> None:
    nobody = await client.post("/v1/documents", json={"kind": "dispatch", "subject_id": role["id"]})
    assert (nobody.status_code, errors(nobody)) == (422, [("/issuer_id", "missing")])  # kept under no line
    draft = await drafted(client, role, issuer_id=authority)
    assert (draft["subject_kind"], draft["title"]) == ("worker_roles", "关于选派党建指导员的函")
    assert (draft["region_code"], draft["authority_code"]) == ("330106000000", "033001006010000")
    names = [
        await direct.fetchval("SELECT name FROM organizations WHERE id = $1", UUID(firm)) for firm in role["firms"]
    ]
    told = await lines(client, await issued(client, draft))
    assert told[1:4] == [
        "西两新函〔2026〕1号",
        "各派驻单位：",
        "为加强两新组织党建工作，经研究，决定选派沈若安同志任党建指导员（兼职），任期自2025年9月1日起，至2027年8月31日止。",
    ]
    assert told[4] == "派驻以下单位，共2家："
    assert {line.split("（")[0][3:] for line in told[5:7]} == set(names)
    assert "（指导组建党组织，2025年9月1日至2027年8月31日）" in told[5]
    assert (await client.get("/v1/documents", params={"kind": "dispatch"})).json()["items"][0]["id"] == draft["id"]
    # What was issued stays; another letter says where he is sent now.
    await sent(direct, role["worker"], organization=str((await add(direct, 1))[0]))
    assert await lines(client, draft) == told
    again = await issued(client, await drafted(client, role, issuer_id=authority))
    assert again["number_text"] == "西两新函〔2026〕2号"
    assert "派驻以下单位，共3家：" in await lines(client, again)


async def test_what_cannot_be_written(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, role: dict[str, Any], clock: Hands
) -> None:
    idle = await instructor(direct, "陆明远")
    idle_role = await direct.fetchval("SELECT id FROM worker_roles WHERE worker_id = $1", UUID(idle))
    firm = UUID(role["firms"][0])
    liaison = await direct.fetchval(
        "INSERT INTO worker_roles (version, worker_id, role, selection_channel, organization_id, valid_from,"
        " departures, created_at, recorded_at) VALUES (1, $1, 'liaison', 'internal', $2, '2026-01-01', '[]', now(),"
        " now()) RETURNING id",
        UUID(idle),
        firm,
    )
    for subject, status, code in (
        (idle_role, 409, "document_nothing_assigned"),
        (liaison, 409, "document_not_instructor"),
        (role["worker"], 404, None),
    ):
        answer = await client.post(
            "/v1/documents", json={"kind": "dispatch", "subject_id": str(subject), "issuer_id": authority}
        )
        assert answer.status_code == status, answer.text
        assert [each[1] for each in errors(answer)] == ([] if code is None else [code])
    clock.forward(days=700)
    late = await client.post(
        "/v1/documents", json={"kind": "dispatch", "subject_id": role["id"], "issuer_id": authority}
    )
    assert (late.status_code, errors(late)) == (409, [("/subject_id", "document_role_ended")])


async def test_names_are_for_those_who_read_workers_and_places_for_those_who_see_them(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, role: dict[str, Any]
) -> None:
    letter = await issued(client, await drafted(client, role, issuer_id=authority))
    reader = await api.client("reader", role="portal_reader")
    told = (await reader.get(f"/v1/documents/{letter['id']}")).json()
    assert (told["text"], told["subject_id"]) == (None, None)
    assert (await reader.get(f"/v1/documents/{letter['id']}/docx")).status_code == 403
    assert "沈若安" not in (await client.get(f"/v1/documents/{letter['id']}/history")).text
    stranger = await api.client("stranger", ranges=BINJIANG)
    assert (await stranger.get(f"/v1/documents/{letter['id']}")).status_code == 404
    made = await stranger.post("/v1/documents", json={"kind": "dispatch", "subject_id": role["id"]})
    assert made.status_code == 404


async def test_a_letter_goes_along_with_the_instructor(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, role: dict[str, Any]
) -> None:
    letter = await issued(client, await drafted(client, role, issuer_id=authority))
    await direct.execute(
        "UPDATE workers SET region_code = 330106003000, region_level = 4, version = version + 1 WHERE id = $1",
        UUID(role["worker"]),
    )
    now = (await client.get(f"/v1/documents/{letter['id']}")).json()
    assert (now["region_code"], now["authority_code"]) == ("330106003000", "033001006010000")
    await direct.execute(
        "UPDATE workers SET authority_id = $2, version = version + 1 WHERE id = $1",
        UUID(role["worker"]),
        UUID(await party.authority(client, "033001006109000", "330106109000")),
    )
    now = (await client.get(f"/v1/documents/{letter['id']}")).json()
    assert (now["authority_code"], now["text"]) == ("033001006109000", letter["text"])
