"""Operation × role × place, over HTTP: what is seen and done is what the model says, and nothing else shows through.

Once as the application is, and once more with its own filters switched off, so that only row-level security holds.
"""

import io
import sys
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.core import narrowing
from app.core.acts import Scope
from app.web.lists import CSV, XLSX
from app.web.openapi import permission_of
from tests.access.model import STANDING, may, sees, writes
from tests.access.operations import OPERATIONS, UNPLACED, Entry, Figures, Items, Object, Operation, Rows, Trail
from tests.access.places import PLACES
from tests.access.world import REGIONAL, Thing, World, made
from tests.conftest import Api
from tests.kit.databases import Clones, dsn

STALE = '"99"'
BIG = "200"


@dataclass
class Matrix:
    """One pass: counts its cells, and writes down what came out otherwise and what showed through."""

    world: World
    only_policies: bool
    cells: int = 0
    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    routes: dict[str, str] = field(default_factory=dict)
    _hidden: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def cell(self, name: str, holds: bool, told: object = "") -> None:
        """One cell: an operation, who, where, and whether it came out as it should."""
        self.cells += 1
        if not holds:
            self.wrong.append(f"{name}: {str(told)[:300]}")

    async def ask(self, caller: str, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request, and look for texts of what this caller may not see, and did not send, in what comes back."""
        answer = await self.world.client(caller).request(method, path, **sent)
        text, known = readable(answer), f"{path} {sent}"
        for mark, where in self.hidden(caller):
            if mark in text and mark not in known:
                self.leaks.append(f"{caller} {method} {path}: {where} in {text[:200]}")
        return answer

    def hidden(self, caller: str) -> list[tuple[str, str]]:
        """The marks of all that a caller does not see, each with its noun and place."""
        if caller not in self._hidden:
            self._hidden[caller] = [
                (mark, f"{noun}.{place}")
                for noun, things in self.world.things.items()
                for place, thing in things.items()
                if not sees(caller, noun, place)
                for mark in thing.marks
            ]
        return self._hidden[caller]

    def places(self, noun: str) -> list[tuple[str, Thing]]:
        """Where there is something of a noun."""
        return list(self.world.things[noun].items())


def readable(answer: httpx.Response) -> str:
    """A body as text; the sheets of a workbook unpacked."""
    if not answer.headers.get("content-type", "").startswith(XLSX):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


async def on_object(matrix: Matrix, name: str, operation: Object, caller: str) -> None:
    for place, thing in matrix.places(operation.noun):
        inside = writes(caller, operation.noun, place) if operation.writes else sees(caller, operation.noun, place)
        outside = (403,) if sees(caller, operation.noun, place) else operation.unseen
        expected = operation.well if inside else outside
        organization = matrix.world.things["organizations"].get(place)
        path = operation.path.format(id=thing.id, organization=organization.id if organization else "", **thing.more)
        sent: dict[str, Any] = {"headers": {"idempotency-key": uuid4().hex}}  # for the few that ask for one
        if operation.body is not None:
            sent["json"] = operation.body(matrix.world, place)
        if operation.versioned:
            sent["headers"]["if-match"] = STALE if inside else f'"{thing.version}"'
        answer = await matrix.ask(caller, operation.method, path, **sent)
        matrix.cell(f"{name} {caller} {place}", answer.status_code in expected, (answer.status_code, expected))


async def on_rows(matrix: Matrix, name: str, operation: Rows, caller: str) -> None:
    asked = {"limit": BIG, **dict(operation.asked), **({"count": "exact"} if operation.counted else {})}
    # A file is the same list written otherwise: what row-level security keeps apart is kept apart in the one already.
    files = operation.files and not matrix.only_policies
    forms = ("application/json", CSV, XLSX) if files else ("application/json",)
    for form in forms:
        params = asked if form == "application/json" else dict(operation.asked)
        answer = await matrix.ask(caller, "GET", operation.path, params=params, headers={"accept": form})
        text = readable(answer)
        seen = 0
        for place, thing in matrix.places(operation.noun):
            expected = sees(caller, operation.noun, place)
            seen += expected
            there = any(mark in text for mark in (*thing.marks[:1], thing.id))
            matrix.cell(f"{name} {form} {caller} {place}", answer.status_code == 200 and there == expected, text)
        if operation.counted and form == "application/json":
            count = answer.json()["count"]
            matrix.cell(f"{name} count {caller}", count is None or count["value"] == seen, count)
            if "facets" in asked:
                facets = answer.json()["facets"]
                for facet in ("kind", "status", "coverage_mode"):
                    total = sum(value["count"] for value in facets[facet])
                    matrix.cell(f"{name} facet {facet} {caller}", total == seen, facets[facet])


async def on_entry(matrix: Matrix, name: str, operation: Entry, caller: str) -> None:
    for place in REGIONAL if operation.noun in ("grants", "policies") else PLACES:
        # Who sees by line or as an owner has no region to enter anything in, not even a branch.
        inside = STANDING[caller] == "region" and writes(caller, operation.noun, place)
        world = matrix.world
        plain = inside or (operation.noun in ("branches", "applications") and STANDING[caller] != "region")
        body = operation.refused(world, place) if plain else operation.valid(world, caller, place)
        answer = await matrix.ask(caller, "POST", operation.path, json=body)
        status = answer.status_code
        if operation.items and status == 200:
            status = (answer.json()["items"][0]["problem"] or {"status": 201})["status"]
        expected: tuple[int, ...]
        if inside:
            expected = (409, 422)
        elif matrix.only_policies:
            expected = (403, 404, 409, 422)  # whatever stands against it first, it is not let in
        else:
            expected = (403,)
        matrix.cell(f"{name} {caller} {place}", status in expected, (status, expected, answer.text))


async def on_figures(matrix: Matrix, name: str, operation: Figures, caller: str) -> None:
    for place in PLACES.values():
        asked = {"region": place.region, "region_level": place.level, **dict(operation.asked)}
        sent = {"json": asked} if operation.method == "POST" else {"params": asked}
        answer = await matrix.ask(caller, operation.method, operation.path, **sent)
        if sees(caller, "coverage", place.name):
            holds = answer.status_code == 200 and (operation.regions or counted(answer.json()) > 0)
        elif matrix.only_policies and answer.status_code == 200:
            # Tallies outside the scope are not seen; of a region above, no more than the caller's own part.
            holds = operation.regions or counted(answer.json()) <= (2 if place.name == "parent" else 0)
        else:
            holds = answer.status_code == 404
        matrix.cell(f"{name} {caller} {place.name}", holds, (answer.status_code, answer.text))


def counted(told: Any) -> int:
    """How many organisations some figures speak of."""
    if "points" in told:
        return max(int(point["organisation_coverage"]["denominator"]) for point in told["points"])
    if "items" in told:
        return int(told["count"]["value"])
    return int(told.get("now", told)["organizations"])


async def on_items(matrix: Matrix, name: str, operation: Items, caller: str) -> None:
    for place, thing in matrix.places(operation.noun):
        review = matrix.world.things["access_reviews"].get(place)
        path = operation.path.format(review=review.id if review else "")
        answer = await matrix.ask(caller, "POST", path, json=operation.body(thing))
        expected = (writes if operation.writes else sees)(caller, operation.noun, place)
        holds = answer.status_code == 200 and operation.told(answer.json()) == expected
        matrix.cell(f"{name} {caller} {place}", holds, answer.text)


async def on_trail(matrix: Matrix, name: str, operation: Trail, caller: str) -> None:
    for subject in ("organizations", "branches"):
        params = {"subject": subject, "limit": BIG, "verb": "insert"}
        answer = await matrix.ask(caller, "GET", operation.path, params=params)
        for place, thing in matrix.places(subject):
            holds = answer.status_code == 200 and (thing.id in answer.text) == sees(caller, subject, place)
            matrix.cell(f"{name} {subject} {caller} {place}", holds, (answer.status_code, answer.text))


async def on_cursors(matrix: Matrix) -> None:
    """The cursor of somebody who sees everything is of no use to anybody else."""
    for name, operation in OPERATIONS.items():
        if not isinstance(operation, Rows):
            continue
        owner = "partner elsewhere" if operation.noun == "batches" else "everything"
        first = await matrix.world.client(owner).get(operation.path, params={"limit": "1"})
        cursor = first.json()["next_cursor"]
        for caller in STANDING:
            if cursor is not None and may(caller, str(matrix.routes[name])):
                answer = await matrix.ask(caller, "GET", operation.path, params={"limit": "1", "cursor": cursor})
                matrix.cell(f"{name} cursor {caller}", answer.status_code == 422, (answer.status_code, answer.text))


async def on_references(matrix: Matrix) -> None:
    """A branch in the own region may refer to what is seen; what is not seen is unknown, wherever it lies."""
    things = matrix.world.things
    for caller in ("work_committee_officer", "region_officer", "officer_of_two"):
        for noun, field_ in (
            ("organizations", "organization_ids"),
            ("authorities", "authority_id"),
            ("hosts", "host_id"),
        ):
            for place, thing in matrix.places(noun):
                if sees(caller, noun, place):
                    continue
                body: dict[str, Any] = {
                    "name": "支部",
                    "formation_mode": "territorial",
                    "authority_id": things["authorities"]["own"].id,
                    "founded_on": "2026-02-01",
                    "formal_members": 3,
                    "region_code": PLACES["own"].region,
                    field_: [thing.id] if noun == "organizations" else thing.id,
                }
                answer = await matrix.ask(caller, "POST", "/v1/branches", json=body)
                holds = answer.status_code == 422 and answer.json()["errors"][0]["code"] == "reference_unknown"
                matrix.cell(f"reference {noun} {caller} {place}", holds, (answer.status_code, answer.text))


def placed(app: FastAPI) -> dict[str, str]:
    """The routes of the application and the permission each names, but for those that have no place."""
    found = [context.original_route for context in iter_route_contexts(app.routes)]
    routes = [route for route in found if isinstance(route, APIRoute) and route.include_in_schema]
    return {route.name: str(permission_of(route)) for route in routes if route.name not in UNPLACED}


@pytest.fixture
async def world(api: Api, server: Clones, database_name: str) -> AsyncIterator[World]:
    """One database for all cells: what is asked changes nothing that others see."""
    direct = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    yield await made(api.app, direct)
    await direct.close()


@pytest.fixture
def filters_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application forgets every question about scope that it asks by itself."""
    for question in ("contains", "covers", "holds"):
        monkeypatch.setattr(Scope, question, lambda *_: True)
    off = 0
    for module in list(sys.modules.values()):
        if getattr(module, "within", None) is narrowing.within and module is not narrowing:
            monkeypatch.setattr(module, "within", lambda *_: [])
            off += 1
    assert off >= 3


async def denied(matrix: Matrix, name: str, operation: Operation, caller: str) -> None:
    """Without the permission the guard answers before it knows the place: one request stands for all places."""
    method = operation.method if isinstance(operation, Object | Figures) else "GET"
    if isinstance(operation, Entry | Items):
        method = "POST"
    place = PLACES["own"].name
    thing = matrix.world.things["organizations"][place]
    named = dict.fromkeys(
        (
            *(
                "id",
                "organization",
                "secret",
                "review",
                "seat",
                "post",
                "plan",
                "worker",
                "opinion",
                "member",
                "proposal",
            ),
            *("meeting", "decision", "item"),
        ),
        thing.id,
    )
    path = operation.path.format(**named)
    answer = await matrix.ask(caller, method, path, **({} if method == "GET" else {"json": {}}))
    matrix.cell(f"{name} {caller}", answer.status_code == 403, (answer.status_code, answer.text))


def of_each_scope(callers: list[str]) -> list[str]:
    """The first of those who stand alike: row-level security knows scopes, not roles. Two ranges are a scope too."""
    found: dict[tuple[str, bool], str] = {}
    for caller in callers:
        found.setdefault((STANDING[caller], caller == "officer_of_two"), caller)
    return list(found.values())


async def run(matrix: Matrix) -> None:
    """All cells."""
    routes = matrix.routes = placed(matrix.world.app)
    assert set(routes) == set(OPERATIONS), "a route without a place in the matrix, or the other way round"
    for name, operation in OPERATIONS.items():
        callers = [caller for caller in STANDING if may(caller, routes[name])]
        if matrix.only_policies:
            callers = of_each_scope(callers)
        else:
            for caller in STANDING:
                if caller not in callers:
                    await denied(matrix, name, operation, caller)
        for caller in callers:
            match operation:
                case Object():
                    await on_object(matrix, name, operation, caller)
                case Rows():
                    await on_rows(matrix, name, operation, caller)
                case Entry():
                    await on_entry(matrix, name, operation, caller)
                case Figures():
                    await on_figures(matrix, name, operation, caller)
                case Items():
                    await on_items(matrix, name, operation, caller)
                case Trail():
                    await on_trail(matrix, name, operation, caller)
    if not matrix.only_policies:
        await on_cursors(matrix)
    await on_references(matrix)


def told(matrix: Matrix) -> None:
    """Say how many cells there were, and fail on the first few that did not hold."""
    print(f"\n{matrix.cells} cells, {len(matrix.wrong)} otherwise, {len(matrix.leaks)} leaks")
    assert not matrix.leaks, "\n".join(matrix.leaks[:20])
    assert not matrix.wrong, f"{len(matrix.wrong)} of {matrix.cells}\n" + "\n".join(matrix.wrong[:40])
    assert matrix.cells > 3_900


async def test_the_matrix(world: World) -> None:
    matrix = Matrix(world, only_policies=False)
    await run(matrix)
    told(matrix)


@pytest.mark.usefixtures("filters_off")
async def test_the_matrix_when_only_row_level_security_holds(world: World) -> None:
    matrix = Matrix(world, only_policies=True)
    await run(matrix)
    told(matrix)
