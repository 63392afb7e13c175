"""What lists of notices, tours and corrections cost under row-level security: by index, whoever asks."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import EVERYWHERE, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.authorities.facts import span
from app.services.supervision.figures import reads as figures
from app.services.supervision.figures.schemas import SupervisedFilters
from app.services.supervision.notices import reads as notices
from app.services.supervision.notices import repository
from app.services.supervision.notices.schemas import NoticeFilters
from app.services.supervision.recipients import reads as recipients
from app.services.supervision.recipients.schemas import RecipientFilters
from app.services.supervision.rectifications import reads as rectifications
from app.services.supervision.rectifications.schemas import RectificationFilters
from app.services.supervision.tours import reads as tours
from app.services.supervision.tours.schemas import TourFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans, sending

COUNTY = Scope(((330106000000, 330107000000),))
STREET = Scope(((330106010000, 330106011000),))
LINE = Scope(lines=(span(33_001_006_010_000),))
MEMBER = Scope(subjects=frozenset({UUID("019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13")}))
FILL = """
WITH counties AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 33001000000000 + n * 1000000, 'work_committee', '工委' || n, 330100000000 + n * 1000000, 3, now(), now()
      FROM generate_series(1, 12) AS n RETURNING id, code, region_code
), streets AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, counties.code + n * 1000, 'township', '街道' || n, counties.region_code + n * 1000, 4, now(), now()
      FROM counties, generate_series(1, 20) AS n RETURNING id, code / 1000000 * 1000000 AS over
), notice AS (
    INSERT INTO notices (version, committee_id, title, text, needs, due_on, recipients, state, issued_on, issued_by,
                         created_by, created_at, recorded_at)
    SELECT 1, id, '通知', '正文', 'report', date '2026-01-01' + n, '{}', 'issued', '2026-01-01', 'x', 'x', now(), now()
      FROM counties, generate_series(1, 60) AS n RETURNING id, committee_id, due_on
)
INSERT INTO notice_recipients (version, committee_id, notice_id, authority_id, needs, due_on, chased, received_on,
                               received_by, answer, answered_on, answered_by, created_at, recorded_at)
SELECT 1, notice.committee_id, notice.id, streets.id, 'report', notice.due_on, 0, '2026-01-02', 'x',
       CASE WHEN done THEN '已办' END, CASE WHEN done THEN date '2026-01-02' END, CASE WHEN done THEN 'x' END, now(),
       now()
  FROM notice JOIN counties ON counties.id = notice.committee_id JOIN streets ON streets.over = counties.code
 CROSS JOIN LATERAL (SELECT notice.due_on < '2026-02-15' AS done) AS state
"""
TOURS = """
WITH tour AS (
    INSERT INTO supervisions (version, committee_id, title, starts_on, ends_on, checklist, state, started_on,
                              departures, created_by, created_at, recorded_at)
    SELECT 1, id, '督查', date '2025-01-01' + n * 20, date '2025-01-01' + n * 20, '[{"code": "a"}]', 'under_way',
           '2025-01-01', '[]', 'x', now(), now()
      FROM authorities, generate_series(1, 20) AS n WHERE kind = 'work_committee'
    RETURNING id, committee_id, starts_on
), subject AS (
    INSERT INTO supervision_subjects (version, committee_id, supervision_id, authority_id, visited_on, created_at,
                                      recorded_at)
    SELECT 1, tour.committee_id, tour.id, street.id, tour.starts_on, now(), now()
      FROM tour JOIN authorities AS committee ON committee.id = tour.committee_id
      JOIN authorities AS street ON street.kind = 'township'
       AND street.code > committee.code AND street.code < committee.code + 1000000
    RETURNING id, committee_id, supervision_id, authority_id, visited_on
), finding AS (
    INSERT INTO supervision_findings (version, committee_id, supervision_id, subject_id, check_code, what, found_on,
                                      severity, entered_by, created_at, recorded_at)
    SELECT 1, committee_id, supervision_id, id, 'a', '问题', visited_on, 'rectify', 'x', now(), now() FROM subject
    RETURNING id, subject_id
)
INSERT INTO rectifications (version, committee_id, supervision_id, finding_id, authority_id, demand, issued_on, due_on,
                            state, sent_back, departures, created_at, recorded_at)
SELECT 1, subject.committee_id, subject.supervision_id, finding.id, subject.authority_id, '整改', visited_on,
       visited_on + 30, 'issued', 0, '[]', now(), now()
  FROM finding JOIN subject ON subject.id = finding.subject_id
