"""A branch's whole life over HTTP, from a partner's push to the last stage; coverage rises by exactly what is founded.

Nobody reaches into the database: whatever is needed is pushed, entered, planned, approved or held.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.clock import day_of
from app.core.config import Settings
from app.demo.partner import Api as Caller
from app.services.organizations.uscc import check_character
from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.party import holder, tag

COUNTY = "330106000000"
STREET = "330106010000"
TOWN = "浙江省杭州市西湖区转塘街道"
TITLES = "企业名称,统一社会信用代码,地址,企业类型,经营范围,登记状态\r\n"
FACTS = "统一社会信用代码,企业名称,在岗正式党员数,组织关系党员数\r\n"
MEMBERS = (4, 1, 2, 1, 1, 0)  # one for itself, four to be joined, one without anybody


@pytest.fixture
def settings(server: Clones, database_name: str, tmp_path: Path) -> Settings:
    """The worker inside, as `liangxin serve` has it."""
    return Settings.load(
        database_url=server.url(database_name), state=tmp_path / "state", pool_size=5, inline_worker=True
    )


def codes() -> list[str]:
    """USCCs that nobody has."""
    stems = [f"91330106MA9{number:06d}" for number in range(len(MEMBERS))]
    return [stem + check_character(stem) for stem in stems]


async def pushed(api: Api) -> None:
    """The register and the numbers of members, as two departments would send them."""
    partner = Caller(await api.client("regulator", "partner", ((330106000000, 330107000000),)))
    firms = "".join(
        f"杭州云栖{number}号有限公司,{code},{TOWN}云栖路{number}号,有限责任公司(自然人投资或控股),软件开发,存续\r\n"
        for number, code in enumerate(codes())
    )
    batch = await partner.push("registrations", iter([(TITLES + firms).encode()]), "text/csv", lambda _: None)
    assert batch["created"] == len(MEMBERS), batch
    rows = "".join(
        f"{code},杭州云栖{number}号有限公司,{count},{count}\r\n"
        for number, (code, count) in enumerate(zip(codes(), MEMBERS, strict=True))
    )
    batch = await partner.push("party_facts", iter([(FACTS + rows).encode()]), "text/csv", lambda _: None)
    assert batch["updated"] == len(MEMBERS), batch


async def covered(client: httpx.AsyncClient) -> int:
    told = (await client.get("/v1/coverage", params={"region": COUNTY})).json()
    numerator: int = told["organisation_coverage"]["numerator"]
    return numerator


async def did(client: httpx.AsyncClient, path: str, row: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Something is done to a thing as it was last read."""
    answer = await client.post(path, json=body, headers=tag(row))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(client: httpx.AsyncClient, path: str, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(path, params={"limit": "200", **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def founded(
    officer: httpx.AsyncClient, superior: httpx.AsyncClient, place: dict[str, Any], authority: str, clock: Hands
) -> str:
    """A place of the plan becomes a branch: applied for, approved within the month, elected, filed."""
    at = "/v1/branch-applications"
    draft = {
        "name": f"中共{place['items'][0]['name']}支部委员会",
        "formation_mode": place["kind"],
        "authority_id": authority,
        "region_code": STREET,
        "organization_ids": [item["organization_id"] for item in place["items"]],
    }
    application = await made(officer, at, draft)
    at = f"{at}/{application['id']}"
    own = await officer.post(f"{at}/approve", json={}, headers=tag(application))
    assert own.status_code == 409, "nobody approves what is his own"
    clock.forward(days=5)
    application = await did(superior, f"{at}/approve", application, {})
    today = day_of(clock()).isoformat()
    application = await did(officer, f"{at}/found", application, {"founded_on": today, "election": "elected"})
    application = await did(officer, f"{at}/file", application, {})
    assert application["state"] == "filed"
    return str(application["branch_id"])


async def live(client: httpx.AsyncClient, branch: str, clock: Hands, months: int) -> None:
    """So many months pass, in each what the rhythm asks for."""
    for _ in range(months):
        clock.forward(days=31)
        day = day_of(clock())
        kinds = ["theme_day", *(["members_meeting", "lecture"] if day.month % 3 == 0 else [])]
        for kind in kinds:
            held = {"branch_id": branch, "kind": kind, "held_on": day.isoformat(), "topic": "学习", "attended": 4}
            await made(client, "/v1/activities", held)


async def entered(client: httpx.AsyncClient, branch: str, organization: str, since: date) -> list[str]:
    """The four members of the firm that has a branch of its own."""
    kept = []
    for number in range(MEMBERS[0]):
        body = {
            "name": f"李{number}", "kind": "formal", "branch_id": branch, "organization_id": organization,
            "since": since.isoformat(), "admitted_on": "2015-06-01", "formal_on": "2016-06-01",
        }  # fmt: skip
        kept.append(str((await made(client, "/v1/members", body))["id"]))
    return kept


async def test_from_a_push_to_the_last_stage(api: Api, clock: Hands) -> None:
    await pushed(api)
    officer = await api.client("officer", "work_committee_officer")
    superior = await api.client("superior", "region_officer", ((330106000000, 330107000000),))
    street = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": STREET}
    authority = (await made(officer, "/v1/authorities", street))["id"]
    before = await covered(officer)
    assert before == 0
    steps = [gap["step"] for gap in await listed(officer, "/v1/coverage/gaps", region=COUNTY)]
    assert steps == ["form_own", *["join"] * 4, "reach"]

    plan = await made(officer, "/v1/plans", {"region_code": COUNTY, "title": "西湖区组建计划"})
    assert (plan["figures"]["small"], plan["figures"]["covered_of_bound"]) == (4, 1.0)
    plan = await did(officer, f"/v1/plans/{plan['id']}/approve", plan, {"authority_id": authority})
    tasks = {task["place_id"]: task for task in await listed(officer, "/v1/formation-tasks", plan_id=plan["id"])}
    branches: dict[str, str] = {}
    taken_in = 0
    for row in await listed(officer, f"/v1/plans/{plan['id']}/places"):
        place = (await officer.get(f"/v1/plans/{plan['id']}/places/{row['id']}")).json()
        where = f"/v1/formation-tasks/{tasks[row['id']]['id']}"
        if row["kind"] not in ("standalone", "joint"):
            continue
        rise = await covered(officer)
        branch = await founded(officer, superior, place, authority, clock)
        assert await covered(officer) - rise == len(place["items"])
        end = {"ended_on": day_of(clock()).isoformat(), "branch_id": branch}
        assert (await did(officer, f"{where}/finish", tasks[row["id"]], end))["state"] == "done"
        branches[place["kind"]] = branch
        taken_in += len(place["items"])
        own = place["items"][0]["organization_id"] if place["kind"] == "standalone" else None
        if own is not None:
            members = await entered(officer, branch, own, day_of(clock()))
    assert await covered(officer) - before == taken_in == plan["figures"]["would_be_covered"] == 5
    assert [gap["step"] for gap in await listed(officer, "/v1/coverage/gaps", region=COUNTY)] == ["reach"]

    # The firm's own branch walks on: a team, the roll, and the rhythm of a year.
    branch = branches["standalone"]
    review = (await officer.get(f"/v1/branches/{branch}/stage-review")).json()
    assert (review["stage"], review["ready"]) == ("established", False)
    early = await officer.post(f"/v1/branches/{branch}/advance", json={"stage": "consolidated"}, headers=tag(review))
    assert early.status_code == 409
    term = {"branch_id": branch, "election": "elected", "valid_from": day_of(clock()).isoformat()}
    await made(officer, "/v1/terms", term | {"posts": [holder(members[0])]})
    row = (await officer.get(f"/v1/branches/{branch}")).json()
    kept = await did(officer, f"/v1/branches/{branch}/keep-roll", row, {"since": day_of(clock()).isoformat()})
    assert kept["formal_members"] == MEMBERS[0]
    known = clock()
    for stage, months in (("consolidated", 7), ("standardized", 12)):
        await live(officer, branch, clock, months)
        review = (await officer.get(f"/v1/branches/{branch}/stage-review")).json()
        lacking = [item["code"] for item in review["checklist"] if not item["met"]]
        assert review["ready"], (stage, lacking, review["rhythm"])
        told = await did(superior, f"/v1/branches/{branch}/advance", review, {"stage": stage})
        assert told["stage"] == stage
    steps = [step["stage"] for step in await listed(officer, f"/v1/branches/{branch}/stage-steps")]
    assert steps == ["standardized", "consolidated"]
    then = await officer.get(f"/v1/branches/{branch}", params={"as_of": (known + timedelta(seconds=1)).isoformat()})
    assert then.json()["stage"] == "established"
    assert await covered(officer) - before == taken_in
    hollow = await listed(officer, "/v1/hollow-branches", region=COUNTY)
    assert [row["id"] for row in hollow] == [branches["joint"]]  # where nothing was held for a year
