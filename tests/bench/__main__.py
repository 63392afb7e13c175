"""`make bench`: run the measurements one after another, keep what they say, fill the READMEs' table."""

import argparse
import ast
import importlib
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.bench.table import Asked, Row, keep, publish


def modules() -> list[str]:
    """Every module beside this one that has a `run`; told from its source, since some of them are servers."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if measures(path))


def measures(path: Path) -> bool:
    """Whether a module has a function `run`."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in body)


def arguments(known: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--organizations", type=int, default=2_000_000, help="rows of the big register")
    parser.add_argument("--only", action="append", choices=known, help="measure only this; may be repeated")
    parser.add_argument(
        "--register",
        type=Path,
        default=os.environ.get("LIANGXIN_REGISTER_FILE") or None,
        help="a real register file (.csv or .csv.gz); default: LIANGXIN_REGISTER_FILE",
    )
    return parser.parse_args()


def main() -> int:
    """Measure; 1 when a measurement failed. What succeeded is kept all the same."""
    known = modules()
    asked = arguments(known)
    if asked.register is None:
        print("No register file (DATA=FILE): what needs a real one is left out.", file=sys.stderr)
    fresh: list[Row] = []
    failed: list[str] = []
    for name in asked.only or known:
        began = time.monotonic()
        print(f"{name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="liangxin-bench-") as scratch:
            try:
                rows = importlib.import_module(f"tests.bench.{name}").run(
                    Asked(asked.register and Path(asked.register), asked.organizations, Path(scratch))
                )
            except Exception:  # one measurement must not take the others with it; it is reported
                traceback.print_exc()
                failed.append(name)
                continue
        for row in rows:
            print(f"  {row.name}: {row.value:,.4g} {row.unit}  ratio {row.ratio}", file=sys.stderr)
        print(f"  took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        fresh += rows
    publish(keep(fresh))
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
