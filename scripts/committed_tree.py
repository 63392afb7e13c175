"""Look at what is committed: no package index's host, no lock file that carries addresses.

An intranet installs from its own index; an address in the tree would be followed there in vain.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# In pieces, so that this file does not hold what it looks for.
HOSTS = (
    "py" r"pi\.org",
    "python" r"hosted\.org",
    "registry" r"\.npmjs\.org",
    "npm" r"mirror\.com",
    "deb" r"\.debian\.org",
)
UNWANTED = re.compile("|".join(HOSTS).encode())
LOCKS = {"uv.lock", "poetry.lock", "Pipfile.lock"}


def committed() -> list[str]:
    """Paths of tracked files, relative to the project; empty outside a git clone (a source archive)."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    return [name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def complaints(name: str) -> list[str]:
    """What is wrong with one file, as `path:line: text`."""
    if Path(name).name in LOCKS:
        return [f"{name}: lock files carry addresses; requirements*.txt are the pins"]
    content = (ROOT / name).read_bytes()
    if b"\0" in content[:8192]:
        return []
    return [
        f"{name}:{number}: {line.decode('utf-8', 'replace').strip()[:120]}"
        for number, line in enumerate(content.splitlines(), 1)
        if UNWANTED.search(line)
    ]


def main() -> int:
    """Print every complaint; 1 when there is one."""
    found = [complaint for name in committed() for complaint in complaints(name)]
    for complaint in found:
        print(complaint, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
