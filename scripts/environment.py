"""Make `.venv` hold exactly what the pinned requirements say; do nothing when it already does.

Run by the Makefile with the machine's own Python, so only the standard library is used here. Two groups share one
environment: `runtime` (requirements.txt: demo and serve) and `dev` (requirements-dev.txt: everything else, a superset
of the first). A stamp per group keeps the hash of what was installed; a changed file installs again.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PINS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}


def wanted(group: str) -> str:
    """The hash that the stamp must hold: the pins, the project's own metadata and the Python in use."""
    digest = hashlib.sha256(sys.version.encode())
    for name in (PINS[group], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def pip(*arguments: str) -> None:
    """Run the environment's pip quietly; its errors stay visible. Raises CalledProcessError when it fails."""
    # ROOT stays off PYTHONPATH and the user's site-packages stay out: a clean install must not lean on either.
    settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONNOUSERSITE": "1"}
    surroundings = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}} | settings
    command = [str(HOME / "bin" / "python"), "-m", "pip", *arguments]
    subprocess.run(command, check=True, cwd=ROOT, env=surroundings, stdin=subprocess.DEVNULL)


def works() -> bool:
    """Whether the environment's Python starts and is of the version that runs this script."""
    python = HOME / "bin" / "python"
    if not python.exists():
        return False
    ask = [str(python), "-c", "import sys, pip; print(sys.version, end='')"]
    answer = subprocess.run(ask, check=False, capture_output=True, text=True)
    return answer.returncode == 0 and answer.stdout == sys.version


def install(group: str) -> None:
    """Bring the environment to the pins of `group`, then the project itself without touching any index."""
    stamp = HOME / f".installed-{group}"
    if stamp.exists() and stamp.read_text() == wanted(group) and works():
        return
    print(f"Preparing .venv ({PINS[group]}; once, and again when it changes) …", file=sys.stderr, flush=True)
    if not works():
        venv.create(HOME, clear=True, with_pip=True)  # absent, broken, or of another Python
    pip("install", "-qq", "--progress-bar", "off", "--require-hashes", "-r", PINS[group])
    pip("install", "-qq", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
    stamp.write_text(wanted(group))


def main(group: str) -> int:
    """Install one group under a lock, so that two `make` runs at once do not trip over each other."""
    # The lock is on a file that is always there; `.venv` itself may be made anew.
    with (ROOT / "pyproject.toml").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            install(group)
        except subprocess.CalledProcessError as failure:
            print(
                f"Could not install {PINS[group]} (pip ended with {failure.returncode}; its words are above).",
                file=sys.stderr,
            )
            print("Without internet: see docs/operators.md, 'Wheels'.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
