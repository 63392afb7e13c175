"""Sealing: nobody waits for it, nothing escapes it, and it goes by what is final."""

import asyncio
import hashlib
from datetime import date
from pathlib import Path

import pytest

from app.core.acts import Acts
from app.core.config import Settings
from app.core.database import Database
from app.core.history import note
from app.core.jobs import Bell
from app.services.audit import keeping, sealing
from app.services.audit.chain import hashed
from app.services.audit.sealing import Unproven
from app.services.audit.signing import AuditKey, UnfitKey
from app.services.audit.verifying import verify
from app.services.audit.witness import Witness
from app.worker import inline
from tests.conftest import Hands, actor
from tests.kit.databases import Clones
from tests.services.audit.kit import PATIENCE, checked, codes, noted, seal, sealer, superuser


def test_hashes_are_the_standard_ones() -> None:
    assert hashed("sha256", b"abc") == hashlib.sha256(b"abc").digest()
    # GB/T 32905-2016, appendix A.1
    assert hashed("sm3", b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


async def test_rows_that_commit_late_come_in_order_and_are_not_left_out(acts: Acts, tmp_path: Path) -> None:
    chain = sealer(acts, tmp_path)
    async with acts.open(actor("slow")) as slow:
        await note(slow, "read", "things")  # its transaction is the older one
        await noted(acts, 2)
        assert await chain.seal() == 0  # younger, committed, and not final yet
        assert await codes(chain) == set()
    await seal(chain, 3)
    report = await checked(chain)
    assert (report.breaks, report.rows, report.tail) == ([], 3, 0)


async def test_an_open_transaction_in_another_database_only_delays(acts: Acts, server: Clones, tmp_path: Path) -> None:
    chain = sealer(acts, tmp_path)
    name = await server.make()
    try:
        async with superuser(server, name) as elsewhere:
            async with elsewhere.transaction():
                await elsewhere.execute("SELECT pg_current_xact_id()")
                await noted(acts, 2)
                assert await chain.seal() == 0
            await seal(chain, 2)
    finally:
        await server.drop(name)
    assert await codes(chain) == set()


async def test_many_sealers_seal_every_row_once(acts: Acts, tmp_path: Path) -> None:
    await noted(acts, 60)
    chains = [sealer(acts, tmp_path) for _ in range(4)]

    async def work(chain: sealing.Sealer) -> int:
        return sum([await chain.seal() for _ in range(5)])

    async def write() -> int:
        await noted(acts, 40)
        return 0

    done = sum(await asyncio.gather(*(work(chain) for chain in chains), write()))
    await seal(chains[0], 100 - done)
    report = await checked(chains[0])
    assert (report.breaks, report.rows, report.tail) == ([], 100, 0)


async def test_the_worker_seals(acts: Acts, settings: Settings, database_name: str) -> None:
    await noted(acts, 3)
    working = settings.model_copy(update={"inline_worker": True})
    witness = Witness(settings.audit_witness_file)
    async with inline(working, acts), asyncio.timeout(PATIENCE):
        while witness.last(database_name) is None:
            await Bell.wait(asyncio.Event(), 0.05)
    key = AuditKey.at(settings.audit_key_file, make=False)
    report = await verify(acts, key, witness)
    assert report.breaks == []
    assert report.rows + report.tail >= 3


async def test_more_than_one_bite(acts: Acts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BITE", 3)
    async with acts.open(actor()) as act:
        for _ in range(8):
            await note(act, "read", "things")  # one transaction over several bites
    await noted(acts, 2)
    chain = sealer(acts, tmp_path)
    await seal(chain, 10)
    report = await checked(chain)
    assert (report.breaks, report.rows, report.checkpoints) == ([], 10, 4)


async def test_the_other_hash_begins_with_a_day(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    chain = sealer(acts, tmp_path, "sm3")
    await noted(acts, 3)
    await seal(chain, 3)
    assert await codes(chain) == set()
    later = sealer(acts, tmp_path, "sha256")
    await noted(acts, 2)
    await seal(later, 2)
    assert await codes(later) == set()
    async with superuser(server, database_name) as keeper:
        bodies = [row[0] for row in await keeper.fetch("SELECT body FROM audit_checkpoints")]
        assert all('"sm3"' in body and '"sha256"' not in body for body in bodies)
        await keeper.execute("UPDATE audit SET why = 'another'")
    assert await codes(later) == {"altered"}


async def test_two_databases_share_key_and_witness_and_nothing_else(
    acts: Acts, server: Clones, database_name: str, clock: Hands, tmp_path: Path
) -> None:
    name = await server.make()
    database = Database(server.url(name), pool_size=2)
    try:
        one, two = sealer(acts, tmp_path), sealer(Acts(database, clock), tmp_path)
        await noted(acts, 3)
        await noted(two.acts, 5)
        await seal(one, 3)
        await seal(two, 5)
        assert await codes(one) == await codes(two) == set()
        async with superuser(server, name) as keeper, superuser(server, database_name) as source:
            # the other's rows and chain, signatures and all, put in place of its own
            await keeper.execute("TRUNCATE audit, audit_seals, audit_checkpoints")
            for table in ("audit", "audit_seals", "audit_checkpoints"):
                rows = await source.fetch(f"SELECT * FROM {table}")
                await keeper.copy_records_to_table(table, records=rows, columns=list(rows[0].keys()))
        assert await codes(one) == set()
        assert await codes(two) == {"moved", "checkpoint_altered"}
        with pytest.raises(Unproven, match="moved"):
            await two.seal()
    finally:
        await database.close()
        await server.drop(name)


async def test_nothing_is_sealed_onto_a_chain_that_is_not_where_it_was(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    await noted(acts, 2)
    await seal(chain, 2)
    chain.witness.remember(database_name, 7, b"x" * 32)
    with pytest.raises(Unproven, match="checkpoint 7"):
        await chain.seal()
    await keeping.restored(chain, "moved", "operator")
    async with superuser(server, database_name) as keeper:  # a server that counts its transactions anew
        await keeper.execute("SELECT pg_current_xact_id()")
    other = sealer(acts, tmp_path / "elsewhere")
    with pytest.raises(Unproven, match="not signed"):
        await other.seal()


async def test_a_server_that_counts_anew_is_noticed_and_owned_up_to(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    """As after a dump is loaded into a new server: sealed rows bear numbers of transactions that are still to come."""
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        await keeper.execute(
            "ALTER TABLE audit ALTER transaction SET DEFAULT pg_current_xact_id()::text::bigint + 1000000"
        )
        await noted(acts, 2)
        await keeping.restored(chain, "begin", "operator")
        await keeper.execute("ALTER TABLE audit ALTER transaction SET DEFAULT pg_current_xact_id()::text::bigint")
    await noted(acts, 3)
    await seal(chain, 3)
    report = await checked(chain)
    assert (report.breaks, report.rows) == ([], 5)


async def test_old_days_are_dropped_under_a_signed_record(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    keeper_of_days = keeping.Keeper(chain, days=1096)
    old = date(2021, 5, 4)
    async with superuser(server, database_name) as keeper:
        await keeper.execute(
            "CREATE TABLE audit_20210504 PARTITION OF audit FOR VALUES FROM ('2021-05-04') TO ('2021-05-05')"
        )
        await keeper.execute("ALTER TABLE audit_20210504 OWNER TO liangxin_owner")
        for day in (old, old, date(2021, 5, 6)):  # the last one has no partition
            await keeper.execute(
                "INSERT INTO audit (day, at, actor, verb, subject, count) VALUES ($1, now(), 'x', 'read', 'y', 1)", day
            )
        await noted(acts, 2)
        assert await keeper_of_days.drop() == 0  # not sealed yet
        await seal(chain, 5)
        assert await keeper_of_days.drop() == 2
        assert await keeper_of_days.drop() == 0
        assert await keeper.fetchval("SELECT count(*) FROM audit WHERE day < '2022-01-01'") == 0
        assert await keeper.fetchval("SELECT count(*) FROM audit_seals") == 2
        assert await keeper.fetchval("SELECT to_regclass('audit_20210504')") is None
        report = await checked(chain)
        assert (report.breaks, report.rows, set(report.dropped)) == ([], 2, {old, date(2021, 5, 6)})
        await noted(acts, 1)
        await seal(chain, 1)
        assert await codes(chain) == set()
        await keeper.execute(
            "INSERT INTO audit (day, at, actor, verb, subject, count) VALUES ($1, now(), 'x', 'read', 'y', 1)", old
        )
        assert await codes(chain) == {"inserted"}


async def test_a_day_dropped_without_a_record_is_a_cut(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        await keeper.execute(
            "INSERT INTO audit (day, at, actor, verb, subject, count) VALUES ('2021-05-04', now(), 'x', 'read', 'y', 1)"
        )
        await noted(acts, 2)
        await seal(chain, 3)
        await keeper.execute("DELETE FROM audit WHERE day = '2021-05-04'")
        await keeper.execute("DELETE FROM audit_seals WHERE day = '2021-05-04'")
    assert [(each.code, each.day) for each in (await checked(chain)).breaks] == [("cut", date(2021, 5, 4))]


async def test_partitions_are_made_ahead(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    keeper_of_days = keeping.Keeper(sealer(acts, tmp_path), days=1096)
    await keeper_of_days.prepare()
    assert await keeper_of_days.prepare() == 0
    async with superuser(server, database_name) as keeper:
        found = await keeper.fetchval("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit'::regclass")
        assert found >= keeping.AHEAD + 2
        await noted(acts, 1)
        assert await keeper.fetchval("SELECT count(*) FROM audit_rest WHERE verb = 'read'") == 0


def test_a_key_file_is_one_private_key_at_most(tmp_path: Path) -> None:
    path = tmp_path / "audit-key.pem"
    key = AuditKey.at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert AuditKey.at(path).public() == key.public()
    rotated = AuditKey.read(AuditKey.at(tmp_path / "new.pem").public().encode() + key.public().encode())
    assert rotated.signed("text", key.sign("text"))
    assert not rotated.signed("texts", key.sign("text"))
    with pytest.raises(UnfitKey):
        rotated.sign("text")
    for text in (b"", b"nothing", path.read_bytes() * 2):
        with pytest.raises(UnfitKey):
            AuditKey.read(text)
    with pytest.raises(UnfitKey):
        AuditKey.at(tmp_path / "absent.pem", make=False)
