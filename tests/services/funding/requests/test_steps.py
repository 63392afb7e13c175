"""The one table of steps, and the one of approvals: what they say, and that the database holds the same."""

from typing import Any

import asyncpg

from app.services.access.permissions import Permission
from app.services.funding.facts import Use
from app.services.funding.requests.facts import (
    LADDER,
    PAPERS,
    PAYABLE,
    PROVING,
    RECEIPT_STEPS,
    STEPS,
    UNDER_WAY,
    ReceiptState,
    ReceiptVerb,
    RequestState,
    RequestVerb,
    Tier,
    Who,
    leads_to,
    possible,
)

S, V = RequestState, RequestVerb


async def test_the_database_holds_the_same_tables(direct: "asyncpg.Connection[Any]") -> None:
    rows = await direct.fetch("SELECT come_from, verb, leads_to, who FROM spending_request_steps()")
    assert [tuple(row.values()) for row in rows] == [tuple(map(str, each)) for each in STEPS]
    rows = await direct.fetch("SELECT come_from, verb, leads_to FROM spending_receipt_steps()")
    assert [tuple(row.values()) for row in rows] == [tuple(map(str, each)) for each in RECEIPT_STEPS]


def test_nothing_is_paid_that_was_not_approved_and_what_ended_stays_ended() -> None:
    assert {each.come_from for each in STEPS if each.verb is V.pay} == set(PAYABLE)
    assert {each.come_from for each in STEPS if each.to is S.approved} == {S.submitted, S.paid}
    ended = set(S) - set(UNDER_WAY)
    assert {(each.verb, each.to) for each in STEPS if each.come_from in ended} == {
        (V.give_back, S.settled),
        (V.give_back, S.closed),
    }


def test_every_state_is_reached_and_left() -> None:
    assert {each.to for each in STEPS} | {S.draft} == set(S)
    assert {each.come_from for each in STEPS} == set(S) - {S.rejected, S.withdrawn}
    assert possible(S.draft, V.submit)
    assert not possible(S.draft, V.pay)


def test_a_branch_asks_and_takes_back_and_does_nothing_else() -> None:
    assert {each.verb for each in STEPS if each.who is Who.requester} == {V.change, V.submit, V.withdraw}


def test_the_account_of_a_payment_goes_one_way_and_may_come_back() -> None:
    assert leads_to(ReceiptState.none, ReceiptVerb.hand_in) is ReceiptState.handed_in
    assert leads_to(ReceiptState.handed_in, ReceiptVerb.return_receipt) is ReceiptState.none
    assert leads_to(ReceiptState.none, ReceiptVerb.accept) is None
    assert leads_to(ReceiptState.accepted, ReceiptVerb.hand_in) is None


def test_the_more_it_is_the_more_approve_it() -> None:
    assert [len(LADDER[tier]) for tier in (Tier.small, Tier.middle, Tier.large)] == [1, 2, 2]
    assert LADDER[Tier.large][-1] is Permission.spending_requests_approve_large
    assert all(steps[0] is Permission.spending_requests_approve for steps in LADDER.values())


def test_every_use_is_proven_by_a_paper_with_an_amount() -> None:
    assert set(PAPERS) == set(Use)
    assert all(set(papers.after) & set(PROVING) for papers in PAPERS.values())
