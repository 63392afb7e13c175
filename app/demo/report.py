"""What the service says of the coverage of a region, read over the API and printed."""

from typing import Any

from rich.console import Console

from app.demo import shown
from app.demo.partner import Api

MOST = 25  # lines of the coverage table
STEPS = ("form_own", "join", "enter_above_scale", "reach")
GAPS = 3  # organisations a step
NARROW = 0.95  # a region is gone into while one part holds this share of it
DENOMINATOR = "all_operating"


async def report(api: Api, console: Console, region: str) -> None:
    """The coverage table of the deepest region that holds nearly everything, its classes and its first gaps."""
    whole = await coverage(api, region, None)
    while (main := main_part(whole)) is not None:
        whole = await coverage(api, main["code"], main["level"])
    groups = [group for group in whole["groups"] if group["organizations"]]
    if whole["region"]["level"] == 1:
        groups = await counties(api, groups)
    groups.sort(key=lambda group: -group["organizations"])
    named(whole["groups"], "")
    name = whole["region"]["name"] or "the whole country"
    rests = f"{whole['denominator']['label']}; policy {whole['policy']['version']}; as of {whole['as_of'][:19]}Z"
    shown.coverage(
        console,
        f"Coverage of {name}\n[not bold]{rests}[/]",
        [line(group["label"], group) for group in groups[:MOST]],
        line("in all", whole),
        max(0, len(groups) - MOST),
    )
    console.print(
        f"Beside these figures: {whole['unclassified']:,} whose kind cannot be told,"
        f" {whole['undetermined']:,} of which a fact is missing, {whole['unplaced']:,} placed in no county."
    )
    shown.classes(
        console,
        (
            (each["label"], each["reached"]["numerator"], each["reached"]["denominator"], each["reached"]["rate"])
            for each in whole["classes"]
        ),
    )
    await first_gaps(api, console, whole["region"])


async def coverage(api: Api, region: str, level: int | None) -> Any:
    """One region's figures with those of its parts."""
    return await api.get("/v1/coverage", region=region, region_level=level, denominator=DENOMINATOR, by="child")


def main_part(whole: Any) -> Any:
    """The one part that holds nearly all of a region above county level; None where there is none."""
    if whole["region"]["level"] >= 3 or not whole["organizations"]:
        return None
    large = [group for group in whole["groups"] if group["organizations"] >= NARROW * whole["organizations"]]
    return large[0] if large and large[0]["code"] is not None else None


async def counties(api: Api, cities: list[Any]) -> list[Any]:
    """The counties of a province's cities; a county that the province governs itself stays as it is."""
    found = []
    for city in cities:
        if city["level"] != 2:
            found.append(city)
        else:
            parts = (await coverage(api, city["code"], 2))["groups"]
            named(parts, f"{city['label']}, ")
            found += [part for part in parts if part["organizations"]]
    return found


def line(place: str, figures: Any) -> shown.Line:
    """One line of the table."""
    organisation, work = figures["organisation_coverage"], figures["work_coverage"]
    return shown.Line(place, figures["organizations"], organisation["denominator"], organisation["rate"], work["rate"])


def named(groups: list[Any], prefix: str) -> None:
    """Say shortly what the group is that lies in none of the parts."""
    for group in groups:
        if group["code"] is None:
            group["label"] = f"{prefix}place not known"


async def first_gaps(api: Api, console: Console, region: Any) -> None:
    """What comes first, and with whom to begin."""
    at = {"region": region["code"], "region_level": region["level"]}
    steps = []
    for step in STEPS:
        page = await api.get("/v1/coverage/gaps", step=step, limit=GAPS, **at)
        waiting = [(gap["name"], await place(api, gap)) for gap in page["items"]]
        if waiting:
            steps.append((page["items"][0]["reason"], waiting))
    shown.gaps(console, steps)


async def place(api: Api, gap: Any) -> str:
    """Where an organisation is, in words."""
    region = await api.get(f"/v1/regions/{gap['region_code']}", level=gap["region_level"])
    return str(region["name"])