"""
TABLES = (
    "authorities, notices, notice_recipients, supervisions, supervision_subjects, supervision_findings, rectifications"
)
DAYS = (date(2025, 3, 3), date(2026, 3, 3))


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> None:
    """Twelve counties with twenty streets each: 14,400 rows of what was told, 4,800 of what is to be put right."""
    await direct.execute(FILL)
    await direct.execute(TOURS)
    await direct.execute(f"VACUUM ANALYZE {TABLES}")


async def _waiting(act: Act) -> None:
    await recipients.listed(act, RecipientFilters(waiting=True), Ask())


async def _told(act: Act) -> None:
    await recipients.listed(act, RecipientFilters(), Ask())


async def _notices(act: Act) -> None:
    await notices.listed(act, NoticeFilters(), Ask())


async def _open(act: Act) -> None:
    await rectifications.listed(act, RectificationFilters(open=True), Ask())


async def _corrections(act: Act) -> None:
    await rectifications.listed(act, RectificationFilters(), Ask())


async def _tours(act: Act) -> None:
    await tours.listed(act, TourFilters(), Ask())


async def _figures(act: Act) -> None:
    await figures.listed(act, SupervisedFilters(region="330106000000"), DAYS, Ask())


async def _never(act: Act) -> None:
    await figures.listed(act, SupervisedFilters(region="330106000000", never=True), DAYS, Ask())


async def test_a_page_is_read_by_index(acts: Acts, filled: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], Scope, str, int]] = [
        (_told, COUNTY, "ix_notice_recipients_region_code_id", 51 * 20),
        (_waiting, COUNTY, "ix_notice_recipients_region_code_id", 2400),
        (_waiting, STREET, "ix_notice_recipients_region_code_id", 300),
        (_waiting, LINE, "ix_notice_recipients_recipient_code", 600),
        (_told, LINE, "ix_notice_recipients_recipient_code", 600),
        (_told, MEMBER, "ix_notice_recipients_department_id", 100),
        (_corrections, MEMBER, "ix_rectifications_department_id", 100),
        (_notices, COUNTY, "ix_notices_region_code_id", 60 * 30),
        (_corrections, COUNTY, "ix_rectifications_region_code_id", 51 * 20),
        (_open, STREET, "ix_rectifications_region_code_id", 300),
        (_open, LINE, "ix_rectifications_subject_code", 600),
        (_tours, COUNTY, "ix_supervisions_region_code_id", 20 * 100),
    ]
    for ask, scope, index, most in asked:
        plan = (await plans(acts, actor(scope=scope), ask))[0]
        told = (ask.__name__, scope, indexes(plan), buffers(plan))
        assert index in indexes(plan), told
        assert buffers(plan) < most, told
        walked = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
        # There are few bodies, and few departments of them: walking them is cheaper than looking up fifty.
        assert walked <= {"authorities", "departments", "branches", "organizations"}, (*told, walked)


async def test_figures_are_counted_for_a_page_at_a_time(acts: Acts, filled: None) -> None:
    for ask in (_figures, _never):
        async with sending(acts) as sent, acts.open(actor(scope=COUNTY)) as act:
            await ask(act)
        assert len(sent) == 2
        for plan in await plans(acts, actor(scope=COUNTY), ask):
            assert buffers(plan) < 21 * 60, (ask.__name__, buffers(plan))


async def test_a_notice_is_issued_in_one_statement(acts: Acts, direct: "asyncpg.Connection[Any]", filled: None) -> None:
    issuer: UUID = await direct.fetchval("SELECT id FROM authorities WHERE code = 33001006000000")
    everyone = actor(scope=EVERYWHERE)
    async with acts.open(everyone) as act:
        notice = await repository.held(
            act, await direct.fetchval("SELECT id FROM notices WHERE committee_id = $1 LIMIT 1", issuer)
        )
        committee = await repository.committee(act, issuer)
        groups = [("township", 330106000000, 330107000000)]
        await direct.execute("DELETE FROM notice_recipients WHERE notice_id = $1", notice.id)
        async with sending(acts) as sent:
            assert await repository.issue(act, notice, committee, ((), ()), groups) == 20
        assert len(sent) == 1
        assert len(await recipients.called(act, notice.id)) == 20
        chase = partial(repository.chase, act, notice.id, None)
        async with sending(acts) as sent:
            assert len(await chase()) == 20
        assert len(sent) == 1
        assert await chase() == {}
