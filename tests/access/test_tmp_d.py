import pytest
from tests.access import test_matrix as tm
from tests.access.test_matrix import *  # noqa

MINE = {
    k: v
    for k, v in tm.OPERATIONS.items()
    if "visit" in k or "formation_task" in k or k in ("list_organizations", "read_organization", "read_me")
}


async def test_mine(world, monkeypatch):
    monkeypatch.setattr(tm, "OPERATIONS", MINE)
    monkeypatch.setattr(tm, "placed", lambda app, old=tm.placed: {k: v for k, v in old(app).items() if k in MINE})
    m = tm.Matrix(world, only_policies=False)
    try:
        await tm.run(m)
    finally:
        print(m.cells, len(m.wrong), m.leaks[:5])
        print("\n".join(m.wrong[:30]))


@pytest.mark.usefixtures("filters_off")
async def test_mine2(world, monkeypatch):
    monkeypatch.setattr(tm, "OPERATIONS", MINE)
    monkeypatch.setattr(tm, "placed", lambda app, old=tm.placed: {k: v for k, v in old(app).items() if k in MINE})
    m = tm.Matrix(world, only_policies=True)
    try:
        await tm.run(m)
    finally:
        print(m.cells, len(m.wrong), m.leaks[:5])
        print("\n".join(m.wrong[:30]))
