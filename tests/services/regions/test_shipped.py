"""The shipped files: what they hold, and that nothing points nowhere."""

from collections import Counter

import pytest

from app.services.regions import shipped
from app.services.regions.facts import COUNTRY, WIDTHS, reference, span, wire


def test_the_country_is_complete() -> None:
    counts: Counter[int] = Counter()
    for province in shipped.provinces():
        known = {(0, COUNTRY)}
        for entry in shipped.entries(province):
            assert (entry.parent_code, entry.parent_level) in known, entry
            assert entry.code % WIDTHS[entry.level] == 0
            assert (entry.code, entry.level) not in known
            known.add((entry.code, entry.level))
            counts[entry.level] += 1
        assert len(known) - 1 == shipped.size(province)
    assert counts == {1: 31, 2: 333, 3: 2978, 4: 41340, 5: 620572}


def test_double_codes_stand_twice_and_pseudo_nodes_are_gone() -> None:
    guangdong = {(one.code, one.level): one for one in shipped.entries(44 * 10**10)}
    assert {(441900000000, 2), (441900000000, 3), (442000000000, 2), (442000000000, 3)} <= set(guangdong)
    beijing = {one.name: one for one in shipped.entries(11 * 10**10)}
    assert beijing["东城区"].parent_level == 1
    assert not {"市辖区", "县"} & set(beijing)
    fujian = [one for one in shipped.entries(35 * 10**10) if one.code == 350527000000]
    assert [one.level for one in fujian] == [3]


def test_retired_regions_lead_to_regions_in_force() -> None:
    force = {(one.code, one.level) for province in shipped.provinces() for one in shipped.entries(province)}
    rows = shipped.retired()
    assert len(rows) > 3000
    for row in rows:
        for heir in row.successors:
            assert (heir.code, heir.level) in force, row
    names = {row.name: row for row in rows if row.code == 330103000000}
    assert [heir.code for heir in names["下城区"].successors] == [330105000000]


def test_every_file_has_a_fingerprint_of_its_own() -> None:
    assert len({shipped.fingerprint(province) for province in shipped.provinces()}) == 31


@pytest.mark.parametrize(
    ("code", "level", "found"),
    [
        ("000000000000", None, (0, 0)),
        ("330000000000", None, (330000000000, 1)),
        ("330106000000", None, (330106000000, 3)),
        ("441900000000", None, (441900000000, 2)),
        ("441900000000", 3, (441900000000, 3)),
        ("330106004001", None, (330106004001, 5)),
    ],
)
def test_a_code_on_the_wire_means_a_region(code: str, level: int | None, found: tuple[int, int]) -> None:
    assert reference(code, level) == found
    assert wire(found[0]) == code
    low, high = span(*found)
    assert low <= found[0] < high


@pytest.mark.parametrize(
    ("code", "level"),
    [("33", None), ("33010600000x", None), ("٣٣٠١٠٦٠٠٠٠٠٠", None), ("330106000000", 2), ("0" * 12, 6)],
)
def test_anything_else_is_refused(code: str, level: int | None) -> None:
    with pytest.raises(ValueError, match="code"):
        reference(code, level)
