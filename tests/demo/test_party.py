"""Made-up party facts and branches: repeatable, within the rules, uneven between towns."""

from collections import Counter

import pytest

from app.demo import reports
from app.demo.county import County, make
from app.demo.founding import JOINT_LEAST, JOINT_MOST, Branch, branches_for, counted
from app.demo.party import OTHERS, Facts, Known, facts_of, party_facts_for

SIZE = 20_000
Reported = list[tuple[Known, Facts]]


@pytest.fixture(scope="module")
def county() -> County:
    """One county for all."""
    return make(SIZE, 7)


@pytest.fixture(scope="module")
def reported(county: County) -> Reported:
    """Its party facts."""
    return list(party_facts_for(county.known()))


@pytest.fixture(scope="module")
def branches(reported: Reported) -> list[Branch]:
    """Its branches."""
    return list(branches_for(counted(known, facts) for known, facts in reported))


def test_facts_hang_on_the_code_alone() -> None:
    """A real register in another order gets the same facts."""
    one = Known("91330000142913112M", "甲", "private_enterprise", "C1751", 330_106_001_000, 4)
    again = one._replace(name="乙")
    assert facts_of(one) == facts_of(again)
    assert facts_of(one) != facts_of(one._replace(uscc="91330182843963542R"))


def test_facts_are_possible(reported: Reported) -> None:
    """Nobody has more members than people, nor more relations than members who work there."""
    for known, facts in reported:
        assert known.kind not in OTHERS
        assert 0 <= facts.formal_members_relation <= facts.formal_members_working <= facts.staff
        assert facts.staff >= 1
    members = Counter(min(facts.formal_members_working, 3) for _, facts in reported)
    assert all(members[number] > 100 for number in range(4))


def test_reports_have_one_value_a_header(county: County) -> None:
    """Yes and no are 是 and 否, an unknown value is empty."""
    rows = list(reports.rows(party_facts_for(county.known())))
    assert {len(row) for row in rows} == {len(reports.HEADERS)}
    fixed = reports.HEADERS.index("有固定场所")
    assert {row[fixed] for row in rows} == {"是", "否", ""}


def test_no_organisation_is_covered_twice(branches: list[Branch]) -> None:
    """And everyone covered sits in the branch's own town."""
    covered = [known for branch in branches for known in branch.covered]
    assert len({known.uscc for known in covered}) == len(covered)
    assert all(known.region_code // 1000 * 1000 == branch.town for branch in branches for known in branch.covered)


def test_what_is_founded_keeps_the_hard_rules(branches: list[Branch], reported: Reported) -> None:
    """Three formal members for a branch of one's own, three together for a joint one of at most five."""
    members = {known.uscc: facts.formal_members_relation for known, facts in reported}
    for branch in branches:
        together = sum(members[known.uscc] for known in branch.covered)
        if branch.formation_mode == "standalone":
            assert len(branch.covered) == 1
            assert together >= 3
        if branch.formation_mode == "joint":
            assert 2 <= len(branch.covered) <= JOINT_MOST
            assert together >= JOINT_LEAST
    assert {branch.formation_mode for branch in branches} == {"standalone", "joint", "attached", "territorial"}
    assert {branch.level for branch in branches} == {"branch", "general_branch", "committee"}
    assert {branch.management_mode for branch in branches} == {"territorial", "industry", "entrusted"}


def test_towns_differ_and_every_class_leaves_gaps(branches: list[Branch], reported: Reported) -> None:
    """A table in which all towns look alike would show nothing."""
    covered = {known.uscc for branch in branches for known in branch.covered}
    should: Counter[int] = Counter()
    done: Counter[int] = Counter()
    gaps: Counter[str] = Counter()
    for known, facts in reported:
        town, has = known.region_code // 1000 * 1000, known.uscc in covered
        if facts.formal_members_working >= 3:
            should[town] += 1
            done[town] += has
            gaps["three"] += not has
        elif facts.formal_members_working:
            gaps["few"] += not has
        else:
            gaps["none"] += not has
        gaps["above_scale"] += facts.above_scale and not has
    rates = [done[town] / number for town, number in should.items() if number >= 20]
    assert max(rates) - min(rates) > 0.25
    assert all(gaps[sort] > 20 for sort in ("three", "few", "none", "above_scale"))
