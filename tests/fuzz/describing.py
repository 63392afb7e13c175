"""The service's own description, made fit for what is tried with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fuzz.furnishing import PUSHED, XIHU, Ids

GRANT = "Liangxin-Grant"
"""Left out of what is generated: these tokens carry their grant inside, and a made-up id would be refused each time."""
DAY = "2026-03-02"
REFERENCE = "#/components/schemas/"
Schema = dict[str, Any]

KEPT = {"name", "kind", "organization_ids", "host_id", "formal_members", "regions", "phone"}
"""Sent by sequences always, although it is optional: updates that change something, branches that cover somebody."""
SENT: dict[str, Schema] = {
    "code": {"type": "string", "pattern": "^033001[1-9][0-9]{2}[1-9][0-9]{2}000$"},  # a township's
    "subject": {"type": "string", "pattern": "^person:[a-z]{8}$"},
    "role": {"enum": ["region_officer", "portal_reader", "auditor", "liaison", "owner"]},
    "addresses": {"const": ["10.20.0.0/16"]},
    "phone": {"const": "13800138000"},
    "kind": {"enum": ["coverage", "township", "park", "private_enterprise"]},
    "numbers": {"const": {"above_scale_staff": {"value": 50, "document": "某区〔2026〕2号"}}},
    "formation_mode": {"const": "joint"},
    "formal_members": {"const": 7},
    "verdict": {"enum": ["discard", "create", "keep", "end"]},
    "region_code": {"const": XIHU},
    "region": {"const": XIHU},
    "region_level": {"const": 3},
}
"""What these fields are in sequences, where the field's own schema allows it."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """For sequences: what there is, and what the caller may."""

    there: Ids
    allowed: frozenset[str]
    """Permissions. What a role may not do is tried in single requests, where it cannot cut a sequence short."""


def described(document: Schema, folder: Path, narrowed: Narrowed | None = None) -> Path:
    """The document, changed in place, as a file. Narrowed: what the caller may do, with ids and days that there are.

    Else nearly every creation of a sequence would end at a place that does not exist, and nothing would follow it.
    """
    if narrowed is not None:
        _leave_allowed(document, narrowed.allowed)
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    for operation in operations:
        operation["parameters"] = [each for each in operation.get("parameters", ()) if each.get("name") != GRANT]
    if narrowed is not None:
        _narrow(document, operations, narrowed.there)
    path = folder / ("openapi.json" if narrowed is None else "narrowed.json")
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _leave_allowed(document: Schema, allowed: frozenset[str]) -> None:
    """Without what asks for another permission, and without the links that lead there."""
    left = set()
    for methods in document["paths"].values():
        for method, operation in list(methods.items()):
            if operation["x-permission"] in allowed:
                left.add(operation["operationId"])
            else:
                del methods[method]
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                answer["links"] = {name: link for name, link in answer.get("links", {}).items() if name in left}


def _narrow(document: Schema, operations: list[Schema], there: Ids) -> None:
    schemas = document["components"]["schemas"]
    sent = set(_used([each.get("requestBody", {}) for each in operations], schemas))
    shown = set(_used([each["responses"] for each in operations], schemas))
    for name in sent - shown:
        _narrow_body(schemas[name], schemas, there)
    linked = _linked(operations)
    for operation in operations:
        given = linked.get(operation["operationId"], set())
        operation["parameters"] = [
            one for one in operation["parameters"] if one["required"] or one["name"] in there.keys() | given
        ]
        for each in operation["parameters"]:
            _narrow_parameter(each, there)
        if operation["operationId"] == "push_batch":
            operation["requestBody"]["content"] = {"text/csv": {"schema": {"enum": PUSHED}}}
            wait = {"name": "Prefer", "in": "header", "required": True, "schema": {"enum": ["wait=5", "wait=0"]}}
            operation["parameters"].append(wait)


def _linked(operations: list[Schema]) -> dict[str, set[str]]:
    """Operations to the parameters that links give them."""
    found: dict[str, set[str]] = {}
    for operation in operations:
        for answer in operation["responses"].values():
            for name, link in answer.get("links", {}).items():
                found.setdefault(name, set()).update(link["parameters"])
    return found


def _narrow_parameter(parameter: Schema, there: Ids) -> None:
    name = parameter["name"]
    if not parameter["required"]:
        parameter["schema"] = {"type": "null"}  # a list is narrowed by a link, or not at all
    elif name in there:
        parameter["schema"] = {"enum": there[name]}
    elif name in {"code", "region"}:
        parameter["schema"] = {"const": XIHU}
    elif name == "Idempotency-Key":
        parameter["schema"] = {"type": "string", "pattern": "^[a-z0-9]{24}$"}
    elif name == "If-Match":
        parameter["schema"] = {"enum": ['"1"', '"2"']}


def _narrow_body(schema: Schema, schemas: dict[str, Schema], there: Ids) -> None:
    properties = schema.get("properties", {})
    later = datetime.now(UTC) + timedelta(days=30)
    schema["required"] = sorted({*schema.get("required", ()), *(KEPT & properties.keys())})
    for name in list(properties):
        if name not in schema["required"]:
            del properties[name]
        elif name.removesuffix("s") in there:
            known = {"enum": there[name.removesuffix("s")]}
            two_of = {"type": "array", "items": known, "minItems": 2, "maxItems": 2, "uniqueItems": True}
            properties[name] = two_of if name.endswith("s") else known
        elif name == "due_on":
            properties[name] = {"const": later.date().isoformat()}
        elif name == "ends_at":
            properties[name] = {"const": later.isoformat()}
        elif name in SENT:
            properties[name] = _within(SENT[name], properties[name], schemas)
        elif name == "valid_from" and "numbers" in properties:  # of a policy: there is one a day
            properties[name] = {"enum": [f"2026-{month:02}-{day:02}" for month in range(4, 11) for day in range(1, 29)]}
        elif name.endswith(("_on", "valid_from", "valid_to")):
            properties[name] = {"const": DAY}


def _within(wanted: Schema, schema: Schema, schemas: dict[str, Schema]) -> Schema:
    """What is wanted, as far as the field's own words go."""
    words = _words(schema, schemas)
    if "enum" not in wanted or words is None:
        return wanted
    both = [word for word in wanted["enum"] if word in words]
    return {"enum": both} if both else schema


def _words(schema: Schema, schemas: dict[str, Schema]) -> list[Any] | None:
    """The words that a field's schema lists, if it does."""
    for part in (schema, *schema.get("anyOf", ())):
        named = schemas.get(str(part.get("$ref", "")).removeprefix(REFERENCE), part)
        if "enum" in named:
            words: list[Any] = named["enum"]
            return words
    return None


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
