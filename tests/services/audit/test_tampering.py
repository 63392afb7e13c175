"""Whoever owns the database can change everything in it; verifying says what was changed."""

import os
from pathlib import Path

from app.core.acts import Acts
from app.services.audit import keeping
from app.services.audit.signing import AuditKey
from app.services.audit.verifying import Break, verify
from app.services.audit.witness import Witness
from tests.kit.databases import Clones
from tests.services.audit.kit import checked, codes, noted, seal, sealer, superuser

CUT = "DELETE FROM audit_checkpoints WHERE number = (SELECT max(number) FROM audit_checkpoints)"
SWAP = (
    "UPDATE audit_seals s SET position = -o.position FROM audit_seals o"
    " WHERE s.position IN (2, 4) AND o.position = 6 - s.position AND o.day = s.day"
)


async def test_what_nobody_touched_holds(acts: Acts, tmp_path: Path) -> None:
    await noted(acts, 5)
    chain = sealer(acts, tmp_path)
    await seal(chain, 5)
    await noted(acts, 2)
    report = await checked(chain)
    assert (report.breaks, report.rows, report.tail) == ([], 5, 2)
    await seal(chain, 2)
    report = await checked(chain)
    assert (report.breaks, report.rows, report.tail, report.checkpoints) == ([], 7, 0, 2)


