"""How far sequences went: which links of the description were followed, and which of those led to a success."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Followed:
    """Links by name: `METHOD path -> [status] operation -> METHOD path`."""

    there: frozenset[str]
    """All those between operations that the role may call."""
    taken: frozenset[str]
    """With an id or a version of a real answer put into the next request."""
    welcome: frozenset[str]
    """Of these, the ones that were answered with a success at least once."""

    def told(self, described: int) -> str:
        """In a line; `described`: how many links the whole description has."""
        return (
            f"links followed {len(self.taken)} of {len(self.there)} ({len(self.welcome)} with success; "
            f"{described} in the whole description)"
        )


def links(document: Node) -> Iterator[str]:
    """The names of all links of a description."""
    where = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                for name, link in answer.get("links", {}).items():
                    yield f"{method.upper()} {path} -> [{status}] {name} -> {where[link['operationId']]}"


def followed(document: Node, report: Path) -> Followed:
    """Read the tool's report of events, a JSON object a line."""
    taken, welcome = set(), set()
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
            for key, case in recorder.get("cases", {}).items():
                if case.get("transition") is None or not case["is_transition_applied"]:
                    continue
                taken.add(case["transition"]["id"])
                if recorder["interactions"].get(key, {}).get("response", {}).get("status_code", 500) < 300:
                    welcome.add(case["transition"]["id"])
    return Followed(frozenset(links(document)), frozenset(taken), frozenset(welcome))
