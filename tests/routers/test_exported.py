"""Lists as files come back as batches: headings and words of every language are read again."""

import csv
import io

import httpx
import pytest

from app.catalogues.datasets import DATASETS
from app.core.acts import Acts
from app.core.jobs import Bell
from app.core.streams import header_name
from app.services.exchange.processing import Worker
from tests.conftest import Api
from tests.routers.test_organizations import uscc

CSV = {"Accept": "text/csv"}
FIRM = {
    "uscc": uscc(), "name": "清溪县云岭茶业有限公司", "kind": "private_enterprise", "status": "operating",
    "region_code": "330106000000", "staff": 12, "above_scale_reported": False,
    "uncovered_reason": "just_registered", "formal_members_relation": 1,
}  # fmt: skip


async def pushed(client: httpx.AsyncClient, acts: Acts, dataset: str, body: bytes) -> dict[str, object]:
    headers = {"Content-Type": "text/csv", "Idempotency-Key": f"exported-{dataset}-{len(body)}"}
    place = (await client.post(f"/v1/datasets/{dataset}/batches", content=body, headers=headers)).headers["location"]
    await Worker(acts, DATASETS, Bell(), lease=15).drain()
    batch: dict[str, object] = (await client.get(place)).json()
    assert (batch["state"], batch["received"], batch["rejected"]) == ("done", 1, 0), batch
    return batch


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_a_gaps_file_is_filled_in_and_pushed(api: Api, acts: Acts, language: str) -> None:
    client = await api.client(language=language)
    place = (await client.post("/v1/organizations", json=FIRM)).headers["location"]
    sheet = await client.get("/v1/coverage/gaps", params={"region": "330106000000"}, headers=CSV)
    head, row = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))
    party = {each.name: {header_name(name) for name in each.headers} for each in DATASETS["party_facts"].fields}
    at = {field: next(n for n, name in enumerate(head) if header_name(name) in party[field]) for field in ("staff",)}
    assert "private_enterprise" not in row
    assert "just_registered" not in row
    row[at["staff"]] = "34"
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, row])
    await pushed(client, acts, "party_facts", text.getvalue().encode())
    firm = (await client.get(place)).json()
    assert (firm["staff"], firm["uncovered_reason"], firm["formal_members_relation"]) == (34, "just_registered", 1)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("dataset", ["registrations", "party_facts"])
async def test_a_register_file_is_pushed_as_it_is(api: Api, acts: Acts, language: str, dataset: str) -> None:
    client = await api.client(language=language)
    place = (await client.post("/v1/organizations", json=FIRM)).headers["location"]
    before = (await client.get(place)).json()
    sheet = await client.get("/v1/organizations", headers=CSV)
    batch = await pushed(client, acts, dataset, sheet.content)
    ignored = set(batch["ignored_columns"])  # type: ignore[call-overload]  # a list of titles
    taken = {"registrations": ("status", "industry"), "party_facts": ("staff", "above_scale_reported")}[dataset]
    for name in ("uscc", "name", *taken):
        headers = {
            header_name(header) for each in DATASETS[dataset].fields if each.name == name for header in each.headers
        }
        assert not headers & ignored, name
    after = (await client.get(place)).json()
    assert [after[name] for name in FIRM] == [before[name] for name in FIRM]


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_heading_names_one_field(dataset: str) -> None:
    seen: dict[str, str] = {}
    for each in DATASETS[dataset].fields:
        for name in (each.name, *each.headers):
            assert seen.setdefault(header_name(name), each.name) == each.name, name
