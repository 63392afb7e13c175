"""What is judged of requests, decisions, payments and their accounts, without a database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Cited, Severity, judge
from app.services.funding.facts import MOST_FEN
from app.services.funding.requests.facts import (
    LADDER,
    DecidingFacts,
    EvidenceKind,
    PayingFacts,
    ReceiptFacts,
    SubmittingFacts,
    Tier,
)
from app.services.funding.requests.policy import DEFAULT, WrongSpending
from app.services.funding.requests.rules import ACCEPTING, DECIDING, HANDING_IN, PAYING, SUBMITTING

ASKED = SubmittingFacts(missing=(), overdue=0, amount_fen=320_000, available_fen=900_000, lately_fen=0)
TOLD = ReceiptFacts(own=False, missing=(), spent_fen=180_000, proven_fen=180_000)
FEN = st.integers(1, MOST_FEN)


def codes(facts: SubmittingFacts) -> dict[str, Severity]:
    """What is found of a request, with its weight."""
    return {each.code: each.severity for each in judge(SUBMITTING, facts, DEFAULT)}


@pytest.mark.parametrize(
    ("fen", "tier"),
    [
        (1, Tier.small),
        (500_000, Tier.small),
        (500_001, Tier.middle),
        (4_999_999, Tier.middle),
        (5_000_000, Tier.large),
        (MOST_FEN, Tier.large),
    ],
)
def test_the_cuts_between_small_and_large(fen: int, tier: Tier) -> None:
    assert DEFAULT.tier(fen) is tier


@given(FEN, FEN)
def test_more_money_never_needs_fewer_approvals(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert len(LADDER[DEFAULT.tier(less)]) <= len(LADDER[DEFAULT.tier(more)])


@pytest.mark.parametrize(
    ("small", "large", "days", "split"),
    [
        (500_000, 500_000, 30, 30),
        (-1, 5, 30, 30),
        (5, MOST_FEN + 1, 30, 30),
        (5, 6, 0, 30),
        (5, 6, 367, 30),
        (5, 6, 1, -1),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(small: int, large: int, days: int, split: int) -> None:
    with pytest.raises(WrongSpending):
        replace(
            DEFAULT,
            small_up_to_fen=Cited(small, "某文件"),
            large_from_fen=Cited(large, "某文件"),
            receipt_due_days=Cited(days, "某文件"),
            split_days=Cited(split, "某文件"),
        )


def test_a_sound_request_is_handed_in_without_a_word() -> None:
    assert codes(ASKED) == {}


def test_what_speaks_against_a_request() -> None:
    assert codes(replace(ASKED, missing=(EvidenceKind.plan,))) == {"spending_lacks_plan": Severity.hard}
    assert codes(replace(ASKED, overdue=1)) == {"spending_receipts_overdue": Severity.departure}
    assert codes(replace(ASKED, available_fen=319_999)) == {"spending_short": Severity.advice}
    assert codes(replace(ASKED, available_fen=320_000)) == {}


def test_an_amount_in_pieces_is_told() -> None:
    assert codes(replace(ASKED, lately_fen=180_000)) == {}
    assert codes(replace(ASKED, lately_fen=180_001)) == {"spending_split": Severity.advice}
    (found,) = judge(SUBMITTING, replace(ASKED, lately_fen=4_700_000), DEFAULT)
    assert (found.limit, found.actual) == (5_000_000, 5_020_000)


def test_nobody_decides_pays_or_accepts_for_himself() -> None:
    assert not judge(DECIDING, DecidingFacts(own=False, again=False), DEFAULT)
    for facts, code in (
        (DecidingFacts(own=True, again=False), "spending_own_request"),
        (DecidingFacts(own=False, again=True), "spending_approved_before"),
    ):
        (found,) = judge(DECIDING, facts, DEFAULT)
        assert (found.code, found.severity) == (code, Severity.hard)
    assert not judge(PAYING, PayingFacts(own=False), DEFAULT)
    assert [each.code for each in judge(PAYING, PayingFacts(own=True), DEFAULT)] == ["spending_own_payment"]
    assert [each.code for each in judge(ACCEPTING, replace(TOLD, own=True), DEFAULT)] == ["spending_own_receipt"]


def test_what_was_spent_is_proven() -> None:
    assert not judge(HANDING_IN, TOLD, DEFAULT)
    (found,) = judge(HANDING_IN, replace(TOLD, proven_fen=179_999), DEFAULT)
    assert (found.code, found.limit, found.actual) == ("spending_unproven", 179_999, 180_000)
    lacking = judge(HANDING_IN, replace(TOLD, missing=(EvidenceKind.invoice,)), DEFAULT)
    assert [each.code for each in lacking] == ["spending_lacks_papers"]
    nothing = replace(TOLD, missing=(EvidenceKind.invoice,), spent_fen=0, proven_fen=0)
    assert not judge(HANDING_IN, nothing, DEFAULT)


@given(st.integers(0, MOST_FEN), st.integers(0, MOST_FEN))
def test_no_account_passes_that_is_not_proven(spent: int, proven: int) -> None:
    found = judge(HANDING_IN, ReceiptFacts(own=False, missing=(), spent_fen=spent, proven_fen=proven), DEFAULT)
    assert bool(found) is (spent > proven)
