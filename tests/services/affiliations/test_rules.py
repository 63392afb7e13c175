"""Whom a branch may stand under and whom it had better stand under: pure rules, each number with its document."""

from dataclasses import replace

import pytest

from app.core.findings import Cited, Severity, judge
from app.services.affiliations.facts import (
    Body,
    Firm,
    Floating,
    SuggestionFacts,
    TransferFacts,
    fitting,
    of_trade,
)
from app.services.affiliations.policy import DEFAULT, AffiliationPolicy
from app.services.affiliations.rules import TRANSFER, suggested
from app.services.authorities.facts import AuthorityKind
from app.services.branches.facts import ManagementMode
from app.services.organizations.kinds import Kind

FITS = TransferFacts(ManagementMode.territorial, AuthorityKind.township, stands=True, holds=True, outflow=False)
LAW = Firm(Kind.intermediary, "L7231")
BOOKS = Firm(Kind.intermediary, "L7241")
SHOP = Firm(Kind.private_enterprise, "F5212", staff=20)
CHAMBER = Firm(Kind.social_association, "S9521")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"stands": False}, [("affiliation_without_superior", Severity.hard)]),
        ({"kind": AuthorityKind.industry_department}, [("affiliation_kind_departs", Severity.departure)]),
        ({"holds": False}, [("affiliation_outside_place", Severity.departure)]),
        ({"mode": ManagementMode.industry}, [("affiliation_kind_departs", Severity.departure)]),
        ({"mode": ManagementMode.industry, "kind": AuthorityKind.industry_department, "holds": False}, []),
        ({"mode": ManagementMode.industry, "kind": AuthorityKind.social_organization_body}, []),
        ({"mode": ManagementMode.entrusted, "kind": AuthorityKind.entrusted_department, "holds": False}, []),
        ({"mode": ManagementMode.entrusted}, [("affiliation_kind_departs", Severity.departure)]),
        ({"mode": ManagementMode.dual, "outflow": True}, []),
        ({"mode": ManagementMode.dual}, [("affiliation_dual_without_outflow", Severity.advice)]),
        ({"kind": AuthorityKind.work_committee}, []),
    ],
)
def test_whom_a_branch_may_stand_under(change: dict[str, object], expected: list[tuple[str, Severity]]) -> None:
    found = judge(TRANSFER, replace(FITS, **change), DEFAULT)  # type: ignore[arg-type]  # values of several fields
    assert [(finding.code, finding.severity) for finding in found] == expected
    assert all(finding.citation for finding in found)


def told(facts: SuggestionFacts, policy: AffiliationPolicy = DEFAULT) -> list[tuple[str, str]]:
    return [(str(each.mode), each.why.code) for each in suggested(facts, policy)]


OTHERWISE = ("territorial", "affiliation_territorial")


@pytest.mark.parametrize(
    ("firms", "expected"),
    [
        ((), []),
        ((SHOP,), []),
        ((LAW,), [("industry", "affiliation_trade")]),
        ((LAW, SHOP), [("industry", "affiliation_trade")]),
        ((LAW, SHOP, SHOP), []),
        ((LAW, BOOKS, SHOP), []),  # two trades are no majority of one
        ((Firm(Kind.self_employed), Firm(Kind.self_employed, "F5212")), [("industry", "affiliation_line_kind")]),
        ((Firm(Kind.private_enterprise, staff=299),), []),
        ((Firm(Kind.private_enterprise, staff=300),), [("entrusted", "affiliation_large_staff")]),
        (
            (Firm(Kind.private_enterprise, staff=5, revenue_yuan=400_000_000),),
            [("entrusted", "affiliation_large_revenue")],
        ),
        ((Firm(Kind.private_enterprise, above_scale=True),), []),
        (
            (replace(CHAMBER, directly_registered=True),),
            [("industry", "affiliation_directly_registered")],
        ),
        ((replace(CHAMBER, directly_registered=False),), []),
    ],
)
def test_what_the_facts_suggest_stands_before_the_territory(
    firms: tuple[Firm, ...], expected: list[tuple[str, str]]
) -> None:
    assert told(SuggestionFacts(firms, 3)) == [*expected, OTHERWISE]


def test_what_nobody_has_told_is_no_more_than_a_question_at_the_end() -> None:
    (first, last) = suggested(SuggestionFacts((CHAMBER,), 3), DEFAULT)
    assert (first.mode, first.certain) == (ManagementMode.territorial, True)
    assert (last.why.code, last.certain) == ("affiliation_registration_unknown", False)
    assert last.bodies == (AuthorityKind.social_organization_body,)


@pytest.mark.parametrize(
    ("floating", "dual"), [((), False), ((2,), False), ((3,), True), ((1, 2), True), ((0,), False)]
)
def test_floating_members_from_half_on_make_it_dual(floating: tuple[int, ...], dual: bool) -> None:
    groups = tuple(Floating(33_001_000_000_000 * (number + 1), n) for number, n in enumerate(floating))
    found = suggested(SuggestionFacts((LAW,), 3, groups), DEFAULT)
    assert (found[0].mode is ManagementMode.dual) == dual
    if dual:
        assert found[0].outflow == 33_001_000_000_000 * len(floating)  # where most of them come from
        assert found[1].why.code == "affiliation_trade"


def test_floating_members_of_an_unknown_place_are_dual_without_naming_one() -> None:
    found = suggested(SuggestionFacts((), 0, (Floating(None, 4),)), DEFAULT)
    assert (found[0].mode, found[0].outflow) == (ManagementMode.dual, None)


def test_a_policy_may_entrust_all_above_scale_and_name_other_trades() -> None:
    above = Firm(Kind.private_enterprise, "C3011", above_scale=True)
    policy = replace(DEFAULT, entrusted_from=Cited("above_scale", "市委〔2026〕1号"))
    assert told(SuggestionFacts((above,), 3), policy)[0] == ("entrusted", "affiliation_above_scale")
    policy = replace(DEFAULT, line_trades=Cited(("C30",), "市委〔2026〕2号"))
    (first, *_) = suggested(SuggestionFacts((above,), 3), policy)
    assert (first.mode, first.trade, first.why.citation) == (ManagementMode.industry, "C30", "市委〔2026〕2号")


def body(name: str, kind: AuthorityKind, level: int, *industries: str, code: int = 1) -> Body:
    return Body(name, code, name, kind, 330106000000, level, industries)


def test_bodies_of_the_trade_come_first_then_the_nearest() -> None:
    (law, territory) = suggested(SuggestionFacts((LAW,), 3), DEFAULT)
    department = AuthorityKind.industry_department
    bodies = (
        body("city", department, 2, "L72"),
        body("county", department, 3),
        body("nearest", department, 4),
        body("books", department, 3, "L7241"),
        body("street", AuthorityKind.township, 4),
        body("community", AuthorityKind.village, 5),
        body("committee", AuthorityKind.work_committee, 3),
    )
    assert [each.name for each in fitting(law, bodies)] == ["city", "nearest", "county"]
    assert of_trade(bodies[0], "L7231")
    assert not of_trade(bodies[3], "L7231")
    assert [each.name for each in fitting(territory, bodies)] == ["community", "street", "committee"]
    many = tuple(body(str(number), AuthorityKind.village, 5, code=number) for number in range(9))
    assert [each.code for each in fitting(territory, many)] == [0, 1, 2, 3, 4]
