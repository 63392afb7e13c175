"""Graphs as files: valid whatever names hold, read back by strict readers."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.graphs import Attribute, Edge, Node, write_dot, write_graphml

NASTY = 'A"; } digraph x { "\\" <b>&amp;\x00\x07\n]]>'
SPACE = "{http://graphml.graphdrawing.org/xmlns}"
TOKEN = re.compile(r'\s*("(?:[^"\\\n]|\\.)*"|->|[\[\]{};=,]|[A-Za-z_][A-Za-z_0-9]*)')


def graphml(parts: Iterable[Node | Edge]) -> ElementTree.Element:
    whole = b"".join(write_graphml(parts, (Attribute("label"), Attribute("depth", "integer")), (Attribute("kind"),)))
    return ElementTree.fromstring(whole)


Drawn = tuple[dict[str, dict[str, str]], list[tuple[str, str, dict[str, str]]]]


def dot(parts: Iterable[Node | Edge]) -> Drawn:
    """What is read back of a graph."""
    return read_dot(b"".join(write_dot(parts)).decode())


def read_dot(text: str) -> Drawn:
    """Nodes and edges as a strict reader of the language's grammar finds them; anything else fails."""
    tokens, at = [], 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        assert found, text[at : at + 40]
        tokens.append(found[1])
        at = found.end()
    assert tokens[:3] == ["digraph", "network", "{"]
    assert tokens[-1] == "}"
    nodes: dict[str, dict[str, str]] = {}
    edges = []
    for statement in _statements(tokens[3:-1]):
        told = _attributes(statement)
        names = [_text(token) for token in statement if token.startswith('"')]
        if statement[1:2] == ["->"]:
            edges.append((names[0], names[1], told))
        elif statement[0].startswith('"'):
            nodes[names[0]] = told
    return nodes, edges


def _statements(tokens: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for token in tokens:
        if token == ";":
            found.append([])
        else:
            found[-1].append(token)
    return [each for each in found if each]


def _attributes(statement: list[str]) -> dict[str, str]:
    return {
        statement[place - 1]: _text(statement[place + 1])
        for place, token in enumerate(statement)
        if token == "=" and statement[place + 1].startswith('"')
    }


def _text(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def test_a_graph_as_graphml() -> None:
    root = graphml([Node("a", {"label": NASTY, "depth": 3}), Node("b"), Edge("a", "b", {"kind": "manages"})])
    keys = {each.get("id"): (each.get("for"), each.get("attr.type")) for each in root.iter(f"{SPACE}key")}
    assert keys == {"node.label": ("node", "string"), "node.depth": ("node", "long"), "edge.kind": ("edge", "string")}
    (graph,) = root.iter(f"{SPACE}graph")
    assert graph.get("edgedefault") == "directed"
    first, second = graph.iter(f"{SPACE}node")
    label, depth = first
    assert (label.get("key"), depth.text) == ("node.label", "3")
    assert label.text == NASTY.replace("\x00", "").replace("\x07", "")
    assert (second.get("id"), len(second)) == ("b", 0)
    (edge,) = graph.iter(f"{SPACE}edge")
    assert (edge.get("source"), edge.get("target"), edge[0].text) == ("a", "b", "manages")


def test_a_graph_as_dot() -> None:
    nodes, edges = dot([Node("a", {"label": NASTY, "ended": False}), Node("b"), Edge("a", "b", {"label": "管理"})])
    assert nodes["a"] == {"label": re.sub(r"[\x00-\x1f]", " ", NASTY), "ended": "false"}
    assert nodes["b"] == {}
    assert edges == [("a", "b", {"label": "管理"})]


NAMES = st.text(max_size=30)


@given(NAMES, NAMES)
def test_no_name_breaks_out(name: str, other: str) -> None:
    parts: list[Node | Edge] = [Node("x" + name, {"label": other}), Edge("x" + name, "y", {"label": other})]
    root = graphml(parts)
    assert len(list(root.iter(f"{SPACE}node"))) == len(list(root.iter(f"{SPACE}edge"))) == 1
    nodes, edges = dot(parts)
    assert len(nodes) == len(edges) == 1


def test_an_empty_graph() -> None:
    assert dot([]) == ({}, [])
    assert list(graphml([]).iter(f"{SPACE}node")) == []


@pytest.mark.parametrize("value", [True, False, 0, -7, "", None])
def test_values(value: str | int | bool | None) -> None:
    nodes, _ = dot([Node("a", {"label": value})])
    assert nodes["a"] == ({} if value is None else {"label": str(value).lower() if value is not None else ""})
