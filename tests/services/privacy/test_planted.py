"""Identity and phone numbers planted wherever one can come in: none of them is found in clear anywhere afterwards.

Looked through: every table as COPY gives it (bytea decoded too), what pg_dump writes, all logs, the database server's
log, every answer but those few whose very purpose is to show a number, and the files of the state folder.
"""

import io
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson
import pytest

from app.catalogues.datasets import DATASETS
from app.core.config import Settings
from app.core.jobs import Bell
from app.core.logging import configure
from app.services.exchange.processing import Worker
from tests.conftest import Api, Hands
from tests.kit.databases import STATE, Clones
from tests.kit.persons import person
from tests.kit.vaults import backup, sealing_acts, superuser
from tests.routers.test_organizations import entered, uscc

PEOPLE = [person(7000 + serial) for serial in range(30)]
SOUND = [number for one in PEOPLE for number in (one.phone, one.identity_number)]
WRONG = ["13899990001", "330102198001019999", "1389999000", "33010219800101777Y", "138999900011"]
"""A sound one that is sent as a number, wrong check characters, too short, too long."""
PLANTED = [*SOUND, *WRONG]
HEX = re.compile(rb"\\\\x([0-9a-f]+)")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small chunks, so that few records make many."""
    return settings.model_copy(update={"chunk_records": 4})


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Everything that is logged, from the lowest level on, as the service writes it."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("DEBUG", stream)
    yield stream
    root.handlers, root.level = handlers, level


@pytest.fixture
async def worker(settings: Settings, clock: Hands) -> AsyncIterator[Worker]:
    """A worker that works when told to."""
    async with sealing_acts(settings, clock) as acts:
        yield Worker(acts, DATASETS, Bell(), lease=15)


class Heard:
    """Sends requests and keeps the answers that should show nothing."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def __call__(self, client: httpx.AsyncClient, method: str, path: str, **words: Any) -> httpx.Response:
        """One request, its answer kept."""
        answer = await client.request(method, path, **words)
        self.texts.append(f"{answer.status_code} {answer.headers} {answer.text}")
        return answer


def hits(data: bytes) -> list[str]:
    """The planted numbers that stand in these bytes: as text, as UTF-16, or in what is written as hexadecimal."""
    parts = [data, *(bytes.fromhex(found.decode()) for found in HEX.findall(data) if len(found) % 2 == 0)]
    return [
        number
        for number in PLANTED
        if any(number.encode() in part or number.encode("utf-16-le") in part for part in parts)
    ]


async def dump(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, bytes]:
    """Every table as a backup would hold it."""
    tables = await connection.fetch(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    )
    held = {}
    for (table,) in tables:
        out = io.BytesIO()
        await connection.copy_from_query(f'SELECT * FROM public."{table}"', output=out)
        held[table] = out.getvalue()
    return held


async def test_the_look_would_find_them(server: Clones, database_name: str) -> None:
    """A search that finds nothing because it cannot find anything proves nothing."""
    async with superuser(server, database_name) as keeper:
        await keeper.execute("CREATE TABLE scratch (words text, raw bytea, more jsonb)")
        await keeper.execute(
            "INSERT INTO scratch VALUES ($1, $2, jsonb_build_object('x', jsonb_build_array($3::text)))",
            f"电话{SOUND[0]}",
            f"…{SOUND[1]}…".encode(),
            SOUND[2],
        )
        assert hits((await dump(keeper))["scratch"]) == SOUND[:3]
        await keeper.execute("GRANT SELECT ON scratch TO liangxin_backup")
    assert hits(await backup(server, database_name)) == SOUND[:3]
    assert hits(SOUND[4].encode("utf-16-le")) == [SOUND[4]]


