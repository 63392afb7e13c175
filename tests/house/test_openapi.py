"""The committed description of the API is the code's."""

import json
from pathlib import Path

from app.cli.description import text

COMMITTED = Path(__file__).parents[2] / "openapi.json"


def test_the_committed_description_is_the_codes() -> None:
    """`make openapi` rewrites it; what changed then stands in the commit for the frontend to read."""
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    told = json.loads(text())
    assert set(committed["paths"]) == set(told["paths"]), "run `make openapi`"
    assert COMMITTED.read_text(encoding="utf-8") == text(), "run `make openapi`"


def test_it_is_openapi_3_1_and_complete() -> None:
    """Every reference in it leads somewhere."""
    document = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    known = set(document["components"]["schemas"])
    found = set(json_references(document))
    assert {reference.removeprefix("#/components/schemas/") for reference in found} <= known


def json_references(node: object) -> list[str]:
    """Every $ref below a node."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in json_references(value)]
    if isinstance(node, list):
        return [found for value in node for found in json_references(value)]
    return []
