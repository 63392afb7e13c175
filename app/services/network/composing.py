"""Rows of the walk as nodes and edges, with those beyond the part asked for that an edge points at."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from app.services.network.facts import EdgeKind, NodeKind

PLAIN = ("name", "code", "type", "stage", "management_mode", "formation_mode", "region_code", "region_level", "ended")


class Part(NamedTuple):
    """A node, or an edge, as it goes onto the wire."""

    node: dict[str, Any] | None
    edge: dict[str, str] | None


def composed(rows: Iterable[Mapping[str, Any]], told: set[str]) -> Iterator[Part]:
    """The parts of the walk's rows. `told` collects what outside nodes have been shown, so that each comes once."""
    for row in rows:
        yield from of_row(row, told)


def of_row(row: Mapping[str, Any], told: set[str]) -> Iterator[Part]:
    """One row's node, the edges that lead to it, and before each the node that it comes from, if that lies outside."""
    key = str(row["id"])
    node = {"id": key, "kind": row["kind"], "depth": row["depth"], "parent_id": _text(row["parent_id"])}
    yield Part(node | {name: row[name] for name in PLAIN} | {"more": row["more"]}, None)
    if row["kind"] != NodeKind.branch:
        if row["parent_id"] is not None:
            kind = EdgeKind.manages if row["kind"] == NodeKind.authority else EdgeKind.covers
            yield _edge(row["parent_id"], key, kind)
        return
    if row["manager_id"] != row["parent_id"]:
        yield from _outside(told, row["manager_id"], NodeKind.authority, _said(row, "manager"))
    yield _edge(row["manager_id"], key, EdgeKind.manages)
    if row["upper_id"] is not None:
        if not row["upper_in"]:
            yield from _outside(told, row["upper_id"], NodeKind.branch, {"name": row["upper_name"]})
        yield _edge(row["upper_id"], key, EdgeKind.belongs)
    if row["outflow_code"] is not None:
        origin = row["outflow_id"] or row["outflow_code"]
        if not row["outflow_in"]:
            yield from _outside(told, origin, NodeKind.authority, _said(row, "outflow"))
        yield _edge(origin, key, EdgeKind.dual)


def _edge(source: UUID | str, target: str, kind: EdgeKind) -> Part:
    return Part(None, {"from": str(source), "to": target, "kind": str(kind)})


def _outside(told: set[str], key: UUID | str, kind: NodeKind, said: Mapping[str, Any]) -> Iterator[Part]:
    if str(key) in told:
        return
    told.add(str(key))
    node = {"id": str(key), "kind": str(kind), "depth": None, "parent_id": None}
    yield Part({**node, **dict.fromkeys(PLAIN), "ended": False, **said, "more": False}, None)


def _said(row: Mapping[str, Any], who: str) -> dict[str, Any]:
    return {
        "name": row[f"{who}_name"],
        "code": row[f"{who}_code"],
        "type": row[f"{who}_type"],
        "ended": bool(row.get(f"{who}_ended")),
    }


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