async def test_nothing_planted_is_found_in_clear(
    api: Api,
    client: httpx.AsyncClient,
    worker: Worker,
    logs: io.StringIO,
    settings: Settings,
    server: Clones,
    database_name: str,
) -> None:
    server_log = STATE / "postgres" / "postgresql.log"
    before = server_log.stat().st_size if server_log.exists() else 0
    partner = await api.client("partner", role="department_partner", datasets=("contacts",))
    heard = Heard()
    shown = await _by_hand(client, heard)
    shown += await _pushed(client, partner, worker, heard)
    await _mistaken(client, partner, heard)
    await _decided(client, heard)
    assert any(number in text for text in shown for number in SOUND)  # what is to be shown was shown

    for text in heard.texts:
        assert hits(text.encode()) == [], text[:300]
    assert hits(logs.getvalue().encode()) == []
    assert logs.getvalue().count("request") > 20
    async with superuser(server, database_name) as keeper:
        for table, content in (await dump(keeper)).items():
            assert hits(content) == [], table
        for table in ("contacts", "personal_values", "batch_chunks", "review_items", "dataset_records", "audit"):
            assert await keeper.fetchval(f"SELECT count(*) FROM {table}") > 0, table
    assert hits(await backup(server, database_name)) == []
    if server_log.exists():
        with server_log.open("rb") as log:
            log.seek(before)
            assert hits(log.read()) == []
    assert [path for path in settings.spool.iterdir() if path.suffix in (".spool", ".out")] == []
    assert [path for path in _files(settings.state) if hits(path.read_bytes())] == []


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def _by_hand(client: httpx.AsyncClient, heard: Heard) -> list[str]:
    """Entered, listed, searched, revealed, put right, told, erased."""
    organization = (await entered(client, name="种植测试公司", uscc=uscc(1)))["id"]
    made = []
    for one in PEOPLE[:6]:
        body = {"organization_id": organization, "name": one.name, "role": "liaison", "phone": one.phone}
        answer = await heard(client, "POST", "/v1/contacts", json=body | {"identity_number": one.identity_number})
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    await heard(client, "GET", "/v1/contacts", params={"organization_id": organization})
    await heard(client, "GET", "/v1/contacts", headers={"Accept": "text/csv"})
    for one in PEOPLE[:3]:
        await heard(client, "POST", "/v1/contacts/search", json={"phone": one.phone})
        await heard(client, "POST", "/v1/contacts/search", json={"identity_number": one.identity_number})
    reveal = await client.post(f"/v1/contacts/{made[0]}/reveal", json={"purpose": "电话回访"})
    told = await client.post("/v1/data-subjects/export", json={"phone": PEOPLE[1].phone, "reason": "本人申请"})
    change = {"phone": PEOPLE[6].phone, "identity_number": PEOPLE[6].identity_number}
    await heard(client, "PATCH", f"/v1/contacts/{made[2]}", json=change, headers={"If-Match": '"1"'})
    wish = {"phone": PEOPLE[3].phone, "ground": "consent_withdrawn", "reason": "本人申请"}
    await heard(client, "POST", "/v1/data-subjects/erase", json=wish)
    return [reveal.text, told.text]


async def _pushed(client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, heard: Heard) -> list[str]:
    """Pushed in every format and mode: taken, rejected, waiting, validated, all or nothing."""
    codes = (uscc(1), uscc(2))
    rows: list[dict[str, Any]] = [
        {"uscc": codes[n % 2], "name": one.name, "phone": one.phone, "identity_number": one.identity_number}
        for n, one in enumerate(PEOPLE[7:24])
    ]
    rows += [
        {"uscc": codes[0], "name": PEOPLE[24].name, "phone": int(WRONG[0])},
        {"uscc": codes[0], "name": PEOPLE[24].name, "identity_number": WRONG[1]},
        {"uscc": codes[0], "name": f"{PEOPLE[24].name}{PEOPLE[24].phone}"},
        {"uscc": PEOPLE[25].identity_number, "name": PEOPLE[25].phone},
        {"uscc": codes[0], "name": PEOPLE[26].name, PEOPLE[26].phone: PEOPLE[26].identity_number},
        {"uscc": codes[0], "name": PEOPLE[27].name, "role": PEOPLE[27].phone},
    ]
    titles = ("统一社会信用代码", "姓名", "电话", "身份证号", "备注", PEOPLE[28].phone)
    table = [titles] + [
        (codes[1], one.name, one.phone, one.identity_number, one.phone, one.identity_number) for one in PEOPLE[20:29]
    ]
    table += [(codes[0], "某人", WRONG[2], WRONG[3], "", ""), (codes[0], WRONG[4], "", "", "", "")]
    sheet = "\r\n".join(",".join(row) for row in table)
    lines = b"\n".join(orjson.dumps(row) for row in rows)
    bodies: list[tuple[bytes, str, dict[str, str]]] = [
        (orjson.dumps(rows), "application/json", {"mode": "validate"}),
        (orjson.dumps(rows), "application/json", {"atomic": "batch"}),
        (lines + b'\n{"uscc":"' + PEOPLE[8].phone.encode(), "application/x-ndjson", {}),
        (sheet.encode("gb18030"), "text/csv", {"filename": f"{PEOPLE[29].phone}.csv"}),
        (sheet.replace(titles[2], titles[3]).encode(), "text/csv", {}),
        ("\r\n".join(sheet.split("\r\n")[1:]).encode(), "text/csv", {}),
    ]
    shown = []
    for body, media, query in bodies:
        sent = {"Content-Type": media, "Idempotency-Key": f"key-{uuid4()}"}
        for _ in range(2):  # a replay too
            place = "/v1/datasets/contacts/batches"
            answer = await heard(partner, "POST", place, content=body, headers=sent, params=query)
        if answer.status_code != 202:
            continue
        await worker.drain()
        batch = answer.headers["location"]
        assert (await heard(partner, "GET", batch)).json()["state"] in ("done", "failed")
        await heard(partner, "GET", f"{batch}/records")
        await heard(partner, "GET", f"{batch}/events")
        shown.append((await partner.get(f"{batch}/rejects.csv")).text)
    assert len(shown) >= 4
    listed = await heard(client, "GET", "/v1/contacts", params={"limit": 200})
    for item in listed.json()["items"]:
        assert (await heard(client, "GET", f"/v1/contacts/{item['id']}/history")).status_code == 200
    return shown


