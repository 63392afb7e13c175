"""Keys that seal personal fields, and erasures after a restore: `liangxin privacy …`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from app.cli.telling import Plain, Unready, errors
from app.core.config import Settings
from app.core.crypto.ring import KeyRing, load, store
from app.core.embedded import stop_on_signals
from app.core.logging import configure

if TYPE_CHECKING:
    from app.core.acts import Acts

Result = TypeVar("Result")

privacy = typer.Typer(cls=Plain, no_args_is_help=True, help="Keys of personal fields, and erasures after a restore.")

Passphrase = Annotated[
    str, typer.Option(prompt=True, hide_input=True, envvar="LIANGXIN_KEY_PASSPHRASE", help="At least 12 characters.")
]


def _with_database(work: "Callable[[Acts, Settings], Awaitable[Result]]") -> Result:
    """Do something with acts of the system, on the database of the settings."""
    from app.cli.opening import opened
    from app.core.acts import Acts
    from app.core.clock import system_clock
    from app.core.crypto import Vault
    from app.core.database import Database

    settings = Settings.load()
    configure(settings.log_level)
    stop_on_signals()

    async def run(url: str) -> Result:
        database = Database(url, pool_size=2)
        try:
            return await work(Acts(database, system_clock, Vault.at(settings.key_ring_file)), settings)
        finally:
            await database.close()

    with opened(settings, filled=False) as ready:
        assert ready.database_url is not None  # noqa: S101 (opened)
        return asyncio.run(run(ready.database_url))


async def _noted(acts: "Acts", verb: str, **detail: int | list[int]) -> None:
    from app.core.acts import SYSTEM
    from app.core.history import note

    async with acts.open(SYSTEM) as act:
        await note(act, verb, "keys", why=None, **detail)


def _stored(settings: Settings, ring: KeyRing) -> None:
    try:
        store(settings.key_ring_file, ring)
    except OSError as error:
        raise Unready(f"The key ring {settings.key_ring_file} cannot be written: {error.strerror}.") from error


@privacy.command("keys")
def keys() -> None:
    """List the keys of the ring, and which of them the data still needs."""
    from app.catalogues.personal import SEALED
    from app.core.acts import SYSTEM
    from app.services.privacy import resealing

    async def needed(acts: "Acts", _: Settings) -> tuple[set[int], set[int]]:
        async with acts.open(SYSTEM) as act:
            return await resealing.in_use(act, SEALED)

    seals, indexes = _with_database(needed)
    ring = load(Settings.load().key_ring_file)
    for key in ring.keys:
        state = "active" if key.id == ring.active else "needed" if key.id in seals else "not needed"
        print(f"key {key.id}  {key.algorithm}  {key.made_at}  {state}")  # noqa: T201
    for index in ring.index:
        state = "newest" if index is ring.index[-1] else "needed" if index.id in indexes else "not needed"
        print(f"index key {index.id}  {index.made_at}  {state}")  # noqa: T201


@privacy.command("new-key")
def new_key(
    index: Annotated[bool, typer.Option("--index", help="A key of the blind index instead of a sealing key.")] = False,
) -> None:
    """Add a key to the ring. A sealing key is not used before `rotate`: let every process know it first.

    Where there is no ring yet, one is made.
    """
    settings = Settings.load()
    if not settings.key_ring_file.exists():
        _stored(settings, KeyRing.fresh(settings.field_cipher))
        errors.print(f"A new ring is in {settings.key_ring_file}.", markup=False)
        return
    ring = load(settings.key_ring_file)
    changed = ring.with_new_index() if index else ring.with_new_key(settings.field_cipher)
    _stored(settings, changed)

    async def noted(acts: "Acts", _: Settings) -> None:
        await _noted(acts, "new_index_key" if index else "new_key", key=_newest(changed, index=index))

    _with_database(noted)
    errors.print(f"{'Index key' if index else 'Key'} {_newest(changed, index=index)} is in the ring.", markup=False)


def _newest(ring: KeyRing, *, index: bool) -> int:
    return ring.index[-1].id if index else max(key.id for key in ring.keys)


@privacy.command("rotate")
def rotate() -> None:
    """Make the newest key the active one: from now on it seals. Then run `reencrypt`."""
    settings = Settings.load()
    ring = load(settings.key_ring_file)
    newest = _newest(ring, index=False)
    if newest == ring.active:
        raise Unready(f"Key {newest} is active already; make another one first: liangxin privacy new-key.")
    _stored(settings, ring.activated(newest))

    async def noted(acts: "Acts", _: Settings) -> None:
        await _noted(acts, "rotate_keys", key=newest)

    _with_database(noted)
    errors.print(f"Key {newest} is active. Next: liangxin privacy reencrypt.", markup=False)


@privacy.command("reencrypt")
def reencrypt() -> None:
    """Bring all sealed values under the active key while the service runs; may be stopped and begun again."""
    from app.catalogues.personal import SEALED
    from app.services.privacy import resealing

    bar = Progress(SpinnerColumn(), TextColumn("{task.completed} values"), console=errors, transient=True)

    async def work(acts: "Acts", _: Settings) -> int:
        with bar:
            task = bar.add_task("values", total=None)
            done = await resealing.reseal(acts, SEALED, told=lambda count: bar.update(task, completed=count))
        await _noted(acts, "reencrypt", values=done)
        return done

    done = _with_database(work)
    errors.print(f"{done} values brought under the active key.", markup=False)


@privacy.command("drop-keys")
def drop_keys() -> None:
    """Take out of the ring what the data no longer needs. Backups of the data may still: keep the key backup."""
    from app.catalogues.personal import SEALED
    from app.core.acts import SYSTEM
    from app.services.privacy import resealing

    async def work(acts: "Acts", settings: Settings) -> list[int]:
        async with acts.open(SYSTEM) as act:
            seals, indexes = await resealing.in_use(act, SEALED)
        ring = load(settings.key_ring_file)
        gone = [key.id for key in ring.keys if key.id not in seals | {ring.active}]
        for key_id in gone:
            ring = ring.without(key_id)
        if indexes <= {ring.index[-1].id}:
            ring = ring.without_older_index()
        _stored(settings, ring)
        await _noted(acts, "drop_keys", keys=gone)
        return gone

    gone = _with_database(work)
    errors.print(f"Taken out: {', '.join(map(str, gone)) or 'none'}.", markup=False)


@privacy.command("export-keys")
def export_keys(
    file: Annotated[Path, typer.Argument(help="Where to; not beside the data.")], passphrase: Passphrase
) -> None:
    """Write the ring to a file under a passphrase: the backup of the keys, apart from that of the data."""
    from app.core.crypto.backup import wrapped

    ring = load(Settings.load().key_ring_file)
    text = wrapped(ring, passphrase)
    with suppress(FileExistsError):
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(text)
        errors.print(f"{len(ring.keys)} keys and {len(ring.index)} index keys are in {file}.", markup=False)
        return
    raise Unready(f"{file} is there already; choose another name.")


@privacy.command("import-keys")
def import_keys(file: Annotated[Path, typer.Argument(help="A file of export-keys.")], passphrase: Passphrase) -> None:
    """Put the ring of a backup in place. Refused while another ring is there: move that away first."""
    from app.core.crypto.backup import unwrapped

    settings = Settings.load()
    if settings.key_ring_file.exists():
        raise Unready(f"{settings.key_ring_file} is there already; move it away first.")
    ring = unwrapped(file.read_bytes(), passphrase)
    _stored(settings, ring)
    errors.print(f"{len(ring.keys)} keys and {len(ring.index)} index keys are in place.", markup=False)


@privacy.command("keep-erasures")
def keep_erasures() -> None:
    """Bring the ledger's file up to date now; the worker does so every five minutes."""
    from app.services.privacy import ledger

    async def work(acts: "Acts", settings: Settings) -> int:
        return await ledger.keep(acts, settings.erasures_file)

    errors.print(f"{_with_database(work)} erasures in {Settings.load().erasures_file}.", markup=False)


@privacy.command("reapply-erasures")
def reapply_erasures() -> None:
    """After a restore: erase again what had been erased since the backup was taken."""
    from app.catalogues.personal import HOLDERS
    from app.services.privacy import ledger

    async def work(acts: "Acts", settings: Settings) -> int:
        try:
            return await ledger.reapply(acts, HOLDERS, settings.erasures_file)
        except ledger.UnfitLedger as unfit:
            raise Unready(str(unfit)) from unfit

    errors.print(f"{_with_database(work)} rows had come back and are erased again.", markup=False)
