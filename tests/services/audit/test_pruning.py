"""Old checkpoints go with their days, under a signed record; what is kept is proved as before."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.core.acts import Acts
from app.services.audit import keeping, repository
from app.services.audit.sealing import Sealer
from app.services.audit.signing import AuditKey
from app.services.audit.verifying import verify
from app.services.audit.witness import Witness
from tests.conftest import Hands
from tests.kit.databases import Clones
from tests.services.audit.kit import checked, codes, noted, seal, sealer, superuser

DAYS = (date(2021, 5, 4), date(2021, 5, 5), date(2021, 5, 20), date(2021, 5, 21))
KEPT = 1096
ROW = "INSERT INTO audit (day, at, actor, verb, subject, count) VALUES ($1, now(), 'x', 'read', 'y', 1) RETURNING id"


async def grown(chain: Sealer, keeper: "asyncpg.Connection[Any]") -> None:
    """One checkpoint for each of the old days, and a fifth for today's rows."""
    for day in DAYS:
        await keeper.execute(ROW, day)
        await seal(chain, 1)
    await noted(chain.acts, 2)
    await seal(chain, 2)


async def numbers(keeper: "asyncpg.Connection[Any]") -> list[int]:
    """The checkpoints that are there."""
    return [row["number"] for row in await keeper.fetch("SELECT number FROM audit_checkpoints ORDER BY number")]


@pytest.fixture
def then(clock: Hands) -> Hands:
    """The day on which the first two of the old days are past their time."""
    clock.now = datetime(2021, 5, 20, 1, tzinfo=UTC) + timedelta(days=KEPT)
    return clock


