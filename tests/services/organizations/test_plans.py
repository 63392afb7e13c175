"""What lists and searches cost in a register of 20,000, under row-level security."""

from typing import Any

import asyncpg
import pytest

from app.core.acts import EVERYWHERE, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.organizations import reads
from app.services.organizations.filters import OrganizationFilters
from tests.bench.register import fill
from tests.conftest import actor
from tests.kit.databases import Clones, dsn
from tests.kit.plans import Node, buffers, indexes, nodes, plans

ROWS = 20_000
SEEDED = (330000000000, 460000000000, 640000000000)
PROVINCE = Scope(((330000000000, 340000000000),))
TWO = Scope(((330000000000, 331000000000), (460000000000, 470000000000)))
SCOPES = (EVERYWHERE, PROVINCE, TWO)


@pytest.fixture
async def register(server: Clones, database_name: str) -> None:
    """A register of so many organisations, as autovacuum leaves it."""
    await fill(server.url(database_name), ROWS, provinces=SEEDED)
    keeper = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    await keeper.execute("VACUUM ANALYZE organizations")
    await keeper.close()


async def planned(acts: Acts, scope: Scope, ask: Ask = Ask(), facets: bool = False, **asked: Any) -> list[Node]:
    """The plans of one list."""

    async def work(act: Act) -> None:
        await reads.listed(act, OrganizationFilters(**asked), ask, facets)

    return await plans(acts, actor(scope=scope), work)


def whole_scans(plan: Node) -> list[Node]:
    """Scans of the whole table."""
    return [
        node for node in nodes(plan) if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "organizations"
    ]


@pytest.mark.usefixtures("register")
async def test_lists_and_searches_go_by_index_at_every_scope(acts: Acts) -> None:
    for scope in SCOPES:
        (page,) = await planned(acts, scope)
        assert indexes(page) == {"ix_organizations_region_code_id"}
        assert buffers(page) < 200

        (page,) = await planned(acts, scope, kind="private_enterprise", covered=False)
        assert {"ix_organizations_region_code_id", "pk_organizations"} == indexes(page)
        walks = [node for node in nodes(page) if node["Node Type"] == "Index Only Scan"]
        assert walks
        assert not [node for node in nodes(page) if node["Node Type"] == "Bitmap Heap Scan"]
        assert buffers(page) < 400

        (page,) = await planned(acts, scope, region="330100000000", status="closed", kind="foundation")
        assert not whole_scans(page)

        (page,) = await planned(acts, scope, search="贸易")
        assert indexes(page) == {"pk_organizations"}
        assert not whole_scans(page)

    (page, counts) = await planned(acts, PROVINCE, facets=True)
    assert not whole_scans(counts)
    assert {node["Node Type"] for node in nodes(counts)} >= {"Index Only Scan"}


@pytest.mark.usefixtures("register")
async def test_the_search_goes_by_the_names_index_and_stays_in_the_scope(acts: Acts, server: Clones) -> None:
    async def work(act: Act) -> None:
        page = await reads.listed(act, OrganizationFilters(search="拓贸易"), Ask(limit=200, count="exact"))
        assert page.rows
        assert all("拓贸易" in row["name"] for row in page.rows)
        assert all(row["region_code"].startswith("33") for row in page.rows)
        assert page.count == len(page.rows)
        read = await reads.listed(act, OrganizationFilters(search="tuo maoyi"), Ask(limit=200))
        assert {row["id"] for row in read.rows} >= {row["id"] for row in page.rows}

    await plans(acts, actor(scope=PROVINCE), work)


@pytest.mark.usefixtures("register")
async def test_a_detail_and_its_history_go_by_key(acts: Acts) -> None:
    async with acts.open(actor()) as act:
        page = await reads.listed(act, OrganizationFilters(), Ask(limit=1))
    row_id = page.rows[0]["id"]

    async def work(act: Act) -> None:
        await reads.detail(act, row_id)
        await reads.history(act, row_id, Ask())
        await reads.detail(act, row_id, act.now)

    for plan in await plans(acts, actor(), work):
        assert not whole_scans(plan)
        assert buffers(plan) < 60
