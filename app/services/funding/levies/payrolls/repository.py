"""Payrolls found, locked and written set-wise."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.core.acts import Act
from app.core.database import driver
from app.services.funding.levies.facts import PayrollSource
from app.services.funding.levies.models import OrganizationPayroll
from app.services.funding.levies.payrolls.facts import Payroll

FIRMS = "SELECT id, region_code FROM organizations WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"
KNOWN = """
SELECT organization_id, year, payroll_fen, staff, source, said_at, reported_fen, reported_staff, reported_at,
       document
  FROM organization_payrolls WHERE (organization_id, year) IN (SELECT * FROM unnest($1::uuid[], $2::smallint[]))
 ORDER BY organization_id, year FOR NO KEY UPDATE
"""
WRITE = """
INSERT INTO organization_payrolls (version, organization_id, year, payroll_fen, staff, source, said_at, reported_fen,
                                   reported_staff, reported_at, document, entered_by, created_at, recorded_at)
SELECT 1, told.*, $11, $12, $12
  FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::int[], $5::text[], $6::timestamptz[], $7::bigint[],
              $8::int[], $9::timestamptz[], $10::text[])
       AS told (organization_id, year, payroll_fen, staff, source, said_at, reported_fen, reported_staff, reported_at,
                document)
 ORDER BY told.organization_id, told.year
ON CONFLICT (organization_id, year) DO UPDATE
   SET payroll_fen = excluded.payroll_fen, staff = excluded.staff, said_at = excluded.said_at,
       reported_fen = excluded.reported_fen, reported_staff = excluded.reported_staff,
       reported_at = excluded.reported_at,
       entered_by = CASE organization_payrolls.source WHEN 'officer' THEN organization_payrolls.entered_by
                                                      ELSE excluded.entered_by END,
       version = organization_payrolls.version + 1,
       recorded_at = excluded.recorded_at
"""


async def firms(act: Act, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Where visible organisations stand; locked in order until the act ends, so that one writer tells of each."""
    rows = await (await driver(act.session)).fetch(FIRMS, sorted(set(ids)))
    return {row["id"]: row["region_code"] for row in rows}


async def known(act: Act, keys: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Payroll]:
    """What stands for these firms and years, locked."""
    wanted = sorted(set(keys))
    rows = await (await driver(act.session)).fetch(KNOWN, [key for key, _ in wanted], [year for _, year in wanted])
    found = [Payroll(**{**row, "source": PayrollSource(row["source"])}) for row in rows]
    return {(row.organization_id, row.year): row for row in found}


async def write(act: Act, rows: Sequence[Payroll]) -> None:
    """Enter or replace what partners reported."""
    if not rows:
        return
    told = zip(
        *(
            (
                *(row.organization_id, row.year, row.payroll_fen, row.staff, str(row.source), row.said_at),
                *(row.reported_fen, row.reported_staff, row.reported_at, row.document),
            )
            for row in rows
        ),
        strict=True,
    )
    await (await driver(act.session)).execute(WRITE, *map(list, told), act.by.id, act.now)


async def add(act: Act, row: OrganizationPayroll) -> None:
    """Insert a payroll; its key, and where it stands, is the database's."""
    act.session.add(row)
    await act.session.flush()


async def save(act: Act, row: OrganizationPayroll) -> None:
    """Write a claimed payroll's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()
