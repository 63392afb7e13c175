"""What pages of requests and payments, and of what is due, cost under row-level security: by index."""

from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.core.acts import EVERYWHERE, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.funding.requests import reads
from app.services.funding.requests.facts import RequestState
from app.services.funding.requests.payments import reads as payments
from app.services.funding.requests.payments.schemas import PaymentFilters
from app.services.funding.requests.schemas import SpendingRequestFilters
from tests.conftest import actor
from tests.kit.plans import Node, buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((99_001_007_000_000, 99_001_008_000_000),))
BRANCH = uuid4()
# Sixty counties with two hundred requests each, an hour apart; every tenth is not accounted for, every twentieth waits.
REQUESTS = """
INSERT INTO spending_requests (
    version, account_id, committee_id, purse, holder_kind, branch_id, use, year, title, reason, amount_fen, paid_fen,
    returned_fen, state, round, tier, steps_needed, steps_taken, policy_version, departures, requested_by, submitted_on,
    approved_on, region_code, region_level, authority_code, created_at, recorded_at)
SELECT 1, uuidv7(), uuidv7(), 'fiscal_budget', 'branch', CASE WHEN (county, n) = (6, 1) THEN $1 ELSE uuidv7() END,
       'branch_activities', 2026, 'title', 'reason', 100 + n, CASE WHEN n % 20 = 0 THEN 0 ELSE 100 + n END, 0,
       CASE WHEN n % 20 = 0 THEN 'submitted' ELSE 'paid' END, 1, 'small', 1,
       CASE WHEN n % 20 = 0 THEN 0 ELSE 1 END, 'default-2026', '[]', 'somebody', '2026-02-01',
       CASE WHEN n % 20 = 0 THEN NULL ELSE date '2026-02-02' END, 330100000000 + county * 1000000, 3,
       99001000000000 + county * 1000000, timestamptz '2026-01-01' + n * interval '1 hour', now()
  FROM generate_series(1, 60) AS county, generate_series(1, 200) AS n ORDER BY n, county
"""
PAYMENTS = """
INSERT INTO spending_payments (
    version, request_id, account_id, purse, use, title, committee_id, amount_fen, returned_fen, paid_on,
    payee, business_key, entry_id, state, paid_by, requested_by, receipt_state, receipt_due_on, receipt_by, receipt_on,
    receipt_fen, accepted_by, accepted_on, branch_id, region_code, region_level, authority_code, created_at,
    recorded_at)
SELECT 1, id, account_id, purse, use, title, committee_id, paid_fen, 0, created_at::date, 'payee', id::text, uuidv7(),
       'paid', 'cashier', 'somebody', CASE WHEN late THEN 'none' ELSE 'accepted' END, '2026-02-20',
       CASE WHEN late THEN NULL ELSE 'secretary' END, CASE WHEN late THEN NULL ELSE date '2026-02-10' END,
       CASE WHEN late THEN NULL ELSE paid_fen END, CASE WHEN late THEN NULL ELSE 'cashier' END,
       CASE WHEN late THEN NULL ELSE date '2026-02-11' END, branch_id, region_code, region_level, authority_code,
       created_at, now()
  FROM (SELECT *, amount_fen % 10 = 5 AS late FROM spending_requests WHERE state = 'paid') AS told
 ORDER BY told.created_at
"""


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> None:
    """A province's requests and payments, written as they are."""
    await direct.execute("SET session_replication_role = replica")
    await direct.execute(REQUESTS, BRANCH)
    await direct.execute(PAYMENTS)
    await direct.execute("SET session_replication_role = DEFAULT")
    await direct.execute("VACUUM ANALYZE spending_requests, spending_payments")


def walked(plan: Node) -> set[str]:
    """The tables that are read from end to end."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


async def test_pages_go_by_index(acts: Acts, filled: None) -> None:
    async def asked(act: Act) -> None:
        await reads.listed(act, SpendingRequestFilters(), Ask())

    async def paid(act: Act) -> None:
        await payments.listed(act, PaymentFilters(), Ask())

    for work in (asked, paid):
        for scope, most in ((COUNTY, 1_500), (LINE, 1_500), (EVERYWHERE, 700)):
            (plan,) = await plans(acts, actor(scope=scope), work)
            assert plan["Actual Rows"] == 51, (work.__name__, scope)
            assert not walked(plan) & {"spending_requests", "spending_payments"}, (work.__name__, scope)
            assert buffers(plan) < most, (work.__name__, scope, buffers(plan))


async def test_a_branch_reads_its_own_alone(acts: Acts, filled: None) -> None:
    async def page(act: Act) -> None:
        await reads.listed(act, SpendingRequestFilters(), Ask())

    me = actor(role="branch_secretary", scope=Scope(subjects=frozenset({BRANCH})))
    (plan,) = await plans(acts, me, page)
    assert plan["Actual Rows"] == 1
    assert "ix_spending_requests_branch_id" in indexes(plan)
    assert buffers(plan) < 50


async def test_what_is_due_goes_by_the_index_of_what_is_open(acts: Acts, filled: None) -> None:
    async def late(act: Act) -> None:
        await payments.listed(act, PaymentFilters(receipt_overdue=True), Ask(sort="receipt_due_on"))

    async def waiting(act: Act) -> None:
        await reads.listed(act, SpendingRequestFilters(state=RequestState.submitted), Ask(sort="region_code"))

    async def reminded(act: Act) -> None:
        await act.session.execute((await payments.unaccounted(act, date(2026, 3, 2))).limit(51))

    async def to_decide(act: Act) -> None:
        await act.session.execute((await reads.waiting(act, date(2026, 3, 2))).limit(51))

    for work, rows in ((late, 20), (waiting, 10), (reminded, 20), (to_decide, 10)):
        (plan,) = await plans(acts, actor(scope=COUNTY), work)
        assert plan["Actual Rows"] == rows, work.__name__
        assert not walked(plan) & {"spending_requests", "spending_payments"}, work.__name__
        assert buffers(plan) < 700, (work.__name__, buffers(plan))
