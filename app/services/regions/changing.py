"""Changes to regions that an operator loads: local villages, renamed towns, regions that were merged or divided.

A file of changes is CSV in UTF-8 with the header ``code,level,name,parent_code,parent_level,until,successors``, or its
Chinese titles (see ``TITLES``). A row without ``until`` puts a region in force under this name, new or renamed; without
a parent it stands below the region that its digits name. A row with ``until`` (a year) takes the region out of force;
``successors`` names who has its ground now, as ``code/level`` with semicolons between; a region that only gave up a
part lists itself too, and stays in force. A file is done whole or not; what stands in the regions follows with it.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.services.regions import reads, repository
from app.services.regions.facts import COUNTRY, PROVINCE, Entry, Retired, Successor, ancestor, reference
from app.services.regions.placing import placer_within
from app.services.regions.succession import Follower, succession

TITLES: Final[Mapping[str, str]] = {
    "区划代码": "code",
    "层级": "level",
    "名称": "name",
    "上级代码": "parent_code",
    "上级层级": "parent_level",
    "撤并年份": "until",
    "承接区划": "successors",
}
MOST: Final = 50
"""Errors are listed up to this many."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a file asks for."""

    entries: tuple[Entry, ...]
    retired: tuple[Retired, ...]


def parsed(lines: Iterable[str]) -> Changes:
    """The changes of a file. Raises Invalid naming each wrong line (1-based, the header is line 1) and column."""
    entries: list[Entry] = []
    retired: list[Retired] = []
    wrong: list[FieldError] = []
    rows = csv.DictReader(lines)
    rows.fieldnames = [TITLES.get(title.strip("\ufeff "), title.strip("\ufeff ")) for title in rows.fieldnames or ()]
    for line, row in enumerate(rows, 2):
        told = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
        try:
            change = _change(told)
        except ValueError:
            wrong.append(FieldError(f"/{line}", "region_shape"))
            continue
        if not told.get("name"):
            wrong.append(FieldError(f"/{line}/name", "missing"))
        elif isinstance(change, Entry):
            entries.append(change)
        else:
            retired.append(change)
    if wrong:
        raise Invalid(errors=tuple(wrong[:MOST]))
    if not entries and not retired:
        raise Invalid(errors=(FieldError("/1", "missing"),))
    return Changes(tuple(entries), tuple(retired))


def _change(told: Mapping[str, str]) -> Entry | Retired:
    code, level = _region(told.get("code", ""), told.get("level", ""))
    if level == COUNTRY:
        raise ValueError("the country does not change")
    name = told.get("name", "")
    if told.get("until"):
        pairs = [heir.partition("/") for heir in told.get("successors", "").split(";") if heir.strip()]
        heirs = tuple(Successor(*_region(one.strip(), deep.strip())) for one, _, deep in pairs)
        return Retired(code, level, name, str(int(told["until"])), heirs)
    if told.get("parent_code"):
        parent = _region(told["parent_code"], told.get("parent_level", ""))
    else:
        parent = (ancestor(code, level - 1), level - 1) if level > PROVINCE else (0, COUNTRY)
    if parent[1] >= level:
        raise ValueError("a parent is above")
    return Entry(code, level, name, *parent)


def _region(code: str, level: str) -> tuple[int, int]:
    return reference(code, int(level) if level else None)


async def change(act: Act, changes: Changes, followers: Sequence[Follower] = ()) -> int:
    """Put the changes in force and let what stands in the regions follow; how many rows moved.

    Whoever places addresses sees the changes from the next act on. Needs the system's act. Raises Invalid when a parent
    or a successor is neither in force nor in the same file, or a region in force is retired under another name.
    """
    new = {(entry.code, entry.level) for entry in changes.entries}
    asked = [(entry.parent_code, entry.parent_level) for entry in changes.entries]
    asked += [(heir.code, heir.level) for row in changes.retired for heir in row.successors]
    known = await reads.names(act, [key for key in asked if key not in new])
    strange = sorted({key for key in asked if key not in new and key not in known and key != (0, COUNTRY)})
    if strange:
        raise Invalid(errors=tuple(FieldError(f"/{code:012d}", "region_unknown") for code, _ in strange[:MOST]))
    await _known_by_name(act, changes.retired, new)
    await _put(act, changes.entries)
    for row in changes.retired:
        await repository.retire(act, row)
    return await _follow(act, changes.retired, followers)


async def _known_by_name(act: Act, retired: Sequence[Retired], new: set[tuple[int, int]]) -> None:
    """A region in force is retired by its own name, so that a slip of a digit does not empty another one."""
    standing = await reads.names(act, [(row.code, row.level) for row in retired])
    wrong = [
        FieldError(f"/{row.code:012d}/name", "region_unknown")
        for row in retired
        if (row.code, row.level) not in new and standing.get((row.code, row.level), row.name) != row.name
    ]
    if wrong:
        raise Invalid(errors=tuple(wrong[:MOST]))


async def _follow(act: Act, retired: Sequence[Retired], followers: Sequence[Follower]) -> int:
    """The lowest regions first: what a village's own row says is more than what its town's says."""
    if not retired or not followers:
        return 0
    places = await placer_within(act)
    moved = 0
    for row in sorted(retired, key=lambda each: -each.level):
        gone = await succession(act, row)
        if gone is not None:
            for follow in followers:
                moved += await follow(act, gone, places)
    return moved


async def _put(act: Act, entries: Sequence[Entry]) -> None:
    if entries:
        await repository.put_operators(act, entries)
