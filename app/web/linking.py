"""Links between operations: how the id and the version that one answer shows go into the next request.

They follow from paths and schemas alone. An answer that shows a thing leads to all that can be asked with its id, a
list does the same by its first item, and whatever only names a thing leads to reading it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
SUCCESS = ("200", "201", "202")
ONE = "$response.body#/"
FIRST = f"{ONE}items/0/"
Schemas = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with its path."""

    path: str
    method: str
    told: dict[str, Any]

    @property
    def needs(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def takes(self, name: str, place: str) -> bool:
        """Whether it has that parameter."""
        return any(each["name"] == name and each["in"] == place for each in self.told.get("parameters", ()))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a successful answer shows: of one thing, or of the first of a list."""

    by: Operation
    answer: dict[str, Any]
    schema: str
    """The name of the whole answer's schema."""
    each: str
    """The name of the schema of what it shows: a list's item, else the whole answer."""
    properties: dict[str, Any]

    @property
    def place(self) -> str:
        """Where the properties are found in the answer, as the beginning of a runtime expression."""
        return ONE if self.each == self.schema else FIRST

    @property
    def version(self) -> str | None:
        """What If-Match takes; None if the answer does not say."""
        if self.place == FIRST:
            return f'"{{{FIRST}version}}"' if "version" in self.properties else None
        return "$response.header.ETag" if "ETag" in self.answer.get("headers", {}) else None


def link(document: dict[str, Any]) -> None:
    """Add the links to every successful answer of the document."""
    schemas = document["components"]["schemas"]
    operations = [
        Operation(path, method, told) for path, methods in document["paths"].items() for method, told in methods.items()
    ]
    answers = [shown for one in operations for shown in _shown(one, schemas)]
    for one in operations:
        if one.method == "get" and one.path.endswith("}"):
            _link_thing(one, operations, answers, schemas)


def _shown(operation: Operation, schemas: Schemas) -> Iterator[Shown]:
    for status in SUCCESS:
        answer = operation.told["responses"].get(status, {})
        name = _named(answer.get("content", {}).get(JSON, {}).get("schema", {}))
        if name:
            each = _named(schemas[name].get("properties", {}).get("items", {}).get("items", {})) or name
            yield Shown(operation, answer, name, each, schemas[each].get("properties", {}))


def _link_thing(reading: Operation, operations: list[Operation], answers: list[Shown], schemas: Schemas) -> None:
    """From every answer that shows or names what `reading` reads."""
    above, _, last = reading.path.rpartition("/")
    name = last[1:-1]
    below = [one for one in operations if f"{one.path}/".startswith(f"{reading.path}/")]
    narrowed = [one for one in operations if one.method == "get" and one.takes(name, "query")]
    made = {"get": reading.path, "post": above}
    known = {shown.each for shown in answers if made.get(shown.by.method) == shown.by.path}
    known |= {shown.each for shown in answers if (shown.by.method, shown.by.path) == ("get", above)}
    own = {key for shown in answers if shown.by is reading for key in shown.properties}
    for shown in answers:
        # What is answered to a collection may be a sum of what was done: that names nothing.
        if shown.each in known and {name, "id", "name"} & shown.properties.keys():
            given = {name: shown.place + _key(name, shown.properties)}
            for target in below + narrowed:
                parts = _parts(target, shown, schemas) if len(target.needs) > len(reading.needs) else {}
                if parts is not None and set(target.needs) <= given.keys() | parts.keys():
                    _add(shown, target, given | parts, shown.version)
        elif shown.by in below and shown.place == FIRST:
            for target in below:
                if target.path.startswith(f"{shown.by.path}/{{") and target.needs[-1] in shown.properties:
                    part = target.needs[-1]
                    _add(shown, target, {name: f"$request.path.{name}", part: FIRST + part}, None)
        elif name not in own and shown.properties.keys() >= set(reading.needs):  # an authority's `code` is no region's
            _add(shown, reading, {each: shown.place + each for each in reading.needs}, None)


def _parts(target: Operation, shown: Shown, schemas: Schemas) -> dict[str, str] | None:
    """The id of a part of the thing, when the answer has a list of them; None when it has not."""
    part = target.needs[-1]
    listed = target.path.partition(f"/{{{part}}}")[0].rpartition("/")[2]
    schema = _named(shown.properties.get(listed, {}).get("items", {}))
    if not schema:
        return None
    return {part: f"{shown.place}{listed}/0/{_key(part, schemas[schema]['properties'])}"}


def _add(shown: Shown, target: Operation, given: dict[str, str], version: str | None) -> None:
    if target is shown.by:
        return
    name = target.told["operationId"]
    matched = {"If-Match": version} if version is not None and target.takes("If-Match", "header") else {}
    shown.answer.setdefault("links", {})[name] = {"operationId": name, "parameters": given | matched}


def _key(parameter: str, properties: dict[str, Any]) -> str:
    """Which property carries what the path calls by this name."""
    return next(key for key in (parameter, "id", "name") if key in properties)


def _named(schema: dict[str, Any]) -> str:
    """The name of the schema referred to, or nothing."""
    return str(schema.get("$ref", "")).rpartition("/")[2]
