"""Write requirements.txt and requirements-dev.txt from pyproject.toml: pinned, hashed, without any address or path.

The runtime set is resolved first and then holds the dev set, so that one environment can serve both. The hashes of
every published file of a release are taken, so that the same lines install on other platforms and Python versions.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Made by `make requirements` from pyproject.toml; do not edit. Install with:
#   pip install --require-hashes -r {name}
"""
STYLE = (
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-header",
    "--no-annotate",
    "--no-config",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-emit-options",
    "--build-deps-for=editable",
)


def compiled(scratch: Path, name: str, *more: str) -> str:
    """One requirements file's text. Raises CalledProcessError when nothing satisfies pyproject.toml."""
    target = scratch / name
    pins = ROOT / name
    if pins.exists() and "--upgrade" not in sys.argv:
        target.write_text(pins.read_text(encoding="utf-8"), encoding="utf-8")  # keeps pins that still fit
    command = [sys.executable, "-m", "piptools", "compile", *STYLE, *more, "--output-file", str(target)]
    if "--upgrade" in sys.argv:
        command.append("--upgrade")
    # A machine's own pip settings must not decide what everybody installs; only where its index is stays theirs.
    surroundings = {k: v for k, v in os.environ.items() if k != "PIP_CONSTRAINT"}
    subprocess.run([*command, "pyproject.toml"], check=True, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)
    lines = [line for line in target.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return HEAD.format(name=name) + "\n".join(lines) + "\n"


def main() -> None:
    """Write both files."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        runtime = compiled(scratch, "requirements.txt")
        (ROOT / "requirements.txt").write_text(runtime, encoding="utf-8")
        bounds = scratch / "bounds.txt"
        bounds.write_text("\n".join(line.split(" \\")[0] for line in runtime.splitlines() if "==" in line))
        dev = compiled(scratch, "requirements-dev.txt", "--extra", "dev", "--constraint", str(bounds))
        (ROOT / "requirements-dev.txt").write_text(dev, encoding="utf-8")


if __name__ == "__main__":
    main()
