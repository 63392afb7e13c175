"""The bounded part of `make fuzz`: every operation by an officer, every other role on its share, the same each time."""

from pathlib import Path

import pytest

from app.services.access.permissions import ROLES
from tests.fuzz.running import SEQUENCES, Depth, operations, run
from tests.fuzz.target import serving
from tests.kit.databases import Clones

OTHERS = sorted(set(ROLES) - {"officer"})


@pytest.fixture(scope="module")
async def name(server: Clones) -> str:
    """A database for all of it: what one role leaves behind is what the next one meets."""
    return await server.make()


async def test_no_role_finds_a_fault(server: Clones, name: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    faults = []
    with serving(server.url(name), tmp_path / "state") as target:
        known = operations(target)
        single, sequences = Depth(cases=1, phases="fuzzing"), Depth(cases=30, phases=SEQUENCES)
        shares = [
            (role, Depth(1, "coverage", only=tuple(known[place :: len(OTHERS) * 4])))
            for place, role in enumerate(OTHERS)
        ]
        for role, depth in [("officer", single), ("officer", sequences), (None, single), *shares]:
            passed, report = run(target, role, depth, tmp_path)
            if not passed:
                faults.append(f"{role}:\n{report}")
    await server.drop(name)
    assert not faults, "\n".join(faults)
