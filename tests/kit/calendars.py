"""What a calendar program sees in a calendar: npm ical.js, the reader of widely used ones, run by Node."""

import os
import shutil
import subprocess
from datetime import datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import orjson
import pytest

HERE = Path(__file__).parent / "ical"


def prepared() -> None:
    """Have Node and the package, or skip with the reason; where CI=true both must be there."""
    reason: str | None = "Node.js and npm are not installed"
    if shutil.which("node") is not None and shutil.which("npm") is not None:
        with (HERE / ".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            reason = _installed()
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def _installed() -> str | None:
    done = HERE / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime:
        return None
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    answer = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=300)
    if answer.returncode:
        return "npm could not install ical.js (no network?)"
    done.touch()
    return None


def seen(calendar: bytes, until: datetime) -> dict[str, Any]:
    """What ical.js reads in these bytes; of each entry also when it takes place before `until`."""
    answer = subprocess.run(
        ["node", "read.mjs"],
        cwd=HERE,
        input=calendar,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "UNTIL": until.isoformat(), "TZ": "America/New_York"},  # the reader's own zone is no help
    )
    assert answer.returncode == 0, answer.stderr.decode()
    told: dict[str, Any] = orjson.loads(answer.stdout)
    return told
