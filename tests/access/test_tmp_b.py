import pytest
from tests.access import test_matrix as tm
from tests.access.test_matrix import *  # noqa

MINE = {k: v for k, v in tm.OPERATIONS.items() if any(w in k for w in ("instructor", "assignment", "station", "staffing"))}


@pytest.fixture(autouse=True)
def only(monkeypatch):
    monkeypatch.setattr(tm, "OPERATIONS", MINE)
    orig = tm.placed
    monkeypatch.setattr(tm, "placed", lambda app: {k: v for k, v in orig(app).items() if k in MINE})
    def told(matrix):
        print(matrix.cells, len(matrix.wrong), len(matrix.leaks))
        assert not matrix.leaks, "\n".join(matrix.leaks[:20])
        assert not matrix.wrong, "\n".join(matrix.wrong[:40])
    monkeypatch.setattr(tm, "told", told)
