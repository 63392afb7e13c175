"""`liangxin privacy`: keys made, made active, brought to the data, saved under a passphrase and put back."""

import asyncio
import os
import sys
from pathlib import Path

import httpx

from app.core.config import Settings
from app.core.crypto.ring import load
from tests.kit.persons import person
from tests.routers.test_contacts import contact
from tests.routers.test_organizations import entered

PASSPHRASE = "a passphrase of some length"


async def told(settings: Settings, *words: str) -> tuple[int, str]:
    """Exit status and all that a command says."""
    environment = os.environ | {
        "DATABASE_URL": str(settings.database_url),
        "LIANGXIN_STATE": str(settings.state),
        "LIANGXIN_KEY_PASSPHRASE": PASSPHRASE,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "app.cli", "privacy", *words),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_the_life_of_a_key(client: httpx.AsyncClient, settings: Settings, tmp_path: Path) -> None:
    one = person(1)
    await contact(client, str((await entered(client))["id"]), identity_number=one.identity_number)
    status, said = await told(settings, "rotate")
    assert (status, "Key 1 is active already" in said) == (1, True), said
    for words, answer in (
        (("new-key",), "Key 2 is in the ring."),
        (("new-key", "--index"), "Index key 2 is in the ring."),
        (("rotate",), "Key 2 is active."),
        (("reencrypt",), "2 values brought under the active key."),
        (("keys",), "not needed"),
        (("export-keys", str(tmp_path / "keys.json")), "2 keys and 2 index keys"),
        (("drop-keys",), "Taken out: 1."),
        (("keep-erasures",), "0 erasures"),
        (("reapply-erasures",), "0 rows"),
    ):
        status, said = await told(settings, *words)
        assert (status, answer in said) == (0, True), said
        assert "Traceback" not in said
    found = await client.post("/v1/contacts/search", json={"phone": one.phone})
    assert [item["name"] for item in found.json()["items"]] == [one.name]
    ring = load(settings.key_ring_file)
    assert ([key.id for key in ring.keys], [key.id for key in ring.index]) == ([2], [2])
    backup = (tmp_path / "keys.json").read_text()
    assert ring.written().split('"secret": "')[1][:40] not in backup
    status, said = await told(settings, "import-keys", str(tmp_path / "keys.json"))
    assert (status, "move it away first" in said) == (1, True)
    settings.key_ring_file.rename(tmp_path / "away.json")
    status, said = await told(settings, "import-keys", str(tmp_path / "keys.json"))
    assert status == 0, said
    assert load(settings.key_ring_file).keys[-1].secret == ring.keys[0].secret
