"""Transfers of relations: at once, in two steps, out of the service; dates, counts, both scopes, races."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Api
from tests.kit.databases import Clones
from tests.kit.members import ACROSS, BINJIANG, STREET, XIHU, branch, counts, errors, firm, member, read, tag
from tests.kit.persons import person
from tests.kit.vaults import superuser

MEMBERS, TRANSFERS = "/v1/members", "/v1/member-transfers"
ONE = person(1)


async def transfer(client: httpx.AsyncClient, row: dict[str, Any], **told: Any) -> httpx.Response:
    """Ask for a transfer on the first of March."""
    body = {"effective_on": "2026-03-01", "reason": "工作调动"} | told
    return await client.post(f"{MEMBERS}/{row['id']}/transfer", json=body, headers=tag(row))


async def relations(client: httpx.AsyncClient, row: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """The branches the relation was with, by dates."""
    found = (await client.get(f"{MEMBERS}/{row['id']}/relations")).json()["items"]
    return [(each["branch_id"], each["valid_from"], each["valid_to"]) for each in found]


def allowed(row: dict[str, Any]) -> list[str]:
    """What the caller may do."""
    return [action["action"] for action in row["allowed_actions"] if action["allowed"]]


async def decide(client: httpx.AsyncClient, row: dict[str, Any], verb: str) -> httpx.Response:
    """Accept, refuse or withdraw."""
    body = None if verb == "accept" else {"reason": "本人尚未报到"}
    return await client.post(f"{TRANSFERS}/{row['id']}/{verb}", json=body, headers=tag(row))


async def test_who_stands_at_both_ends_transfers_at_once(client: httpx.AsyncClient) -> None:
    works = await firm(client)
    home, other = await branch(client, [works["id"]]), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"], organization_id=works["id"])
    answer = await transfer(client, made, to_branch_id=other["id"])
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["state"], told["name"], told["decided_by"] is not None) == ("accepted", ONE.name, True)
    assert answer.headers["location"] == f"{TRANSFERS}/{told['id']}"
    moved = await read(client, MEMBERS, made)
    assert (moved["branch_id"], moved["region_code"], moved["since"], moved["version"]) == (
        other["id"], ACROSS, "2026-03-01", 2,
    )  # fmt: skip
    assert await relations(client, made) == [
        (home["id"], "2026-02-10", "2026-03-01"), (other["id"], "2026-03-01", None),
    ]  # fmt: skip
    assert await counts(client, works) == (1, 1, 0)  # works there still, and the relation is with a branch


async def test_what_lies_elsewhere_waits_for_the_receiving_side(api: Api, client: httpx.AsyncClient) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"])
    leaving, entering = await api.client("leaving", ranges=XIHU), await api.client("entering", ranges=BINJIANG)
    third = await api.client("third", ranges=((330102000000, 330103000000),))
    asked = await transfer(leaving, made, to_branch_id=other["id"])
    assert asked.status_code == 201, asked.text
    told = asked.json()
    assert (told["state"], told["to_branch_name"], allowed(told)) == ("pending", None, ["withdraw"])
    assert (await read(client, MEMBERS, made))["branch_id"] == home["id"]
    twice = await transfer(leaving, made, to_branch_id=other["id"])
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.uq_member_transfers_member_id")

    assert (await entering.get(f"{MEMBERS}/{made['id']}")).status_code == 404
    (waiting,) = (await entering.get(TRANSFERS, params={"state": "pending"})).json()["items"]
    assert (waiting["name"], waiting["to_branch_name"], waiting["from_branch_name"]) == (ONE.name, other["name"], None)
    seen = await read(entering, TRANSFERS, waiting)
    assert allowed(seen) == ["accept", "refuse"]
    assert (await third.get(f"{TRANSFERS}/{waiting['id']}")).status_code == 404
    assert (await third.get(TRANSFERS)).json()["items"] == []
    for caller, verb in ((leaving, "accept"), (leaving, "refuse"), (entering, "withdraw")):
        assert (await decide(caller, seen, verb)).status_code == 403
    assert (await entering.post(f"{TRANSFERS}/{seen['id']}/accept")).status_code == 428

    done = await decide(entering, seen, "accept")
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["version"]) == ("accepted", 2)
    moved = await read(entering, MEMBERS, made)
    assert (moved["branch_id"], moved["region_code"], moved["identity_number"][:3]) == (other["id"], ACROSS, "330")
    assert (await leaving.get(f"{MEMBERS}/{made['id']}")).status_code == 404
    again = await decide(entering, done.json(), "accept")
    assert (again.status_code, errors(again)) == (409, [("", "transfer_decided")])


@pytest.mark.parametrize(("side", "verb", "state"), [("to", "refuse", "refused"), ("from", "withdraw", "withdrawn")])
async def test_what_is_refused_or_withdrawn_leaves_everything(
    api: Api, client: httpx.AsyncClient, side: str, verb: str, state: str
) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"])
    leaving, entering = await api.client("leaving", ranges=XIHU), await api.client("entering", ranges=BINJIANG)
    told = (await transfer(leaving, made, to_branch_id=other["id"])).json()
    done = await decide(entering if side == "to" else leaving, told, verb)
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["decision_reason"]) == (state, "本人尚未报到")
    assert await relations(client, made) == [(home["id"], "2026-02-10", None)]
    assert (await transfer(leaving, made, to_branch_id=other["id"])).status_code == 201


async def test_out_of_the_service(client: httpx.AsyncClient) -> None:
    works, home = await firm(client), await branch(client)
    made = await member(client, branch_id=home["id"], organization_id=works["id"])
    told = await transfer(client, made, destination="省外某市某支部")
    assert told.json()["state"] == "accepted"
    left = await read(client, MEMBERS, made)
    assert (left["state"], left["until"], left["branch_id"]) == ("transferred_out", "2026-03-01", home["id"])
    assert await relations(client, made) == [(home["id"], "2026-02-10", "2026-03-01")]
    assert await counts(client, works) == (0, 0, 0)
    back = await member(client, branch_id=home["id"])
    assert back["id"] != made["id"]


async def test_into_the_service_by_the_employer(client: httpx.AsyncClient) -> None:
    works, home = await firm(client), await branch(client)
    made = await member(client, organization_id=works["id"], floating=True, outflow_branch_name="某村党支部")
    told = await transfer(client, made, to_branch_id=home["id"])
    assert told.status_code == 201, told.text
    assert told.json()["from_branch_id"] is None
    come = await read(client, MEMBERS, made)
    assert (come["branch_id"], come["floating"], come["outflow_branch_name"]) == (home["id"], False, None)
    assert await counts(client, works) == (1, 1, 0)


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, ("/body", "transfer_target")),
        ({"destination": "甲", "to_branch_id": str(uuid4())}, ("/body", "transfer_target")),
        ({"destination": "甲", "effective_on": "2026-02-09"}, ("/effective_on", "member_day")),
        ({"destination": "甲", "effective_on": "2026-03-03"}, ("/effective_on", "member_day")),
        ({"destination": "甲", "reason": f"见 {ONE.phone}"}, ("/reason", "number_in_text")),
        ({"destination": "甲\n乙"}, ("/destination", "string_pattern_mismatch")),
        ({"to_branch_id": "nothing"}, ("/to_branch_id", "uuid_parsing")),
    ],
)
async def test_what_is_wrong_is_told_by_place(
    client: httpx.AsyncClient, told: dict[str, Any], wrong: tuple[str, str]
) -> None:
    made = await member(client, branch_id=(await branch(client))["id"])
    answer = await transfer(client, made, **told)
    assert (answer.status_code, errors(answer)) == (422, [wrong])
    assert ONE.phone not in answer.text


async def test_branches_that_are_not_fit(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    made = await member(client, branch_id=home["id"])
    same = await transfer(client, made, to_branch_id=home["id"])
    assert errors(same) == [("/to_branch_id", "transfer_to_same")]
    young = await branch(client, region=ACROSS, founded_on="2026-03-02")
    early = await transfer(client, made, to_branch_id=young["id"])
    assert errors(early) == [("/effective_on", "before_founding")]
    end = {"dissolved_on": "2026-03-02", "reason": "试点结束"}
    gone = await client.post(f"/v1/branches/{young['id']}/dissolve", json=end, headers=tag(young))
    assert gone.status_code == 200, gone.text
    ended = await transfer(client, made, to_branch_id=young["id"], effective_on="2026-03-02")
    assert errors(ended) == [("/to_branch_id", "reference_ended")]
    unknown = await transfer(client, made, to_branch_id=str(uuid4()))
    assert (unknown.status_code, errors(unknown)[0][1]) == (409, "constraint.fk_member_transfers_to_branch_id")


async def test_who_left_meanwhile_is_not_taken_in(api: Api, client: httpx.AsyncClient) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"])
    leaving, entering = await api.client("leaving", ranges=XIHU), await api.client("entering", ranges=BINJIANG)
    told = (await transfer(leaving, made, to_branch_id=other["id"])).json()
    end = await leaving.post(f"{MEMBERS}/{made['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(made))
    assert end.status_code == 200, end.text
    late = await decide(entering, told, "accept")
    assert (late.status_code, errors(late)[0][1]) == (409, "constraint.ck_member_transfers_gone")


async def test_racing_acceptances_move_once(api: Api, client: httpx.AsyncClient) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"])
    leaving = await api.client("leaving", ranges=XIHU)
    entering = await api.client("entering", ranges=BINJIANG)
    told = (await transfer(leaving, made, to_branch_id=other["id"])).json()
    answers = await asyncio.gather(*(decide(entering, told, "accept") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert len(await relations(client, made)) == 2


async def test_a_second_move_on_one_day_takes_the_place_of_the_first(client: httpx.AsyncClient) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"])
    await transfer(client, made, to_branch_id=other["id"])
    back = await transfer(client, await read(client, MEMBERS, made), to_branch_id=home["id"])
    assert back.status_code == 201, back.text
    assert await relations(client, made) == [
        (home["id"], "2026-02-10", "2026-03-01"), (home["id"], "2026-03-01", None),
    ]  # fmt: skip


async def test_row_level_security_lets_nobody_accept_at_the_wrong_end(
    api: Api, client: httpx.AsyncClient, server: Clones, database_name: str
) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    made = await member(client, branch_id=home["id"])
    told = (await transfer(await api.client("leaving", ranges=XIHU), made, to_branch_id=other["id"])).json()
    async with superuser(server, database_name) as keeper:
        await keeper.execute("SET ROLE liangxin_app")
        for name, value in (
            ("lo", "330106000000"), ("hi", "330107000000"), ("whole", "t"), ("ranges", "{}"), ("actor", "x"),
        ):  # fmt: skip
            await keeper.execute("SELECT set_config($1, $2, false)", f"liangxin.{name}", value)
        seen = await keeper.fetchval("SELECT count(*) FROM member_transfers")
        assert seen == 1
        with pytest.raises(Exception, match="row-level security"):
            await keeper.execute(
                "UPDATE member_transfers SET state = 'accepted', decided_at = now() WHERE id = $1", told["id"]
            )
    assert (await read(client, MEMBERS, made))["branch_id"] == home["id"]
    assert made["region_code"] == STREET
