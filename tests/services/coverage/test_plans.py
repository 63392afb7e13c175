"""What a report costs: under row-level security, by index, and the same whatever the size of the register."""

from typing import Any

import asyncpg
from sqlalchemy import text

from app.core.acts import Acts, Scope
from app.services.coverage import reads, repository
from tests.conftest import actor
from tests.kit.organizations import add

COUNTY = Scope(((330106000000, 330107000000),))


async def explained(acts: Acts, statement: Any, **values: int) -> dict[str, Any]:
    """The plan as run for a county officer."""
    written = str(statement.text)
    for name, value in values.items():
        written = written.replace(f":{name}", str(value))
    async with acts.open(actor(scope=COUNTY)) as act:
        plan = await act.session.scalar(text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {written}"))
    found: dict[str, Any] = plan[0]["Plan"]
    return found


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


def buffers(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def fill(direct: "asyncpg.Connection[Any]", acts: Acts, each: int) -> None:
    """Every county of the city gets so many organisations of each of 60 sets of facts."""
    for code in (330102001000, 330105001000, 330106002000, 330108001000):
        for members in (None, 0, 1, 2, 3):
            for staff in (None, 5, 20, 60):
                for kind in ("private_enterprise", "unclassified", "foundation"):
                    await add(direct, each, region_code=code, formal_members_relation=members, staff=staff, kind=kind)
    async with acts.open(actor()) as act:
        await repository.compact(act)
    await direct.execute("VACUUM ANALYZE coverage_deltas, coverage_tallies, coverage_days")


async def test_a_report_touches_the_same_pages_in_a_register_ten_times_as_large(
    direct: "asyncpg.Connection[Any]", acts: Acts
) -> None:
    touched = []
    for each in (3, 27):
        await fill(direct, acts, each)
        plan = await explained(acts, reads.TALLY_NOW, code=330106000000, level=3, width=10**6)
        assert plan["Actual Rows"] == 60
        scans = {node["Index Name"] for node in nodes(plan) if "Index Name" in node}
        assert "pk_coverage_tallies" in scans
        assert not [node for node in nodes(plan) if node["Node Type"] == "Seq Scan" and node["Actual Rows"] > 0]
        touched.append(buffers(plan))
    assert touched[1] <= touched[0] * 1.2 + 2  # whole pages, and few of them


async def test_a_past_day_and_the_children_go_by_index(direct: "asyncpg.Connection[Any]", acts: Acts) -> None:
    await fill(direct, acts, 3)
    plan = await explained(acts, reads.CHILDREN_NOW, code=330106000000, level=3)
    assert not [node for node in nodes(plan) if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "regions"]
    assert buffers(plan) < 400
    then = str(reads.TALLY_THEN.text).replace(":day", "date '2099-01-01'")
    plan = await explained(acts, text(then), code=330106000000, level=3, width=10**6)
    assert plan["Actual Rows"] == 60
    assert buffers(plan) < 400
