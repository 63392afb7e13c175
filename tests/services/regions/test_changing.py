"""Changes that operators load themselves."""

import pytest

from app.core.acts import SYSTEM, Acts
from app.core.errors import Invalid
from app.services.regions import reads, repository, shipped
from app.services.regions.changing import change, parsed
from app.services.regions.facts import Entry, Hints, Retired, Successor
from app.services.regions.placing import placer

HEADER = "code,level,name,parent_code,parent_level,until,successors"
CHINESE = "\ufeff区划代码,层级,名称,上级代码,上级层级,撤并年份,承接区划"


def test_a_file_is_read_with_either_header() -> None:
    lines = ["330106777000,4,新设街道,,,,", "330106004000,,西溪街道,,,2026,330106777000/4;330106005000"]
    found = parsed([HEADER, *lines])
    assert found.entries == (Entry(330106777000, 4, "新设街道", 330106000000, 3),)
    heirs = (Successor(330106777000, 4), Successor(330106005000, 4))
    assert found.retired == (Retired(330106004000, 4, "西溪街道", "2026", heirs),)
    assert parsed([CHINESE, *lines]) == found


@pytest.mark.parametrize(
    "line",
    [
        "33010677700,4,新设街道,,,,",
        "330106777000,3,新设街道,,,,",
        "330106777000,4,,,,,",
        "330106777000,4,新设街道,330106777000,4,,",
        "330106777000,4,新设街道,,,去年,",
        "330106777000,4,新设街道,,,2026,33/4",
        "000000000000,0,全国,,,,",
        "330106777000,x,新设街道,,,,",
    ],
)
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed([HEADER, "330106778000,4,另设街道,,,,", line])
    assert [error.pointer.split("/")[1] for error in refused.value.errors] == ["3"]


@pytest.mark.parametrize("lines", [[], [HEADER], ["nonsense", "1"]])
def test_a_file_without_changes_is_refused(lines: list[str]) -> None:
    with pytest.raises(Invalid):
        parsed(lines)


async def test_changes_are_seen_by_whoever_places_addresses(acts: Acts) -> None:
    lines = [
        HEADER,
        "330106777000,4,新设街道,,,,",
        "330106777001,5,新设社区居委会,,,,",
        "330106004000,4,西溪街道,,,2026,330106777000/4",
    ]
    async with acts.open(SYSTEM) as act:
        await change(act, parsed(lines))
    async with acts.open(SYSTEM) as act:
        places = await placer(act)
        assert places.place("杭州市西湖区新设街道新设社区", Hints()).code == 330106777001
        assert (await reads.one(act, 330106004000, 4) or {})["region_state"] == "retired"


async def test_unknown_parents_and_successors_are_refused_and_nothing_is_done(acts: Acts) -> None:
    for line in ("339999777000,4,新设街道,,,,", "330106004000,4,西溪街道,,,2026,339999777000/4"):
        with pytest.raises(Invalid):
            async with acts.open(SYSTEM) as act:
                await change(act, parsed([HEADER, "330106778000,4,另设街道,,,,", line]))
    async with acts.open(SYSTEM) as act:
        assert await reads.names(act, [(330106778000, 4)]) == {}


async def test_a_later_release_does_not_undo_an_operators_word(acts: Acts) -> None:
    lines = [HEADER, "330106005000,4,翠苑新街道,,,,", "330106004000,4,西溪街道,,,2026,330106005000/4"]
    async with acts.open(SYSTEM) as act:
        await change(act, parsed(lines))
        rows = repository.staged(shipped.entries(330000000000), "shipped")
        await repository.put_shipped(act, 330000000000, rows, 1, "another release")
        assert (await reads.states(act))[330000000000].edited
        names = await reads.names(act, [(330106005000, 4), (330106004000, 4)])
    assert names == {(330106005000, 4): "翠苑新街道"}
