"""A migration that has landed is never edited: databases out there stand on it. What changes is a new migration."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LANDED = ROOT / "alembic" / "landed.txt"


def test_landed_migrations_are_as_they_landed() -> None:
    """`alembic/landed.txt` has a line a landed migration: SHA-256 and name, as `sha256sum` writes it."""
    told = dict(line.split()[::-1] for line in LANDED.read_text(encoding="ascii").splitlines())
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ROOT / "alembic" / "versions").glob("*.py")
    }
    assert told, "nothing has landed"
    assert {name: found.get(name) for name in told} == told, "write a new migration instead of editing a landed one"


def test_every_migration_is_listed() -> None:
    """A new migration is listed in the commit that lands it."""
    told = {line.split()[1] for line in LANDED.read_text(encoding="ascii").splitlines()}
    assert {path.name for path in (ROOT / "alembic" / "versions").glob("*.py")} == told
