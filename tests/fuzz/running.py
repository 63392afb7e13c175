"""One run of schemathesis against a target under one role: what was asked, and what it says."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.services.access.permissions import ROLES
from tests.fuzz.describing import Narrowed, described
from tests.fuzz.following import Followed, followed
from tests.fuzz.target import Target

HERE = Path(__file__).parent
OPEN = [
    f"--include-operation-id={name}"
    for name in ("issue_token", "list_signing_keys", "read_authorization_server", "list_labels", "list_languages")
]
SINGLE, SEQUENCES = "coverage,fuzzing", "stateful"


@dataclass(frozen=True, slots=True)
class Depth:
    """How far to go: cases of each operation, or sequences of operations; which phase; a seed that repeats them."""

    cases: int
    phases: str = SINGLE
    seed: int | None = None
    """None: the same cases each time."""
    only: tuple[str, ...] = ()
    seconds: int = 60
    """For sequences: so long they are begun anew. The tool ends a round early once the service has gone on changing."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it."""

    passed: bool
    """Whether every check of every case passed."""
    report: str
    """The tool's own words."""
    followed: Followed | None = None
    """Of sequences."""

    @property
    def counted(self) -> str:
        """The line of the report that counts the cases."""
        return next((line.strip() for line in self.report.splitlines() if re.match(r" +\d+ generated", line)), "none")


def description(target: Target) -> dict[str, Any]:
    """The service's own description."""
    document: dict[str, Any] = httpx.get(f"{target.base}/openapi.json", timeout=90).json()
    return document


def operations(target: Target) -> list[str]:
    """The ids of all operations that a role may be tried on, in the order of the document."""
    paths = description(target)["paths"].values()
    ids = [operation["operationId"] for methods in paths for operation in methods.values()]
    return [each for each in ids if each != "issue_token"]


def run(target: Target, role: str | None, depth: Depth, scratch: Path) -> Run:
    """One run. Without a role: what is open to all, in single requests."""
    sequences = depth.phases == SEQUENCES
    narrowed = Narrowed(target.there, ROLES[role]) if role is not None and sequences else None
    document, events = described(description(target), scratch, narrowed), scratch / "events.ndjson"
    command = [
        str(Path(sys.executable).with_name("st")),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        str(document),
        f"--url={target.base}",
        *(OPEN if role is None else [f"--header=Authorization: Bearer {target.token(role)}"]),
        *(["--exclude-operation-id=issue_token"] if role is not None else []),
        "--header=Accept-Language: en",
        f"--phases={depth.phases}",
        "--mode=positive" if sequences else "--mode=all",
        "--generation-allow-x00=false",  # refused everywhere: tests/web/test_hostile.py
        "--checks=all",
        "--exclude-checks=ensure_resource_availability",  # what_was_made_is_there (hooks.py) asks the same, and more
        f"--max-examples={depth.cases}",
        "--generation-deterministic" if depth.seed is None else f"--seed={depth.seed}",
        "--suppress-health-check=all",
        "--request-timeout=90",
        "--no-color",
        "--no-shrink",
        "--continue-on-failure",
        "--warnings=off",
        *(f"--include-operation-id={name}" for name in depth.only if role is not None),
        *([f"--max-time={depth.seconds}", "--report=ndjson", f"--report-ndjson-path={events}"] if sequences else []),
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(HERE.parents[1])}
    done = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
    how_far = followed(json.loads(document.read_text(encoding="utf-8")), events) if sequences else None
    return Run(done.returncode == 0, done.stdout + done.stderr, how_far)
