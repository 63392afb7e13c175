"""What a search by number and a bite of re-encryption cost among 60,000 values, under row-level security."""

import orjson
import pytest

from app.catalogues.personal import SEALED
from app.core.acts import EVERYWHERE, SYSTEM, Actor, Acts, Scope
from app.core.database import driver
from app.services.privacy import repository
from tests.conftest import actor
from tests.kit.databases import Clones
from tests.kit.plans import Node, buffers, indexes
from tests.kit.vaults import superuser

PROVINCE = Scope(((330000000000, 340000000000),))
TWO = Scope(((330000000000, 331000000000), (460000000000, 470000000000)))
FILL = """
INSERT INTO personal_values
SELECT 'contacts', uuidv7()::text, field, 330000000000 + (n % 90) * 1000000,
       sha256(convert_to(n::text, 'UTF8')), 1 + (n > 59000)::int, sha256(convert_to(field || n, 'UTF8')), 1
  FROM generate_series(1, 30000) AS n, unnest(ARRAY['phone', 'identity_number']) AS field
"""


@pytest.fixture
async def filled(server: Clones, database_name: str) -> None:
    """So many values, as autovacuum leaves them."""
    async with superuser(server, database_name) as keeper:
        await keeper.execute(FILL)
        await keeper.execute("VACUUM ANALYZE personal_values")


async def planned(acts: Acts, by: Actor, statement: str, *arguments: object) -> Node:
    """The plan as run."""
    async with acts.open(by) as act:
        told = await (await driver(act.session)).fetchval(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", *arguments
        )
    plan: Node = (orjson.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("scope", [EVERYWHERE, PROVINCE, TWO])
async def test_a_search_probes_the_blind_index(acts: Acts, scope: Scope) -> None:
    plan = await planned(acts, actor(scope=scope), repository.HOLDING, "contacts", "phone", [b"x" * 32, b"y" * 32])
    assert indexes(plan) == {"ix_personal_values_blind_holder_field"}
    assert buffers(plan) < 20


@pytest.mark.usefixtures("filled")
async def test_the_keys_in_use_are_found_by_probes(acts: Acts) -> None:
    async with acts.open(SYSTEM) as act:
        assert await repository.key_ids(act, SEALED[0]) == [1]
        assert await repository.index_ids(act, SEALED[0]) == [1]
        assert await repository.key_ids(act, SEALED[1]) == []
