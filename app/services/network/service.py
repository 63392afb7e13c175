"""What can be asked of the network: a part of it level by level, or as a whole for a program that draws it."""

from collections.abc import AsyncIterator
from typing import Any

from app.core.acts import Act
from app.core.errors import TooLarge
from app.core.graphs import Attribute, Edge, Node
from app.core.labels import Language, label
from app.core.pagination import Ask
from app.services.network import reads
from app.services.network.composing import composed, of_row
from app.services.network.facts import FILE_NODES, NodeKind
from app.services.network.schemas import NetworkAsked

NODE_ATTRIBUTES = (
    Attribute("label"),
    Attribute("kind"),
    Attribute("type"),
    Attribute("code"),
    Attribute("stage"),
    Attribute("management_mode"),
    Attribute("formation_mode"),
    Attribute("region_code"),
    Attribute("region_level", "integer"),
    Attribute("depth", "integer"),
    Attribute("ended", "boolean"),
)
EDGE_ATTRIBUTES = (Attribute("label"), Attribute("kind"))
TYPED = {NodeKind.authority: "authority_kind", NodeKind.branch: "branch_level", NodeKind.organization: "kind"}
WORDS = {"stage": "stage", "management_mode": "management_mode", "formation_mode": "formation_mode"}


async def part(act: Act, asked: NetworkAsked) -> dict[str, Any]:
    """One page of the network below a root. Raises NotFound, Invalid."""
    start = await reads.root(act, asked.root)
    page = await reads.nodes(act, start, asked.depth, Ask(limit=asked.limit, cursor=asked.cursor))
    parts = list(composed(page.rows, set()))
    return {
        "root": str(start.id),
        "depth": asked.depth,
        "as_of": act.now,
        "nodes": [each.node for each in parts if each.node is not None],
        "edges": [each.edge for each in parts if each.edge is not None],
        "next_cursor": page.next_cursor,
    }


async def whole(act: Act, asked: NetworkAsked, language: Language) -> AsyncIterator[Node | Edge]:
    """All of the network below a root, in the reader's words. Raises NotFound, Invalid, TooLarge past 100,000 nodes."""
    start = await reads.root(act, asked.root)
    told: set[str] = set()
    seen = 0
    async for row in reads.every(act, start, asked.depth):
        seen += 1
        if seen > FILE_NODES:
            raise TooLarge(reason="rows", limit=FILE_NODES)
        for each in of_row(row, told):
            if each.node is not None:
                yield Node(each.node["id"], _worded(each.node, language))
            if each.edge is not None:
                kind = each.edge["kind"]
                words = {"label": label("network_edge", kind, language), "kind": kind}
                yield Edge(each.edge["from"], each.edge["to"], words)


def _worded(node: dict[str, Any], language: Language) -> dict[str, Any]:
    """A node's attributes; coded ones as the words of their label. What is out of sight is called by its code."""
    words = {name: label(space, node[name], language) for name, space in WORDS.items() if node[name] is not None}
    kind = NodeKind(node["kind"])
    if node["type"] is not None:
        words["type"] = label(TYPED[kind], node["type"], language)
    return {
        "label": node["name"] or node["code"] or node["id"],
        "kind": node["kind"],
        "type": words.get("type"),
        "code": node["code"],
        "stage": words.get("stage"),
        "management_mode": words.get("management_mode"),
        "formation_mode": words.get("formation_mode"),
        "region_code": node["region_code"],
        "region_level": node["region_level"],
        "depth": node["depth"],
        "ended": node["ended"],
    }