async def test_an_altered_row_is_named(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    await noted(acts, 5)
    chain = sealer(acts, tmp_path)
    await seal(chain, 5)
    async with superuser(server, database_name) as keeper:
        row = await keeper.fetchrow("SELECT day, audit_id FROM audit_seals WHERE position = 3")
        assert row is not None
        await keeper.execute("UPDATE audit SET actor = 'somebody else' WHERE id = $1", row["audit_id"])
    assert (await checked(chain)).breaks == [Break("altered", row["day"], 3, row["audit_id"])]


async def test_a_removed_row_is_named(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    await noted(acts, 5)
    chain = sealer(acts, tmp_path)
    await seal(chain, 5)
    async with superuser(server, database_name) as keeper:
        row = await keeper.fetchrow("SELECT day, audit_id FROM audit_seals WHERE position = 3")
        assert row is not None
        await keeper.execute("DELETE FROM audit WHERE id = $1", row["audit_id"])
        assert (await checked(chain)).breaks == [Break("removed", row["day"], 3, row["audit_id"])]
        await keeper.execute("DELETE FROM audit_seals WHERE position = 3")
    breaks = (await checked(chain)).breaks
    assert Break("removed", row["day"], 3, until=3) in breaks


async def test_an_inserted_row_is_named(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    await noted(acts, 5)
    chain = sealer(acts, tmp_path)
    await seal(chain, 5)
    async with superuser(server, database_name) as keeper:
        row = await keeper.fetchrow(
            "INSERT INTO audit (day, transaction, at, actor, verb, subject, count)"
            " SELECT day, transaction, at, 'scapegoat', verb, subject, count FROM audit ORDER BY id LIMIT 1"
            " RETURNING day, id"
        )
        assert row is not None
    assert (await checked(chain)).breaks == [Break("inserted", row["day"], row_id=row["id"])]


async def test_a_row_inserted_with_a_seal_is_found(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    await noted(acts, 5)
    chain = sealer(acts, tmp_path)
    await seal(chain, 5)
    async with superuser(server, database_name) as keeper:
        await keeper.execute(
            "INSERT INTO audit_seals SELECT day, 6, uuidv7(), digest FROM audit_seals WHERE position = 5"
        )
    found = await checked(chain)
    assert {(each.code, each.position) for each in found.breaks} == {("removed", 6), ("inserted", 6)}


async def test_reordered_rows_are_named(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    await noted(acts, 5)
    chain = sealer(acts, tmp_path)
    await seal(chain, 5)
    async with superuser(server, database_name) as keeper:
        await keeper.execute(SWAP)
        await keeper.execute("UPDATE audit_seals SET position = -position WHERE position < 0")
    breaks = (await checked(chain)).breaks
    assert {each.position for each in breaks if each.code == "reordered"} == {2, 4}
    assert {each.code for each in breaks} == {"reordered", "resealed"}


async def test_a_row_and_its_seal_rewritten_do_not_fit_what_was_signed(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    for _ in range(3):
        await noted(acts, 2)
        await seal(chain, 2)
    async with superuser(server, database_name) as keeper:
        await keeper.execute("UPDATE audit_seals SET digest = $1 WHERE position = 3", os.urandom(32))
        breaks = (await checked(chain)).breaks
        assert [(each.code, each.position, each.until) for each in breaks if each.code == "resealed"] == [
            ("resealed", 3, 4)
        ]
        await keeper.execute("UPDATE audit_checkpoints SET body = replace(body, 'sealed', 'retained')")
    assert "checkpoint_altered" in await codes(chain)


async def test_a_cut_tail_is_found_by_the_witness(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    for _ in range(2):
        await noted(acts, 3)
        await seal(chain, 3)
    async with superuser(server, database_name) as keeper:
        await keeper.execute("DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_seals WHERE position > 3)")
        assert await codes(chain) == {"removed"}
        await keeper.execute("DELETE FROM audit_seals WHERE position > 3")
        (broken,) = (await checked(chain)).breaks
        assert (broken.code, broken.position, broken.until) == ("cut", 4, 6)
        await keeper.execute(CUT)  # now the database fits together again
    (broken,) = (await checked(chain)).breaks
    assert (broken.code, broken.number) == ("cut", 2)
    alone = await verify(acts, chain.key, Witness(tmp_path / "no-witness.json"))
    assert alone.breaks == []


async def test_all_of_it_removed_is_found(acts: Acts, server: Clones, database_name: str, tmp_path: Path) -> None:
    chain = sealer(acts, tmp_path)
    await noted(acts, 3)
    await seal(chain, 3)
    async with superuser(server, database_name) as keeper:
        await keeper.execute("TRUNCATE audit, audit_seals, audit_checkpoints")
    (broken,) = (await checked(chain)).breaks
    assert (broken.code, broken.number) == ("cut", 1)


async def test_a_checkpoint_taken_out_or_signed_by_another_key_is_named(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    for _ in range(3):
        await noted(acts, 1)
        await seal(chain, 1)
    stranger = AuditKey.at(tmp_path / "other" / "audit-key.pem")
    assert {each.code for each in (await verify(acts, stranger, chain.witness)).breaks} == {
        "checkpoint_altered",
        "inserted",
    }
    public = tmp_path / "public.pem"
    public.write_text(chain.key.public(), encoding="utf-8")
    assert (await verify(acts, AuditKey.at(public), chain.witness)).breaks == []
    async with superuser(server, database_name) as keeper:
        await keeper.execute("DELETE FROM audit_checkpoints WHERE number = 2")
    (broken,) = (await checked(chain)).breaks
    assert (broken.code, broken.number, broken.until) == ("checkpoint_missing", 2, 2)


async def test_a_day_moved_back_by_a_restore_is_owned_up_to(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    """The same rows missing: with a signed record of the restore nothing is broken, and the record stays to be read."""
    chain = sealer(acts, tmp_path)
    for _ in range(2):
        await noted(acts, 3)
        await seal(chain, 3)
    async with superuser(server, database_name) as keeper:
        await keeper.execute("DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_seals WHERE position > 3)")
        await keeper.execute("DELETE FROM audit_seals WHERE position > 3")
        await keeper.execute(CUT)
    record = await keeping.restored(chain, "disk lost; backup of the night", "operator")
    assert (record.number, record.lost) == (3, 2)
    await noted(acts, 2)
    await seal(chain, 2)
    report = await checked(chain)
    assert (report.breaks, report.rows) == ([], 5)
    assert [(each.why, each.by) for each in report.restored] == [("disk lost; backup of the night", "operator")]
