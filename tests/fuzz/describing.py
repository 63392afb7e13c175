"""The service's own description, made fit for what is tried with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

GRANT = "Liangxin-Grant"
"""Left out of what is generated: these tokens carry their grant inside, and a made-up id would be refused each time."""
PLACES = ["330106000000", "330100000000"]
DAY = "2026-03-02"
REFERENCE = "#/components/schemas/"


def described(base: str, folder: Path, *, narrowed: bool) -> Path:
    """The document as a file. Narrowed: bodies name places that there are and days that have been, versions are low.

    Else nearly every creation of a sequence would end at a place that does not exist, and nothing would follow it.
    """
    document = httpx.get(f"{base}/openapi.json", timeout=90).json()
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    for operation in operations:
        operation["parameters"] = [each for each in operation.get("parameters", ()) if each.get("name") != GRANT]
    if narrowed:
        schemas = document["components"]["schemas"]
        sent = set(_used([each.get("requestBody", {}) for each in operations], schemas))
        shown = set(_used([each["responses"] for each in operations], schemas))
        for name in sent - shown:
            _narrow(schemas[name])
        for each in (each for operation in operations for each in operation["parameters"]):
            if each["name"] == "If-Match":
                each["schema"] = {"enum": ['"1"', '"2"']}
    path = folder / ("narrowed.json" if narrowed else "openapi.json")
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _used(node: Any, schemas: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names of the schemas that a node refers to, at any depth."""
    if isinstance(node, list):
        for part in node:
            yield from _used(part, schemas, seen)
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix(REFERENCE)
        if name in schemas and name not in seen:
            yield name
            yield from _used(schemas[name], schemas, seen | {name})
        for part in node.values():
            yield from _used(part, schemas, seen)


def _narrow(schema: dict[str, Any]) -> None:
    properties = schema.get("properties", {})
    properties.pop("region_level", None)
    for name in properties:
        if name in {"region_code", "region"}:
            properties[name] = {"enum": PLACES}
        elif name.endswith("_on"):
            properties[name] = {"const": DAY}
