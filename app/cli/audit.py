"""Proving the audit: `liangxin audit …`."""

import asyncio
from collections.abc import Awaitable, Callable
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.cli.telling import Plain, errors
from app.core.config import Settings
from app.core.embedded import stop_on_signals
from app.core.logging import configure

if TYPE_CHECKING:
    from app.services.audit.sealing import Sealer
    from app.services.audit.signing import AuditKey
    from app.services.audit.verifying import Break

Result = TypeVar("Result")

audit = typer.Typer(cls=Plain, no_args_is_help=True, help="Prove that nobody has touched the audit.")

MEANING = {
    "altered": "was changed after it was sealed",
    "removed": "was removed",
    "inserted": "was put in later: no signed seal covers it",
    "reordered": "has changed places",
    "resealed": "row and seal were both rewritten: they do not lead to what was signed",
    "cut": "the end is missing: more was signed than is there",
    "checkpoint_altered": "was changed, replaced, or signed by another key",
    "checkpoint_missing": "is missing",
    "moved": "the database has another name or counts its transactions anew; was a backup restored?"
    " Then: liangxin audit restored",
}

Key = Annotated[
    Path | None, typer.Option("--key", help="PEM file with the public key to believe; default: the service's own key.")
]
WitnessFile = Annotated[
    Path | None, typer.Option("--witness", help="A copy of the witness; default: LIANGXIN_AUDIT_WITNESS.")
]


def _with_sealer(
    work: "Callable[[Sealer], Awaitable[Result]]", key: "AuditKey | None" = None, witness: Path | None = None
) -> Result:
    """Do something with the audit of the settings' database."""
    from app.cli.opening import opened
    from app.core.acts import Acts
    from app.core.clock import system_clock
    from app.core.database import Database
    from app.services.audit.sealing import Sealer
    from app.services.audit.signing import AuditKey
    from app.services.audit.witness import Witness

    settings = Settings.load()
    configure(settings.log_level)
    stop_on_signals()

    async def run(url: str) -> Result:
        database = Database(url, pool_size=2)
        try:
            used = key or AuditKey.at(settings.audit_key_file)
            seen = Witness(witness or settings.audit_witness_file)
            return await work(Sealer(Acts(database, system_clock), used, seen, settings.audit_hash))
        finally:
            await database.close()

    with opened(settings, filled=False) as ready:
        assert ready.database_url is not None  # noqa: S101 (opened)
        return asyncio.run(run(ready.database_url))


@audit.command("verify")
def verify(key: Key = None, witness: WitnessFile = None) -> None:
    """Hash every row again and follow the signed chain; name what does not fit, and end with 1 then."""
    from app.services.audit import verifying
    from app.services.audit.signing import AuditKey

    believed = None if key is None else AuditKey.at(key, make=False)
    report = _with_sealer(lambda by: verifying.verify(by.acts, by.key, by.witness), believed, witness)
    for each in report.breaks:
        print(told(each))  # noqa: T201
    for record in report.restored:
        lost = "" if record.lost is None else f"; checkpoints up to {record.lost} are not in it"
        print(f"{record.at:%Y-%m-%d %H:%M}Z  restored by {record.by}: {record.why}{lost}")  # noqa: T201
    for day in sorted(report.dropped):
        print(f"{day}  dropped by retention (checkpoint {report.dropped[day]})")  # noqa: T201
    if report.first > 1:
        print(f"checkpoints before {report.first} dropped by retention")  # noqa: T201
    print(  # noqa: T201
        f"{report.rows} rows in {report.days} days, {report.checkpoints} checkpoints;"
        f" {report.tail} rows not sealed yet; {len(report.breaks)} breaks."
    )
    if report.breaks:
        raise typer.Exit(1)


def told(found: "Break") -> str:
    """One break as a line: where, what, and what it means."""
    place = []
    if found.number is not None:
        place.append(f"checkpoint {found.number}")
    if found.day is not None:
        place.append(f"{found.day}")
    if found.position is not None:
        to = f" to {found.until}" if found.until is not None and found.until != found.position else ""
        place.append(f"place {found.position}{to}")
    if found.row_id is not None:
        place.append(f"row {found.row_id}")
    return f"{found.code.upper()}  {', '.join(place)}: {MEANING[found.code]}"


@audit.command("restored")
def restored(
    reason: Annotated[str, typer.Option(prompt="Why was it restored, and from which backup?", help="The reason.")],
    by: Annotated[str | None, typer.Option(help="Who says so; default: the user at this terminal.")] = None,
) -> None:
    """After a restore, before the service runs again: leave a signed record, so that it is no tampering."""
    from app.services.audit import keeping

    record = _with_sealer(lambda sealer: keeping.restored(sealer, reason, by or getuser()))
    lost = "nothing that the witness knows of" if record.lost is None else f"what was sealed up to {record.lost}"
    errors.print(f"Checkpoint {record.number} says so. Missing: {lost}.", markup=False)


@audit.command("seal")
def seal() -> None:
    """Seal what can be sealed now; the worker does so every few seconds."""
    from app.cli.telling import Unready
    from app.services.audit.sealing import Unproven

    try:
        rows = _with_sealer(lambda sealer: sealer.seal())
    except Unproven as reason:
        raise Unready(f"Not sealed: {reason}") from reason
    errors.print(f"{rows} rows sealed.", markup=False)


@audit.command("public-key")
def public_key() -> None:
    """Print the public key, for whoever verifies with `--key`."""
    from app.services.audit.signing import AuditKey

    print(AuditKey.at(Settings.load().audit_key_file).public(), end="")  # noqa: T201
