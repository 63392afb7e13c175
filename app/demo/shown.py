"""What the demo prints: the accounting of a push, the coverage table with bars, the gaps."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

BAR = 20
OUTCOMES = ("created", "updated", "unchanged", "superseded", "rejected", "needs_review")


class Line(NamedTuple):
    """One place of the coverage table; rates are None where the denominator is 0."""

    place: str
    organizations: int
    counted: int
    organisation_rate: float | None
    work_rate: float | None


def bar(rate: float | None) -> Text:
    """A rate as a bar and a percentage."""
    if rate is None:
        return Text("–", style="dim")
    full = round(rate * BAR)
    return Text.assemble(("█" * full, "green"), ("░" * (BAR - full), "dim"), f" {rate:6.1%}")


def accounting(batch: dict[str, Any]) -> str:
    """received = created + …, with the numbers."""
    parts = " + ".join(f"{batch[name]:,} {name}" for name in OUTCOMES)
    total = sum(batch[name] for name in OUTCOMES)
    mark = "=" if total == batch["received"] else "≠"
    return f"{batch['received']:,} received {mark} {parts}"


def coverage(console: Console, title: str, lines: Iterable[Line], last: Line, left_out: int) -> None:
    """The table, its total below."""
    table = Table(title=title, title_justify="left", title_style="bold", show_footer=True, header_style="bold")
    table.add_column("place", footer=last.place, no_wrap=True)
    table.add_column("organisations", footer=f"{last.organizations:,}", justify="right")
    table.add_column("counted", footer=f"{last.counted:,}", justify="right")
    table.add_column("organisation coverage", footer=bar(last.organisation_rate), no_wrap=True)
    table.add_column("work coverage", footer=bar(last.work_rate), no_wrap=True)
    for line in lines:
        table.add_row(
            line.place,
            f"{line.organizations:,}",
            f"{line.counted:,}",
            bar(line.organisation_rate),
            bar(line.work_rate),
        )
    console.print(table)
    if left_out:
        console.print(f"… and {left_out} smaller places.", style="dim")


def classes(console: Console, rows: Iterable[tuple[str, int, int, float | None]]) -> None:
    """The classes that must be covered whole: their name, reached, belonging, rate."""
    table = Table(title="What must be covered whole", title_justify="left", title_style="bold", header_style="bold")
    for head in ("class", "reached", "of"):
        table.add_column(head, justify="left" if head == "class" else "right")
    table.add_column("rate", no_wrap=True)
    for name, reached, belonging, rate in rows:
        table.add_row(name, f"{reached:,}", f"{belonging:,}", bar(rate))
    console.print(table)


def gaps(console: Console, rows: Iterable[tuple[str, str, str]]) -> None:
    """The first gaps, easy ones first: what to do, the organisation, its place."""
    table = Table(title="First gaps, easy ones first", title_justify="left", title_style="bold", header_style="bold")
    for head in ("next step", "organisation", "place"):
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