async def _mistaken(client: httpx.AsyncClient, partner: httpx.AsyncClient, heard: Heard) -> None:
    """Numbers where none belongs: addresses, unknown fields and parameters, wrong types, free text."""
    phone, identity = PEOPLE[29].phone, PEOPLE[29].identity_number
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/v1/contacts/{identity}", {}),
        ("GET", f"/v1/{phone}", {}),
        ("GET", "/v1/contacts", {"params": {"phone": phone}}),
        ("GET", "/v1/contacts", {"params": {phone: "1"}}),
        ("GET", "/v1/contacts", {"params": {"region": phone, "cursor": identity, "sort": phone}}),
        ("GET", "/v1/organizations", {"params": {"search": phone}}),
        ("GET", f"/v1/contacts/{uuid4()}", {"headers": {"If-None-Match": phone}}),
        ("PATCH", f"/v1/contacts/{uuid4()}", {"json": {}, "headers": {"If-Match": phone}}),
        ("POST", "/v1/contacts/search", {"json": {"phone": WRONG[2]}}),
        ("POST", "/v1/contacts/search", {"json": {"phone": int(phone)}}),
        ("POST", "/v1/contacts/search", {"json": {"identity_number": WRONG[1]}}),
        ("POST", "/v1/contacts/search", {"json": {identity: phone}}),
        ("POST", "/v1/contacts/search", {"json": [phone]}),
        ("POST", "/v1/contacts/search", {"content": f'{{"phone": "{phone}'}),
        ("POST", "/v1/contacts", {"json": {"organization_id": phone, "name": identity, "role": phone}}),
        ("POST", f"/v1/contacts/{uuid4()}/reveal", {"json": {"purpose": f"回电 {phone}"}}),
        ("POST", f"/v1/contacts/{uuid4()}/reveal", {"json": {"purpose": "回电", "fields": [identity]}}),
        ("POST", "/v1/data-subjects/export", {"json": {"phone": phone, "reason": identity}}),
        ("POST", "/v1/data-subjects/erase", {"json": {"phone": phone, "ground": identity, "reason": "x"}}),
    ]
    for method, path, words in requests:
        if "content" in words:
            words["headers"] = {"Content-Type": "application/json"}
        answer = await heard(client, method, path, **words)
        assert answer.status_code < 500, (method, path)
        assert (await heard(partner, method, path, **words)).status_code in (403, 404, 422, 400)


async def _decided(client: httpx.AsyncClient, heard: Heard) -> None:
    """What waited is listed, and decided in each way."""
    items = (await heard(client, "GET", "/v1/reviews", params={"limit": 200})).json()["items"]
    assert len(items) > 3
    await entered(client, name="后来的公司", uscc=uscc(2))
    for verdict, item in zip(("create", "discard"), items, strict=False):
        place = f"/v1/reviews/{item['id']}"
        await heard(client, "GET", place)
        tag = {"If-Match": f'"{item["version"]}"'}
        answer = await heard(client, "POST", f"{place}/decide", json={"verdict": verdict}, headers=tag)
        assert answer.status_code == 200, answer.text
