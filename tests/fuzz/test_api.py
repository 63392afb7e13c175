"""The bounded part of `make fuzz`: single requests, sequences, pushed bodies; as an officer, and as others in part."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.services.access.permissions import ROLES
from tests.fuzz.pushing import fuzz
from tests.fuzz.running import SEQUENCES, Depth, operations, run
from tests.fuzz.target import Target, serving
from tests.kit.databases import Clones

OTHERS = sorted({allowed: role for role, allowed in ROLES.items() if allowed != ROLES["officer"]}.values())
"""One of each that may do the same."""
LED_ON = {"officer": 3, "security_administrator": 1}
"""Links followed with success at the least, also on a busy machine: else sequences would pass by leading nowhere."""


@pytest.fixture(scope="module")
def target(server: Clones, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One application for all of it: what one role leaves behind is what the next one meets."""
    name, state = asyncio.run(server.make()), tmp_path_factory.mktemp("state")
    with serving(server.url(name), state) as found:
        yield found
    asyncio.run(server.drop(name))


def test_no_role_finds_a_fault_in_single_requests(target: Target, tmp_path: Path) -> None:
    """All operations as an officer, open ones as nobody, an eighth as each other role; the same each time."""
    known = operations(target)
    few, bounds = Depth(cases=1, phases="fuzzing"), Depth(cases=1, phases="coverage", only=tuple(known[::48]))
    others = [(role, replace(few, only=tuple(known[place % 8 :: 8]))) for place, role in enumerate(OTHERS)]
    for role, depth in [("officer", few), ("officer", bounds), (None, few), *others]:
        done = run(target, role, depth, tmp_path)
        assert done.passed, f"{role}:\n{done.report}"


@pytest.mark.parametrize("role", LED_ON)
def test_no_role_finds_a_fault_in_sequences(target: Target, tmp_path: Path, role: str) -> None:
    done = run(target, role, Depth(cases=30, phases=SEQUENCES, seconds=5), tmp_path)
    assert done.passed, done.report
    assert done.followed is not None
    assert len(done.followed.welcome) >= LED_ON[role], done.followed.told(0)


def test_pushed_bodies_are_refused_with_a_reason_or_accounted_for(target: Target) -> None:
    with target.client("officer") as client:
        told = fuzz(client, cases=25)
    assert told["done"] > told.total() / 3, told
