"""Walls that the import contracts cannot express."""

import re
from pathlib import Path

import grimp
import pytest

APP = Path(__file__).parents[2] / "app"
BANNED = {"utils", "helpers", "common", "misc", "manager", "base_service", "util", "helper"}
LONGEST = 400  # about 350, with room for a docstring


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom."""
    return grimp.build_graph("app")


def test_nobody_enters_another_rooms_repository(graph: grimp.ImportGraph) -> None:
    """A repository's writes are its own room's; others ask the service or read."""
    repositories = [module for module in graph.modules if module.endswith(".repository")]
    trespassers = {
        (importer, repository)
        for repository in repositories
        for importer in graph.find_modules_that_directly_import(repository)
        if not importer.startswith(repository.removesuffix("repository"))
    }
    assert not trespassers


def test_core_knows_no_domain_word(graph: grimp.ImportGraph) -> None:
    """The ground floor imports nothing of the house above it."""
    core = {module for module in graph.modules if module.startswith("app.core")}
    assert core
    for module in core:
        above = {found for found in graph.find_modules_directly_imported_by(module) if not found.startswith("app.core")}
        assert not above, module


def test_the_service_itself_is_one_actor_told_in_one_place() -> None:
    """`core.acts.SYSTEM`: a second actor of that name would have other rights, and the audit could not tell them."""
    told = re.compile(r"""^\s*(?:[A-Z_]*SYSTEM[A-Z_]*\s*[:=]|.*Actor\(\s*["']system["'])""", re.MULTILINE)
    found = {path.relative_to(APP).as_posix() for path in APP.rglob("*.py") if told.search(path.read_text("utf-8"))}
    assert found == {"core/acts.py"}


def test_no_file_is_named_after_nothing() -> None:
    """A file without a reason collects everything."""
    assert not [path for path in APP.rglob("*.py") if path.stem in BANNED]


def test_no_file_wants_to_be_two() -> None:
    """Past this length a file usually has two reasons to exist."""
    long = {
        str(path.relative_to(APP)): lines
        for path in APP.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long
