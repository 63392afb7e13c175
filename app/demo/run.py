"""The demo from beginning to end: a server, a register pushed as partners would, made-up branches, coverage."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.core.config import Settings
from app.demo import organising, reports, shown, sources, truth
from app.demo.county import make
from app.demo.founding import branches_for
from app.demo.leaving import leave_no_blank
from app.demo.meeting import meet
from app.demo.partner import Api, Batch
from app.demo.party import party_facts_for
from app.demo.report import report
from app.demo.sending import send
from app.demo.served import free_port, serving
from app.demo.sheets import csv_bytes

SEED = 20_260_302
SIZE = 2_000
PORT = 8000
COUNTRY = "000000000000"

Sign = Callable[[str, list[str]], str]
"""A token for a role in regions (none: everywhere), for one day."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What is asked of the demo: how large a made-up county, or a real register file; whether to go on serving."""

    organizations: int = SIZE
    data: Path | None = None
    serve: bool = False


class Register(NamedTuple):
    """What is pushed: two files, the region of the report, and the regions (none: all) of the partner."""

    registrations: Iterator[bytes]
    media: str
    party_facts: Iterator[bytes]
    region: str
    regions: list[str]


def run(demo: Demo, settings: Settings, sign: Sign) -> None:
    """Run the demo on the settings' database and print what comes of it; nothing is left running.

    Raises ServerEnded, Refused, FileRefused, or OSError for a file that cannot be read.
    """
    console = Console()
    with tempfile.TemporaryDirectory(prefix="liangxin-demo-") as folder:
        register = made_up(demo.organizations) if demo.data is None else real(demo.data, Path(folder))
        with serving(settings, free_port(PORT if demo.serve else 0)) as server:
            asyncio.run(talk(server.address, sign, register, console))
            what_is_made_up(console, demo)
            if demo.serve:
                console.print(f"\nServing at {server.address}/docs until Ctrl-C. An officer's token for a day:")
                console.print(sign("officer", []), soft_wrap=True, highlight=False)
                server.process.wait()
    console.print(
        "\nNothing is left running. [bold]make serve[/] shows the same data: it prints the docs' address and a token."
    )


def made_up(size: int) -> Register:
    """A made-up county; its market regulator writes GBK, its organisation department UTF-8."""
    county = make(size, SEED)
    return Register(
        csv_bytes(truth.HEADERS, county.registrations(), "gb18030"),
        "text/csv",
        csv_bytes(reports.HEADERS, reports.rows(party_facts_for(county.known()))),
        f"{county.place.code:012d}",
        [f"{county.place.code:012d}"],
    )


def real(file: Path, folder: Path) -> Register:
    """A real register, and party facts made up for everyone in it that has a valid code."""
    plain = sources.unpacked(file, folder)
    facts = reports.rows(party_facts_for(sources.known(plain)))
    return Register(sources.blocks(plain), "text/csv", csv_bytes(reports.HEADERS, facts), COUNTRY, [])


async def talk(address: str, sign: Sign, register: Register, console: Console) -> None:
    """Show over HTTP, each step under the grant of who would do it."""
    partner = Api.at(address, sign("partner", register.regions))
    officer = Api.at(address, sign("officer", []))
    superior = Api.at(address, sign("work_committee_officer", []))
    try:
        await show(partner, officer, superior, register, console)
    finally:
        for api in (partner, officer, superior):
            await api.close()


async def show(partner: Api, officer: Api, superior: Api, register: Register, console: Console) -> None:
    """Push, found, report, leave no blank, send instructors, and let the departments meet."""
    with bars() as progress:
        first = await push(partner, "registrations", register.registrations, register.media, progress)
        second = await push(partner, "party_facts", register.party_facts, "text/csv", progress)
        founded = await organise(officer, register.region, progress)
    for dataset, batch in (("registrations", first), ("party facts", second)):
        console.print(f"[bold]{dataset}[/] {shown.accounting(batch)}", highlight=False)
    if first["needs_review"] or second["needs_review"]:
        console.print("  what needs a person's decision waits at /v1/reviews", style="dim")
    console.print(f"[bold]branches[/] {founded.founded:,} founded, {founded.refused:,} refused by the rules")
    if founded.first_refusal:
        console.print(f"  the first refusal: {founded.first_refusal}", style="dim")
    console.print()
    await report(officer, console, register.region)
    left = await leave_no_blank(officer, superior, register.region)
    if left is not None:
        console.print()
        shown.left(console, left)
    sent = await send(partner, officer, superior, register.region)
    if sent is not None:
        console.print()
        shown.sent(console, sent)
    met = await meet(officer, superior, register.region)
    if met is not None:
        console.print()
        shown.met(console, met)


def bars() -> Progress:
    """Progress bars on standard error."""
    return Progress(
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


async def push(api: Api, dataset: str, blocks: Iterator[bytes], media: str, progress: Progress) -> Batch:
    """Push one file, its progress on a bar."""
    task = progress.add_task(f"pushing {dataset}", total=None)

    def seen(batch: Batch) -> None:
        progress.update(task, total=batch["received"], completed=batch["progress"]["records_done"])

    return await api.push(dataset, blocks, media, seen)


async def organise(api: Api, region: str, progress: Progress) -> organising.Founded:
    """Found branches for what is not covered yet."""
    reading = progress.add_task("reading the register", total=None)
    register, ids = await organising.register(api, region, lambda count: progress.advance(reading, count))
    progress.update(reading, total=len(register), completed=len(register))
    names = {
        int(item["code"]): item["name"]
        for level in (3, 4)
        async for item in api.pages("/v1/regions", region=region, level=level)
    }
    branches = list(branches_for(register))
    task = progress.add_task("founding branches", total=len(branches))
    return await organising.found_all(api, region, branches, ids, names, lambda count: progress.advance(task, count))


def what_is_made_up(console: Console, demo: Demo) -> None:
    """Say what of all this is true."""
    if demo.data is None:
        told = (
            "Made up: every organisation and person, all party facts, branches, departments and meetings."
            " Real: the places and their codes."
        )
    else:
        told = f"Real: the register in {demo.data.name}. Made up: all persons, party facts, branches and meetings."
    console.print(f"\n[bold yellow]{told}[/]")
