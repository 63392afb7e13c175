"""`make fuzz`: every operation with a token of each role, as many cases as asked for; the report of each that fails."""

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from pathlib import Path

from app.services.access.permissions import ROLES, Permission
from tests.fuzz.following import links
from tests.fuzz.pushing import fuzz
from tests.fuzz.running import SEQUENCES, SINGLE, Depth, description, run
from tests.fuzz.target import Target, serving
from tests.kit.databases import clones

NOBODY, PUSHES = "nobody", "pushes"
PHASES = {"single": (SINGLE,), "sequences": (SEQUENCES,), PUSHES: (PUSHES,), None: (SINGLE, SEQUENCES, PUSHES)}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=50, help="cases of each operation and role; 4 x pushes")
    parser.add_argument("--seconds", type=int, default=60, help="how long sequences of each role go on")
    parser.add_argument("--role", action="append", choices=[*sorted(ROLES), NOBODY], help="only this; may be repeated")
    parser.add_argument("--phase", choices=list(filter(None, PHASES)), help="only these")
    parser.add_argument("--seed", type=int, default=None, help="other cases than the usual ones")
    return parser.parse_args()


def main() -> int:
    """1 when any check of any role fails."""
    asked = arguments()
    failed = False
    with clones() as server, tempfile.TemporaryDirectory(prefix="liangxin-fuzz-") as folder:
        name = asyncio.run(server.make())
        scratch = Path(folder)
        (scratch / "state").mkdir()
        try:
            with serving(server.url(name), scratch / "state") as target:
                for role in asked.role or [*sorted(ROLES), NOBODY]:
                    for phase in PHASES[asked.phase]:
                        depth = Depth(asked.cases, phase, asked.seed, seconds=asked.seconds)
                        failed |= not _passed(target, role, depth, scratch)
        finally:
            asyncio.run(server.drop(name))
    return int(failed)


def _passed(target: Target, role: str, depth: Depth, scratch: Path) -> bool:
    """One phase of one role, told in a line or two; true where there is nothing to try."""
    if depth.phases == PUSHES:
        return Permission.batches_write not in ROLES.get(role, ()) or _pushes(target, role, depth)
    if role == NOBODY and depth.phases == SEQUENCES:
        return True
    began = time.monotonic()
    done = run(target, None if role == NOBODY else role, depth, scratch)
    print(f"{role}, {depth.phases}: {done.counted} in {time.monotonic() - began:.0f} s", flush=True)
    if done.followed is not None:
        print(f"  {done.followed.told(len(list(links(description(target)))))}", flush=True)
        for each in sorted(done.followed.there - done.followed.taken):
            print(f"    not followed: {each}", flush=True)
    if not done.passed:
        print(done.report, flush=True)
    return done.passed


def _pushes(target: Target, role: str, depth: Depth) -> bool:
    began = time.monotonic()
    try:
        with target.client(role) as client:
            told = fuzz(client, depth.cases * 4, depth.seed)
    except AssertionError as fault:
        traceback.print_exception(fault, file=sys.stdout)
        return False
    kinds = ", ".join(f"{kind} {number}" for kind, number in told.most_common())
    print(f"{role}, {PUSHES}: {told.total()} bodies ({kinds}) in {time.monotonic() - began:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
