"""What the demo prints: the accounting of a push, the coverage table with bars, the gaps, a year of meetings."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.demo.leaving import Left
from app.demo.meeting import Met
from app.demo.sending import Sent

WIDE = 110  # columns of a terminal from which bars are long
LACKING = 3  # things shown of what a branch lacks
OUTCOMES = ("created", "updated", "unchanged", "superseded", "rejected", "needs_review")


class Line(NamedTuple):
    """One place of the coverage table; rates are None where the denominator is 0."""

    place: str
    organizations: int
    counted: int
    organisation_rate: float | None
    work_rate: float | None


def bar(rate: float | None, length: int) -> Text:
    """A rate as a bar of `length` signs and a percentage."""
    if rate is None:
        return Text("–", style="dim")
    full = round(rate * length)
    return Text.assemble(("█" * full, "green"), ("░" * (length - full), "dim"), f" {rate:6.1%}")


def bar_length(console: Console) -> int:
    """Bars as long as the terminal is wide."""
    return 20 if console.width >= WIDE else 10


def accounting(batch: dict[str, Any]) -> str:
    """received = created + …, with the numbers."""
    parts = " + ".join(f"{batch[name]:,} {name}" for name in OUTCOMES)
    total = sum(batch[name] for name in OUTCOMES)
    mark = "=" if total == batch["received"] else "≠"
    return f"{batch['received']:,} received {mark} {parts}"


def coverage(console: Console, title: str, lines: Iterable[Line], last: Line, left_out: int) -> None:
    """The table, its total below."""
    long = bar_length(console)
    table = headed(title)
    table.show_footer = True
    table.add_column("place", footer=last.place, overflow="fold")
    table.add_column("known", footer=f"{last.organizations:,}", justify="right")
    table.add_column("counted", footer=f"{last.counted:,}", justify="right")
    table.add_column("covered by a branch", footer=bar(last.organisation_rate, long), no_wrap=True)
    table.add_column("reached by party work", footer=bar(last.work_rate, long), no_wrap=True)
    for line in lines:
        figures = (f"{line.organizations:,}", f"{line.counted:,}")
        table.add_row(line.place, *figures, bar(line.organisation_rate, long), bar(line.work_rate, long))
    console.print(table)
    if left_out:
        console.print(f"  … and {left_out} smaller places.", style="dim")


def classes(console: Console, rows: Iterable[tuple[str, int, int, float | None]]) -> None:
    """The classes that must be covered whole: their name, reached, belonging, rate."""
    table = headed("What must be covered whole")
    table.add_column("class")
    table.add_column("reached", justify="right")
    table.add_column("of", justify="right")
    table.add_column("", no_wrap=True)
    for name, reached, belonging, rate in rows:
        table.add_row(name, f"{reached:,}", f"{belonging:,}", bar(rate, bar_length(console)))
    console.print(table)


def gaps(console: Console, steps: Iterable[tuple[str, list[tuple[str, str]]]]) -> None:
    """The first gaps, easy steps first: what a step is, and some organisations that wait for it with their places."""
    console.print("[bold]Gaps, easy ones first[/]")
    for number, (reason, waiting) in enumerate(steps, 1):
        console.print(f"  {number}. {reason}", highlight=False)
        for name, place in waiting:
            console.print(f"     {name}  [dim]{place}[/]", highlight=False)


def headed(title: str) -> Table:
    """A table as all of them look."""
    return Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=box.SIMPLE_HEAD)


def left(console: Console, told: Left) -> None:
    """The plan, what was carried out of it, and the coverage before and after."""
    figures = told.plan["figures"]
    kinds = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in figures["places"].items() if count)
    console.print(f"[bold]The plan for {told.region}[/] {kinds}", highlight=False)
    if figures["covered_of_bound"] is not None:
        console.print(
            f"  of {figures['small']:,} organisations with one or two members it covers {figures['covered']:,}:"
            f" {figures['covered_of_bound']:.1%} of what any plan could; {told.tasks:,} tasks have an owner and a day",
            highlight=False,
        )
    console.print(
        f"  {told.founded} branches applied for, approved, founded and filed, with {told.taken_in} organisations\n"
        f"  {told.counted} of them counted: coverage {told.before:,} → {told.after:,} of {told.of:,}",
        highlight=False,
    )
    if told.lacking:
        console.print(f"  before its next stage the first of them lacks {len(told.lacking)} things:", style="dim")
        for lacks in told.lacking[:LACKING]:
            console.print(f"     {lacks}", style="dim", highlight=False)


def sent(console: Console, told: Sent) -> None:
    """Who was sent where, and what party work reaches before and after."""
    console.print(
        f"[bold]Somebody in charge in {told.region}[/] {told.waiting:,} organisations waited for an instructor;"
        f" {told.instructors:,} came from their departments",
        highlight=False,
    )
    best, nearest = told.proposal["figures"], told.proposal["figures"]["nearest_first"]
    if told.sent:
        console.print(
            f"  the proposal is {'proven to be the best' if best['proven'] else 'not proven'}: mean way"
            f" {best['mean_way'] / 1000:,.1f} km, load {best['load_least']} to {best['load_most']}; nearest first:"
            f" {nearest['mean_way'] / 1000:,.1f} km, load {nearest['load_least']} to {nearest['load_most']}\n"
            f"  {told.sent:,} were sent to, as many as can be; {told.rise:,} of them nothing had reached:"
            f" reached by party work {told.before:,} → {told.after:,} of {told.of:,}",
            highlight=False,
        )
    else:
        console.print("  all have as many as is normal: nobody more was sent")
    figures, month = told.month["figures"], told.month["month"]
    console.print(
        f"  dispatch letter {told.letter or '–'}; {told.visits} visits written down;"
        f" for {month} {figures['due']:,} are due {figures['due_fen'] / 100:,.2f} yuan",
        highlight=False,
    )


def met(console: Console, told: Met) -> None:
    """A year of the joint meeting: what was held, what became of what it decided, what comes next, and the target."""
    table = headed(f"A year of the joint meeting of {told.county}")
    table.show_header = False
    table.add_column("what")
    table.add_column("figure", overflow="fold")
    share = f", {told.attended / told.called:.0%} attended" if told.called else ""
    table.add_row("meetings", f"{told.held} held by {told.departments} departments{share}")
    items = f"{told.decided} decided, {told.accepted} accepted, {told.on_time} of them on time, {told.overdue} overdue"
    table.add_row("action items", items)
    table.add_row("next meeting", _upcoming(told.upcoming))
    table.add_row("its agenda", f"{told.head} items carried over by itself, {told.topics} topics")
    looked, aimed = told.looked, told.aimed
    table.add_row("notice", f"{looked.sent} sent, {looked.received} received, {looked.chased} reminded")
    demanded = f"{looked.put_right} of {looked.rectifications} demands put right"
    table.add_row("supervision", f"{looked.subjects} towns looked at, {demanded}")
    marks = ", ".join(f"{count} {name}" for name, count in aimed.marks.items())
    table.add_row("programme", f"{aimed.year}: {aimed.tasks} tasks ({marks})")
    table.add_row("its target", _target(aimed.target))
    console.print(table)


def _upcoming(meeting: dict[str, Any] | None) -> str:
    """Its day and what is due before it."""
    if meeting is None:
        return "–"
    day, topics, answers = (meeting[name] for name in ("held_on", "topics_due_on", "attendance_due_on"))
    return f"{day}; topics until {topics}, answers until {answers}"


def _target(target: dict[str, Any]) -> str:
    """Where the figure is between its baseline and its target."""
    value = "–" if target["value"] is None else f"{target['value'] / 10:.1f}%"
    way = f"{target['baseline'] / 10:.1f}% → {target['target'] / 10:.1f}% by {target['due_on']}"
    pace = "on track" if target["on_track"] else "behind"
    return f"coverage ({target['basis']}) {value} now; {way}: {pace}"