async def test_checkpoints_go_with_their_days_and_the_rest_is_still_proved(
    acts: Acts, server: Clones, database_name: str, then: Hands, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    days = keeping.Keeper(chain, days=KEPT)
    async with superuser(server, database_name) as keeper:
        await grown(chain, keeper)
        assert await days.drop() == 2
        # The first that tells of a kept day is the third; the one before it stays, so that its link is whole.
        assert await numbers(keeper) == [2, 3, 4, 5, 6]
        report = await checked(chain)
        assert (report.breaks, report.rows, report.first, set(report.dropped)) == ([], 4, 2, set(DAYS[:2]))
        assert await days.drop() == 0
        assert await numbers(keeper) == [2, 3, 4, 5, 6]
        await noted(acts, 1)
        await seal(chain, 1)
        then.forward(days=1)
        assert await days.drop() == 1
        assert await numbers(keeper) == [3, 4, 5, 6, 7, 8]
        report = await checked(chain)
        assert (report.breaks, report.rows, report.first) == ([], 4, 3)

        old = Witness(tmp_path / "old.json")  # an auditor's copy from before: what it names is past its time
        old.remember(database_name, 1, b"x" * 32)
        assert (await verify(acts, chain.key, old)).breaks == []


async def test_checkpoints_are_pruned_where_earlier_programs_dropped_days_alone(
    acts: Acts, server: Clones, database_name: str, then: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = sealer(acts, tmp_path)
    days = keeping.Keeper(chain, days=KEPT)

    async def none(*_: object) -> None:
        return None

    async with superuser(server, database_name) as keeper:
        await grown(chain, keeper)
        with monkeypatch.context() as earlier:
            earlier.setattr(repository, "first_needed", none)
            assert await days.drop() == 2
        assert await numbers(keeper) == [1, 2, 3, 4, 5, 6]
        assert await days.drop() == 0
        assert await numbers(keeper) == [2, 3, 4, 5, 6, 7]
        assert await codes(chain) == set()


async def test_a_beginning_cut_off_without_a_record_is_named(
    acts: Acts, server: Clones, database_name: str, then: Hands, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        await grown(chain, keeper)
        await keeper.execute("DELETE FROM audit_checkpoints WHERE number = 1")
        (found,) = (await checked(chain)).breaks
        assert (found.code, found.number, found.until) == ("checkpoint_missing", 1, 1)


async def test_a_record_of_a_restore_covers_no_cut_before_it(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        chain.witness.remember(database_name, 9, b"x" * 32)
        await noted(acts, 1)
        await keeping.restored(chain, "a new server, nothing left", "operator")  # the tenth stands first, rightly
        report = await checked(chain)
        assert (report.breaks, report.first) == ([], 1)
        await noted(acts, 1)
        await seal(chain, 1)
        chain.witness.remember(database_name, 20, b"x" * 32)
        await keeping.restored(chain, "backup of the night", "operator")
        assert await numbers(keeper) == [10, 11, 21]
        assert await codes(chain) == set()
        await keeper.execute("DELETE FROM audit_checkpoints WHERE number < 21")
        assert [(each.code, each.until) for each in (await checked(chain)).breaks][:1] == [("checkpoint_missing", 20)]


async def test_what_is_kept_cannot_be_altered_behind_the_record(
    acts: Acts, server: Clones, database_name: str, then: Hands, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        await grown(chain, keeper)
        await keeping.Keeper(chain, days=KEPT).drop()
        first = await keeper.fetchrow("DELETE FROM audit_checkpoints WHERE number = 2 RETURNING *")
        (found,) = (await checked(chain)).breaks
        assert (found.code, found.number, found.until) == ("checkpoint_missing", 2, 2)
        assert first is not None
        await keeper.copy_records_to_table("audit_checkpoints", records=[first], columns=list(first.keys()))
        assert await codes(chain) == set()
        await keeper.execute("UPDATE audit SET why = 'another' WHERE day = $1", DAYS[2])
        assert [(each.code, each.day) for each in (await checked(chain)).breaks] == [("altered", DAYS[2])]
        await keeper.execute("UPDATE audit SET why = NULL WHERE day = $1", DAYS[2])

        # A forged record of what was dropped is not believed.
        forger = AuditKey.at(tmp_path / "forger.pem")
        body = await keeper.fetchval("SELECT body FROM audit_checkpoints WHERE number = 6")
        await keeper.execute(
            "UPDATE audit_checkpoints SET body = $1, signature = $2 WHERE number = 6",
            body.replace('"first":2', '"first":4'),
            forger.sign(body),
        )
        assert "checkpoint_altered" in await codes(chain)


@pytest.mark.parametrize("sealed", [False, True])
async def test_a_row_put_into_a_day_that_is_gone_is_named(
    acts: Acts, server: Clones, database_name: str, then: Hands, tmp_path: Path, *, sealed: bool
) -> None:
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        await grown(chain, keeper)
        await keeping.Keeper(chain, days=KEPT).drop()
        for day in (DAYS[0], date(2019, 1, 1)):
            row = await keeper.fetchval(ROW, day)
            if sealed:
                await keeper.execute("INSERT INTO audit_seals VALUES ($1, 1, $2, $3)", day, row, b"x" * 32)
        found = (await checked(chain)).breaks
        assert [(each.code, each.day) for each in found] == [("inserted", date(2019, 1, 1)), ("inserted", DAYS[0])]


async def test_the_database_prunes_nothing_without_a_record_or_too_young(
    acts: Acts, server: Clones, database_name: str, tmp_path: Path
) -> None:
    chain = sealer(acts, tmp_path)
    async with superuser(server, database_name) as keeper:
        await grown(chain, keeper)
        with pytest.raises(asyncpg.RaiseError, match="no record"):
            await keeper.execute("SELECT audit_prune(3)")
        await keeper.execute(
            "INSERT INTO audit_checkpoints VALUES (6, 'retained', now(), '{\"first\": 6, \"days\": {}}', '', '')"
        )
        with pytest.raises(asyncpg.RaiseError, match="six months"):
            await keeper.execute("SELECT audit_prune(6)")
        with pytest.raises(asyncpg.RaiseError, match="no record"):
            await keeper.execute("SELECT audit_prune(7)")
        assert await keeper.fetchval("SELECT audit_prune(5)") == 4
