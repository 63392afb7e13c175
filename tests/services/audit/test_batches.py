"""Pushed rows are audited by statement, with the batch and the chunk as detail; every verb and subject has its text."""

import ast
import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.catalogues.datasets import DATASETS
from app.core.acts import SYSTEM, Acts
from app.core.config import Settings
from app.core.history import LISTED_IDS
from app.core.jobs import Bell
from app.core.labels import catalogue
from app.services.exchange.processing import Worker
from tests.services.exchange.test_applying import firm
from tests.services.exchange.test_processing import batch_at, push

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Two chunks: one whose rows are listed, one too large for that."""
    return settings.model_copy(update={"chunk_records": LISTED_IDS + 20})


@pytest.mark.parametrize("atomic", ["record", "batch"])
async def test_each_statement_of_a_chunk_names_its_batch(client: httpx.AsyncClient, acts: Acts, atomic: str) -> None:
    place = await push(client, [firm(number) for number in range(LISTED_IDS + 25)], atomic=atomic)
    await Worker(acts, DATASETS, Bell(), lease=15).drain()
    assert (await batch_at(client, place))["created"] == LISTED_IDS + 25
    async with acts.open(SYSTEM) as act:
        found = await act.session.execute(
            text(
                "SELECT count, detail ->> 'batch', detail ->> 'seq', ids IS NULL, detail ? 'changes', actor FROM audit"
                " WHERE subject = 'organizations' AND verb = 'insert' ORDER BY id"
            )
        )
        batch = place.rsplit("/", 1)[-1]
        assert [tuple(row) for row in found] == [
            (LISTED_IDS + 20, batch, "0", True, False, "tester"),
            (5, batch, "1", False, True, "tester"),
        ]


def _noted() -> set[tuple[str, str]]:
    """Verb and subject of every call of `note` that names both."""
    found = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note":
                verb, *subject = node.args[1:3]
                if isinstance(verb, ast.Constant):
                    told = subject[0].value if subject and isinstance(subject[0], ast.Constant) else "contacts"
                    found.add((str(verb.value), str(told)))
    return found


async def test_every_verb_and_subject_has_a_text(acts: Acts) -> None:
    noted = _noted()
    assert len(noted) > 15
    async with acts.open(SYSTEM) as act:
        trails = await act.session.scalars(
            text(
                "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE t.tgname ~ '_insert_trail$'"
            )
        )
        watched = set(trails)
    routes = {
        word.replace("-", "_")
        for path in (ROOT / "app" / "routers").glob("*.py")
        for word in re.findall(r'prefix="/v1/([a-z-]+)', path.read_text(encoding="utf-8"))
    }
    verbs, subjects = catalogue()["audit_verb"], catalogue()["audit_subject"]
    assert {verb for verb, _ in noted} | {"insert", "update", "delete", "refuse", "export"} <= set(verbs)
    assert ({subject for _, subject in noted} | watched | routes) - set(subjects) == set()
