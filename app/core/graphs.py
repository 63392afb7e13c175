"""Graphs as files that other programs draw: GraphML and DOT, node by node, in constant memory.

Attributes are text, whole numbers or yes and no. What a format cannot hold (control characters in XML) is left out, and
what it would read as its own is escaped, so that no name can end a string and begin something else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

Value = str | int | bool | None
GRAPHML: Final = "application/graphml+xml"
DOT: Final = "text/vnd.graphviz"

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES: Final = {"text": "string", "integer": "long", "boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of nodes or edges."""

    name: str
    kind: Literal["text", "integer", "boolean"] = "text"


@dataclass(frozen=True, slots=True)
class Node:
    """A node; attributes without a value are left out."""

    id: str
    told: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """A directed edge between two nodes."""

    source: str
    target: str
    told: Mapping[str, Value] = field(default_factory=dict)


def write_graphml(
    parts: Iterable[Node | Edge], of_nodes: Sequence[Attribute], of_edges: Sequence[Attribute]
) -> Iterator[bytes]:
    """A GraphML document: nodes and edges in any order, each as it comes."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for scope, attributes in (("node", of_nodes), ("edge", of_edges)):
        for each in attributes:
            yield (
                f"<key id={_quoted(f'{scope}.{each.name}')} for={_quoted(scope)} attr.name={_quoted(each.name)}"
                f" attr.type={_quoted(_TYPES[each.kind])}/>\n"
            ).encode()
    yield b'<graph id="network" edgedefault="directed">\n'
    for part in parts:
        if isinstance(part, Node):
            yield f"<node id={_quoted(part.id)}>{_data('node', part.told)}</node>\n".encode()
        else:
            ends = f"source={_quoted(part.source)} target={_quoted(part.target)}"
            yield f"<edge {ends}>{_data('edge', part.told)}</edge>\n".encode()
    yield b"</graph>\n</graphml>\n"


def write_dot(parts: Iterable[Node | Edge]) -> Iterator[bytes]:
    """A DOT document, drawn from left to right; the attribute `label` is what is shown."""
    yield b"digraph network {\nrankdir=LR;\nnode [shape=box];\n"
    for part in parts:
        if isinstance(part, Node):
            yield f"{_string(part.id)}{_list(part.told)};\n".encode()
        else:
            yield f"{_string(part.source)} -> {_string(part.target)}{_list(part.told)};\n".encode()
    yield b"}\n"


def _data(scope: str, told: Mapping[str, Value]) -> str:
    return "".join(
        f"<data key={_quoted(f'{scope}.{name}')}>{escape(_NOT_XML.sub('', _plain(value)))}</data>"
        for name, value in told.items()
        if value is not None
    )


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))


def _list(told: Mapping[str, Value]) -> str:
    shown = [f"{name}={_string(_plain(value))}" for name, value in told.items() if value is not None]
    return f" [{', '.join(shown)}]" if shown else ""


def _string(text: str) -> str:
    """A quoted DOT string. A backslash would begin an escape of DOT's own, so it stands doubled."""
    held = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", held) + '"'


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
