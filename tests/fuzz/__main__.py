"""`make fuzz`: every operation with a token of each role, as many cases as asked for; the report of each that fails."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from app.services.access.permissions import ROLES
from tests.fuzz.running import SEQUENCES, SINGLE, Depth, run
from tests.fuzz.target import serving
from tests.kit.databases import clones


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=50, help="generated cases of each operation and role")
    parser.add_argument("--role", action="append", choices=sorted(ROLES), help="only this role; may be repeated")
    parser.add_argument("--seed", type=int, default=None, help="other cases than the usual ones")
    return parser.parse_args()


def main() -> int:
    """1 when any check of any role fails."""
    asked = arguments()
    roles: list[str | None] = asked.role or [*sorted(ROLES), None]
    failed = []
    with clones() as server, tempfile.TemporaryDirectory(prefix="liangxin-fuzz-") as folder:
        name = asyncio.run(server.make())
        scratch = Path(folder)
        (scratch / "state").mkdir()
        try:
            with serving(server.url(name), scratch / "state") as target:
                for role in roles:
                    for phases in (SINGLE, SEQUENCES) if role is not None else (SINGLE,):
                        began = time.monotonic()
                        passed, report = run(target, role, Depth(asked.cases, phases, asked.seed), scratch)
                        lines = [line.strip() for line in report.splitlines() if " generated" in line]
                        told = lines[-1] if lines else "no cases"
                        took = time.monotonic() - began
                        print(f"{role or 'nobody'}, {phases}: {told} in {took:.0f} s", flush=True)
                        if not passed:
                            failed.append(role)
                            print(report, flush=True)
        finally:
            asyncio.run(server.drop(name))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
