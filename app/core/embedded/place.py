"""Who runs the server and where its files lie.

PostgreSQL refuses to run as root, so root hands it to an unprivileged user that already exists. That user must be
able to reach the data: when the state folder lies under a private home it cannot, and the data go to /var/lib.
"""

import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from app.core.embedded import processes
from app.core.embedded.failures import EmbeddedFailure

UNPRIVILEGED = ("postgres", "nobody")
NOTE = "home"  # in the state folder: where the data lie, when not there
ORIGIN = "state"  # beside the data: which state folder they belong to


class As(TypedDict, total=False):
    """The arguments with which subprocess becomes another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the server's processes run as."""

    uid: int
    gid: int
    name: str

    def arguments(self) -> As:
        """Say how subprocess becomes this user; nothing to say when we are it already."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user; a no-op unless we are root."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, folder: Path) -> bool:
        """Tell whether this user may pass through every folder down to this one."""
        return all(self._passes(step.stat()) for step in (folder, *folder.parents))

    def _passes(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        return bool(found.st_mode & (stat.S_IXGRP if found.st_gid == self.gid else stat.S_IXOTH))


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one cluster: `state` is ours (locks, log), `home` is the server account's (data, socket)."""

    state: Path
    home: Path
    account: Account

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def name(self) -> str:
        """What the server's processes are called, so that they can be told from other servers' processes."""
        return f"liangxin-{sha256(str(self.data).encode()).hexdigest()[:16]}"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.state / "postgresql.log"


def settle(state: Path) -> Place:
    """Find, or on the first run choose and make, the place of the cluster of a state folder.

    Raises EmbeddedFailure when the folder belongs to somebody else or root finds no user to hand the server to.
    """
    home = _noted(state) or state / "postgres"
    account = _account(home)
    if os.geteuid() == 0 and home.parent == state and not account.reaches(state):
        if home.exists():
            raise EmbeddedFailure(
                f"User {account.name} can no longer reach the database in {home}.",
                f"Let others pass through the folders above it (chmod o+x), as when it was made, or move {home} away.",
            )
        home = shelter() / f"cluster-{secrets.token_hex(8)}"
        _sweep(home.parent)
        home.mkdir(mode=0o700)
        (home / ORIGIN).write_text(f"{state}\n", encoding="utf-8")
        (state / NOTE).write_text(f"{home}\n", encoding="utf-8")
    if not home.exists():
        home.mkdir(mode=0o700)
    account.own(home)
    home.chmod(0o700)
    return Place(state, home, account)


def shelter() -> Path:
    """Give root's own folder outside any home, readable by all, writable by root alone."""
    for base in (Path("/var/lib"), Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 - ownership is checked
        folder = base / "liangxin"
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
        except OSError:
            continue
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            folder.chmod(0o755)
            return folder
    raise EmbeddedFailure(
        "There is no folder outside private homes where the database could lie.",
        "Make /var/lib/liangxin as root with mode 755, or set DATABASE_URL to a PostgreSQL 18 server.",
    )


def _sweep(folder: Path) -> None:
    """Remove clusters whose state folder was a temporary one and is gone: nobody can come back to them."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for origin in folder.glob(f"cluster-*/{ORIGIN}"):
        try:
            state = Path(origin.read_text(encoding="utf-8").strip())
        except FileNotFoundError:  # another starter sweeps as well
            continue
        if state.is_relative_to(temporary) and not state.exists():
            left = Place(state, origin.parent, Account(0, 0, ""))
            if processes.of(left.data, left.name) == (None, set()):
                shutil.rmtree(left.home, ignore_errors=True)


def forget(state: Path) -> None:
    """Delete the cluster of a state folder, wherever its data lie. The server must not be running."""
    home = _noted(state) or state / "postgres"
    if home.exists():
        shutil.rmtree(home)
    (state / NOTE).unlink(missing_ok=True)


def _noted(state: Path) -> Path | None:
    try:
        home = Path((state / NOTE).read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    return home if home.is_dir() else None


def _account(home: Path) -> Account:
    me = os.geteuid()
    owner = home.stat().st_uid if home.exists() else me
    if me != 0:
        if owner != me:
            raise EmbeddedFailure(
                f"The database in {home} belongs to user {owner}, and this is user {me}.",
                "Run as that user (or as root), or point LIANGXIN_STATE at a folder of your own.",
            )
        return _named(pwd.getpwuid(me)) if _known(me) else Account(me, os.getegid(), str(me))
    if owner != 0 and _known(owner):
        return _named(pwd.getpwuid(owner))
    for name in UNPRIVILEGED:
        try:
            return _named(pwd.getpwnam(name))
        except KeyError:
            continue
    raise EmbeddedFailure(
        "PostgreSQL does not run as root, and neither the user 'postgres' nor 'nobody' exists here.",
        "Run as an ordinary user, or set DATABASE_URL to a PostgreSQL 18 server.",
    )


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _named(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
