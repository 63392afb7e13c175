"""One run of schemathesis against a target under one role: what was asked, and what it says."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.fuzz.describing import described
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


def operations(target: Target) -> list[str]:
    """The ids of all operations that a role may be tried on, in the order of the document."""
    document = httpx.get(f"{target.base}/openapi.json", timeout=90).json()
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    return [each for each in ids if each != "issue_token"]


def run(target: Target, role: str | None, depth: Depth, scratch: Path) -> tuple[bool, str]:
    """Whether every check of every case passed, and the report. Without a role: what is open to all."""
    who = (
        []
        if role is None
        else [f"--header=Authorization: Bearer {target.token(role)}", "--exclude-operation-id=issue_token"]
    )
    command = [
        str(Path(sys.executable).with_name("st")),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        str(described(target.base, scratch, narrowed=depth.phases == SEQUENCES)),
        f"--url={target.base}",
        *(who if role is not None else OPEN),
        "--header=Accept-Language: en",
        f"--phases={depth.phases}",
        "--mode=positive" if depth.phases == SEQUENCES else "--mode=all",
        "--generation-allow-x00=false",  # refused everywhere: tests/web/test_hostile.py
        "--checks=all",
        f"--max-examples={depth.cases}",
        "--generation-deterministic" if depth.seed is None else f"--seed={depth.seed}",
        "--suppress-health-check=all",
        "--request-timeout=90",
        "--no-color",
        "--no-shrink",
        "--continue-on-failure",
        "--warnings=off",
        *(f"--include-operation-id={name}" for name in depth.only if role is not None),
    ]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr
