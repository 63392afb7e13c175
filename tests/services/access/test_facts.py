"""Pure parts of access: which key signs, what claims bring along, what is refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import judge
from app.services.access import credentials
from app.services.access.facts import GrantFacts, KeyTimes, merged, needs, published, rests, signer
from app.services.access.mapping import MappedGrant, Spans, grants_of, subject_of
from app.services.access.permissions import ADMINISTRATORS, ROLES, RUNNING, Permission, Role
from app.services.access.policy import POLICY
from app.services.access.rules import GRANTING

T = datetime(2026, 3, 2, tzinfo=UTC)


def hours(count: float) -> datetime:
    return T + timedelta(hours=count)


OLD = KeyTimes("old", hours(-100), hours(2))
NEW = KeyTimes("new", hours(1), None)


@pytest.mark.parametrize(
    ("now", "signs", "shown"),
    [
        (0, "old", ("old", "new")),  # published before it signs
        (1, "new", ("old", "new")),
        (1.99, "new", ("old", "new")),  # kept until the last token of the old one has ended
        (2, "new", ("new",)),
    ],
)
def test_keys_overlap(now: float, signs: str, shown: tuple[str, ...]) -> None:
    assert signer((OLD, NEW), hours(now)) == signs
    assert published((NEW, OLD), hours(now)) == shown


def test_without_a_key_nobody_signs() -> None:
    assert signer((), T) is None
    assert signer((KeyTimes("later", hours(1), None),), T) is None
    assert published((KeyTimes("gone", hours(-2), hours(-1)),), T) == ()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (pair[0], sum(pair)))))
def test_merged_ranges_hold_the_same_codes(ranges: list[tuple[int, int]]) -> None:
    found = merged(ranges)
    assert {code for low, high in found for code in range(low, high)} == {
        code for low, high in ranges for code in range(low, high)
    }
    assert all(one[1] < two[0] for one, two in pairwise(found))


def test_a_grant_rests_after_four_hundred_days() -> None:
    assert not rests(date(2026, 3, 2), date(2027, 4, 5))
    assert rests(date(2026, 3, 2), date(2027, 4, 6))


def test_a_secret_is_found_among_those_kept() -> None:
    one, two = credentials.fresh("lxs_"), credentials.fresh("lxs_")
    assert credentials.found(two.shown, [one.digest, two.digest]) == 1
    assert credentials.found("lxs_", [one.digest, two.digest]) is None
    assert len(one.shown) >= 4 + 43
    assert one.shown != two.shown


def codes(found: tuple[Any, ...]) -> set[str]:
    return {finding.code for finding in found}


@pytest.mark.parametrize(("first", "second"), list(product(Role, Role)))
def test_which_roles_go_together(first: Role, second: Role) -> None:
    facts = GrantFacts("person:a", "person:b", first, (second,))
    apart = first != second and {first, second} <= ADMINISTRATORS
    assert codes(judge(GRANTING, facts, POLICY)) == ({"administrators_apart"} if apart else set())


def test_nobody_grants_to_himself() -> None:
    facts = GrantFacts("person:a", "person:a", Role.instructor, ())
    assert codes(judge(GRANTING, facts, POLICY)) == {"own_grant"}


def test_every_role_is_a_set_and_says_what_it_needs() -> None:
    assert set(Role) <= set(ROLES)
    for role in Role:
        assert Permission.me_read in ROLES[role]
        assert any((needs(role).ranges, needs(role).lines, needs(role).subjects))


def test_who_runs_the_service_does_none_of_its_work() -> None:
    for role in ADMINISTRATORS:
        assert not [name for name in ROLES[role] - RUNNING if name.endswith((":write", ":decide"))]
        assert Permission.organizations_read not in ROLES[role]
    for role in set(Role) - ADMINISTRATORS:
        assert ROLES[role] & RUNNING <= {Permission.audit_read}
    for one, two in product(ADMINISTRATORS, ADMINISTRATORS):
        if one != two:
            shared = ROLES[one] & ROLES[two] & RUNNING
            assert not [name for name in shared if not name.endswith(":read")]


def region(code: str) -> tuple[int, int]:
    number = int(code)
    return number, number + 1_000_000


SPANS = Spans(region, region)
RULE = MappedGrant("groups", "officers", "region_officer", regions="codes")


@pytest.mark.parametrize(
    ("claims", "ranges"),
    [
        ({"groups": ["officers"], "codes": ["330106000000"]}, [((330106000000, 330107000000),)]),
        ({"groups": "officers", "codes": "330106000000"}, [((330106000000, 330107000000),)]),
        ({"groups": ["officers"], "codes": ["330106000000", "330107000000"]}, [((330106000000, 330108000000),)]),
        ({"groups": ["others"], "codes": ["330106000000"]}, []),
        ({"groups": ["officers"]}, []),
        ({"groups": ["officers"], "codes": []}, []),
        ({"groups": ["officers"], "codes": ["330106000000", "nowhere"]}, []),
        ({"groups": {"officers": True}, "codes": ["330106000000"]}, []),
        ({"groups": ["officers"], "codes": {"330106000000": 1}}, []),
        ({"groups": None, "codes": None}, []),
        ({}, []),
    ],
)
def test_what_claims_bring_along(claims: dict[str, Any], ranges: list[Any]) -> None:
    found = grants_of(claims, [RULE], SPANS, "https://login")
    assert [each.ranges for each in found] == ranges
    assert len({each.id for each in grants_of(claims, [RULE], SPANS, "https://login") + found}) <= 1


@pytest.mark.parametrize("value", [None, "", 7, ["zhang"], "x" * 201, "a\nb", "a\x00b"])
def test_a_claim_that_is_no_subject(value: object) -> None:
    with pytest.raises(ValueError, match="sub"):
        subject_of({"sub": value}, "sub")


def test_a_person_is_never_a_machine_nor_the_service() -> None:
    for text in ("system", "client-" + "0" * 32, "person:zhang"):
        assert subject_of({"sub": text}, "sub").startswith("person:")


def test_numbers_in_clear_and_persons_rights_are_the_work_committees_alone() -> None:
    """Told by hand, so that a new role or a wider set has to be meant; `officer` is of `liangxin token` alone."""
    delicate = (Permission.contacts_reveal, Permission.data_subjects_export, Permission.data_subjects_erase)
    for permission in delicate:
        assert {role for role, held in ROLES.items() if permission in held} == {"work_committee_officer", "officer"}
    assert {role for role, held in ROLES.items() if Permission.contacts_read in held} == {
        *("work_committee_officer", "region_officer", "line_officer", "officer")
    }
