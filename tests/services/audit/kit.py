"""What the tests of the audit share: a sealer beside the application, and someone whom no policy binds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from app.core.acts import SYSTEM, Acts
from app.core.history import note
from app.core.jobs import Bell
from app.services.audit import repository
from app.services.audit.chain import HashName
from app.services.audit.sealing import Sealer
from app.services.audit.signing import AuditKey
from app.services.audit.verifying import Report, verify
from app.services.audit.witness import Witness
from tests.conftest import actor
from tests.kit.databases import Clones, dsn

PATIENCE = 60.0  # seconds; transactions of other tests on the same server hold the horizon back


def sealer(acts: Acts, folder: Path, algorithm: HashName = "sha256") -> Sealer:
    """A sealer whose key and witness are in a folder."""
    return Sealer(acts, AuditKey.at(folder / "audit-key.pem"), Witness(folder / "audit-witness.json"), algorithm)


async def noted(acts: Acts, count: int, verb: str = "read") -> None:
    """Leave so many audit rows, each in a transaction of its own."""
    for place in range(count):
        async with acts.open(actor()) as act:
            await note(act, verb, "things", why=f"for test {place}", place=place)


async def seal(by: Sealer, count: int) -> None:
    """Seal exactly so many rows in one go, once no transaction elsewhere on the server holds them back."""
    async with asyncio.timeout(PATIENCE):
        while await _final(by) < count:
            await Bell.wait(asyncio.Event(), 0.05)
    assert await by.seal() == count


async def _final(by: Sealer) -> int:
    async with by.acts.open(SYSTEM) as act:
        ends = await by.ends(act)
        return len((await repository.unsealed(act, ends.told.horizon if ends.told else 0, 1000))[1])


async def checked(by: Sealer) -> Report:
    """What verifying says."""
    return await verify(by.acts, by.key, by.witness)


async def codes(by: Sealer) -> set[str]:
    """The kinds of breaks that verifying names."""
    return {each.code for each in (await checked(by)).breaks}


@asynccontextmanager
async def superuser(server: Clones, database: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """Someone whom no policy binds."""
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database)))
    try:
        yield connection
    finally:
        await connection.close()
