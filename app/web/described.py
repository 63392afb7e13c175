"""What HTTP itself adds to an operation, told in one place: If-Match, ETag, Location, Link, a list's other forms.

The routes do these things through `answers` and `lists`; here the document learns of them, for every operation alike.
"""

from typing import Any

from app.core.errors import TooLarge, UnsupportedMedia
from app.web.lists import CSV, XLSX

JSON = "application/json"
ETAG: dict[str, Any] = {
    "description": "The version: send it back in If-Match or If-None-Match.",
    "schema": {"type": "string", "examples": ['"3"']},
}
LOCATION: dict[str, Any] = {"description": "The path of what came to be.", "schema": {"type": "string"}}
LINK: dict[str, Any] = {
    "description": 'The next page, with rel="next"; absent on the last.',
    "schema": {"type": "string", "examples": ['</v1/hosts?limit=50&cursor=WyI1Il0>; rel="next"']},
}
FORMS: dict[str, Any] = {
    CSV: {"schema": {"type": "string"}, "example": "all filtered rows with headings and codes as text"},
    XLSX: {"schema": {"type": "string", "format": "binary"}},
}
BESIDE_ITEMS: dict[str, dict[str, Any]] = {
    "Listed": {"next_cursor": None, "count": None},
    "Bulk": {"succeeded": 1, "refused": 0},
}
BODY_FAILURES = (TooLarge, UnsupportedMedia)


def header(name: str, description: str, *, required: bool) -> dict[str, Any]:
    """A request header as a parameter."""
    schema = {"type": "string", "examples": ['"3"']}
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


IF_MATCH = header("If-Match", "The ETag you read: another version by now is a 412, no header a 428.", required=True)
IF_NONE_MATCH = header("If-None-Match", "An ETag you hold: while it is current, the answer is a 304.", required=False)


def complete(document: dict[str, Any], body_failures: dict[int | str, dict[str, Any]]) -> None:
    """Fill the document in. `body_failures`: the responses of an operation that reads a JSON body."""
    versioned = {_thing(path) for path, one in document["paths"].items() if any(map(_asks_version, one.values()))}
    schemas = document["components"]["schemas"]
    _show_lists(schemas)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _requests(path, method, operation, versioned, body_failures)
            _answers(path, method, operation, versioned)


def _asks_version(operation: dict[str, Any]) -> bool:
    return "428" in operation["responses"]


def _thing(path: str) -> str:
    """`/v1/branches/{branch_id}` of everything below it."""
    return path[: path.index("}") + 1] if "}" in path else path


def _show_lists(schemas: dict[str, Any]) -> None:
    """The example of a list, and of a bulk action's answer, has one item's."""
    for name, schema in schemas.items():
        kind = name.partition("_")[0]
        if kind not in BESIDE_ITEMS:
            continue
        item = schemas[schema["properties"]["items"]["items"]["$ref"].rsplit("/", 1)[-1]]
        if "example" in item:
            schema["example"] = {"items": [item["example"]], **BESIDE_ITEMS[kind]}


def _requests(
    path: str, method: str, operation: dict[str, Any], versioned: set[str], failures: dict[int | str, dict[str, Any]]
) -> None:
    told = operation.setdefault("parameters", [])
    for each in told:
        if each["in"] == "path" and not (each.get("description") or each["schema"].get("description")):
            each["description"] = f"Id of the {each['name'].removesuffix('_id').replace('_', ' ')}."
    if _asks_version(operation):
        told.append(IF_MATCH)
    elif method == "get" and (path in versioned or "304" in operation["responses"]):
        told.append(IF_NONE_MATCH)
    if not told:
        del operation["parameters"]
    if JSON in operation.get("requestBody", {}).get("content", {}):
        for failure in BODY_FAILURES:
            operation["responses"].setdefault(str(failure.status), failures[failure.status])


def _answers(path: str, method: str, operation: dict[str, Any], versioned: set[str]) -> None:
    answers = operation["responses"]
    for status in ("200", "201", "202"):
        answer = answers.get(status)
        if answer is None:
            continue
        headers: dict[str, Any] = {}
        founded = status == "201" and any(thing.rpartition("/")[0] == path for thing in versioned)
        if founded or (status != "202" and _asks_version(operation)) or (method == "get" and path in versioned):
            headers["ETag"] = ETAG
        if status in ("201", "202"):
            headers["Location"] = LOCATION
        content = answer.get("content", {})
        if "/Listed_" in str(content.get(JSON, {}).get("schema")):
            headers["Link"] = LINK
        if JSON in content and "406" in answers:
            content |= FORMS
        if headers:
            answer["headers"] = headers | answer.get("headers", {})
    if method == "get" and path in versioned:
        answers["304"] = {"description": "The ETag of If-None-Match is the current one.", "headers": {"ETag": ETAG}}
    if not operation["security"] and method == "get":  # open to all: nobody is refused
        answers.pop("401", None)
        answers.pop("403", None)
