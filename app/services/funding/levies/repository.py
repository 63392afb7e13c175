"""Levies as they are computed, set-wise, and written. Amounts are integer fen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text

from app.core.acts import Act
from app.core.database import driver
from app.services.authorities.facts import span as line_span
from app.services.authorities.models import Authority
from app.services.funding.levies.facts import Band, Body, Computed, Firm, Found, PayrollSource, SetAsideState, Standing
from app.services.funding.levies.models import Levy, LevyRatio, LevySetAside
from app.services.organizations.kinds import Kind
from app.services.organizations.models import Organization
from app.services.regions.facts import span

Row = Mapping[str, Any]

FIRM = """
SELECT firm.id, firm.name, firm.uscc, firm.kind, coalesce(told.staff, firm.staff) AS staff, firm.members_working,
       firm.members_relation, told.payroll_fen, told.source, told.said_at, told.reported_fen, filed.permyriad,
       filed.id AS ratio_id, filed.document AS ratio_document, told.document AS payroll_document,
       coalesce(firm.region_code >= $2 AND firm.region_code < $3 OR firm.line_code >= $4 AND firm.line_code < $5, false)
       AS in_reach
  FROM organizations AS firm
  LEFT JOIN organization_payrolls AS told ON told.organization_id = firm.id AND told.year = $1
  LEFT JOIN funding_levy_ratios AS filed
    ON filed.organization_id = firm.id AND filed.year = $1 AND filed.state = 'filed'
"""
NAMED = FIRM + " WHERE firm.id = ANY ($6) ORDER BY firm.id"
HERE = "(told.region_code >= $2 AND told.region_code < $3 OR told.authority_code >= $4 AND told.authority_code < $5)"
KNOWN = f"""{FIRM}
  JOIN (SELECT told.organization_id FROM organization_payrolls AS told WHERE told.year = $1 AND {HERE}
        UNION SELECT told.organization_id FROM funding_levy_ratios AS told
               WHERE told.year = $1 AND told.state = 'filed' AND {HERE}
        UNION SELECT told.organization_id FROM funding_levies AS told
               WHERE told.committee_id = $6 AND told.year = $1 AND told.state <> 'discarded'
        UNION SELECT told.organization_id FROM funding_accounts AS told
               WHERE told.committee_id = $6 AND told.purse = 'enterprise_levy') AS known
    ON known.organization_id = firm.id
 ORDER BY firm.id
"""  # noqa: S608  (constants)

COMPUTED = {
    "organization_name": "text", "uscc": "text", "kind": "text", "staff": "integer", "members": "integer",
    "payroll_fen": "bigint", "payroll_source": "text", "ratio_permyriad": "smallint", "ratio_source": "text",
    "ratio_id": "uuid", "band": "jsonb", "limit_permyriad": "smallint", "limit_fen": "bigint",
    "planned_fen": "bigint", "policy_version": "text",
}  # fmt: skip
"""What a computation says of a firm; a levy is computed otherwise when one of these differs."""
WRITTEN = COMPUTED | {"payroll_said_at": "timestamptz", "policy": "jsonb"}
_SHAPE = ", ".join(f"{name} {kind}" for name, kind in {"organization_id": "uuid", **WRITTEN}.items())
_NAMES = ", ".join(WRITTEN)

HELD = f"""
SELECT id, organization_id, committee_id, state, drawn_by, {", ".join(COMPUTED)}
  FROM funding_levies WHERE year = $1 AND state <> 'discarded' AND organization_id = ANY ($2)
 ORDER BY organization_id FOR NO KEY UPDATE
"""  # noqa: S608  (names from COMPUTED)
ADD = f"""
INSERT INTO funding_levies (version, committee_id, organization_id, year, state, {_NAMES}, adjustments, computed_by,
                            computed_at, drawn_by, departures, created_at, recorded_at)
SELECT 1, $2, told.organization_id, $3, 'planned', {", ".join(f"told.{name}" for name in WRITTEN)}, 0, $4, $5,
       ARRAY[$4::text], '[]', $5, $5
  FROM jsonb_to_recordset($1::jsonb) AS told ({_SHAPE}) ORDER BY told.organization_id
"""  # noqa: S608  (names from WRITTEN)
CHANGE = f"""
UPDATE funding_levies AS levy
   SET {", ".join(f"{name} = told.{name}" for name in WRITTEN)}, computed_by = $4, computed_at = $5,
       drawn_by = CASE WHEN $4 = ANY (levy.drawn_by) THEN levy.drawn_by ELSE levy.drawn_by || $4::text END,
       version = levy.version + 1, recorded_at = $5
  FROM jsonb_to_recordset($1::jsonb) AS told ({_SHAPE})
 WHERE levy.organization_id = told.organization_id AND levy.committee_id = $2 AND levy.year = $3
   AND levy.state = 'planned'
"""  # noqa: S608  (names from WRITTEN)


async def body(act: Act, committee_id: UUID) -> Body | None:
    """A committee that may be seen."""
    row = Authority
    query = select(row.id, row.kind, row.region_code, row.region_level, row.code, row.dissolved_on)
    found = (await act.session.execute(query.where(row.id == committee_id))).first()
    return None if found is None else Body(*found)


async def standing(act: Act, organization_id: UUID) -> Standing | None:
    """A firm that may be seen, held as it is until the act ends."""
    row = Organization
    query = select(row.id, row.kind, row.region_code, row.region_level, row.line_code).where(row.id == organization_id)
    found = (await act.session.execute(query.with_for_update(read=True))).first()
    return None if found is None else Standing(found[0], Kind(found[1]), *found[2:])


async def firms(act: Act, of: Body, year: int, basis: str, ids: Sequence[UUID] | None) -> list[Found]:
    """The named firms, else all in reach of which something is known for the year, by id. One read."""
    connection = await driver(act.session)
    reach = (*span(*of.place), *line_span(of.code))
    rows = await connection.fetch(KNOWN if ids is None else NAMED, year, *reach, of.id if ids is None else list(ids))
    return [_found(row, basis) for row in rows]


def _found(row: Row, basis: str) -> Found:
    firm = Firm(
        id=UUID(bytes=row["id"].bytes),  # the driver's own kind is not told on the wire
        name=row["name"],
        uscc=row["uscc"],
        kind=Kind(row["kind"]),
        staff=row["staff"],
        members=row[f"members_{basis}"],
        payroll_fen=row["payroll_fen"],
        payroll_source=None if row["payroll_fen"] is None else PayrollSource(row["source"]),
        payroll_said_at=None if row["payroll_fen"] is None else row["said_at"],
        filed_permyriad=row["permyriad"],
        ratio_id=None if row["ratio_id"] is None else UUID(bytes=row["ratio_id"].bytes),
    )
    return Found(firm, row["in_reach"], row["reported_fen"], row["ratio_document"], row["payroll_document"])


async def held(act: Act, year: int, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The levies that these firms have for the year, whoever's, locked in order."""
    rows = await (await driver(act.session)).fetch(HELD, year, list(ids))
    return {row["organization_id"]: row for row in rows}


def told(row: Computed, policy_version: str) -> dict[str, Any]:
    """What a computation says, as it is compared and written."""
    firm, ratio = row.firm, row.ratio
    return {
        "organization_name": firm.name,
        "uscc": firm.uscc,
        "kind": str(firm.kind),
        "staff": firm.staff,
        "members": firm.members,
        "payroll_fen": firm.payroll_fen,
        "payroll_source": None if firm.payroll_source is None else str(firm.payroll_source),
        "ratio_permyriad": ratio.permyriad,
        "ratio_source": str(ratio.source),
        "ratio_id": firm.ratio_id,
        "band": _band(ratio.band),
        "limit_permyriad": row.limit_permyriad,
        "limit_fen": row.limit_fen,
        "planned_fen": row.planned_fen,
        "policy_version": policy_version,
    }


def _band(band: Band | None) -> dict[str, int] | None:
    return None if band is None else asdict(band)


def same(known: Row, fresh: Mapping[str, Any]) -> bool:
    """Whether a stored levy says what a computation says."""
    band = known["band"]
    stored = {**{name: known[name] for name in COMPUTED}, "band": orjson.loads(band) if isinstance(band, str) else band}
    return all(stored[name] == fresh[name] for name in COMPUTED)


async def add(act: Act, of: Body, year: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter levies that there were none of. Of two at once the database lets one through."""
    await _write(act, ADD, of, year, rows)


async def change(act: Act, of: Body, year: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write planned levies otherwise; whoever does is among those who drew them up."""
    await _write(act, CHANGE, of, year, rows)


async def _write(act: Act, statement: str, of: Body, year: int, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection = await driver(act.session)
        await connection.execute(statement, orjson.dumps(list(rows)).decode(), of.id, year, act.by.id, act.now)


async def enter(act: Act, row: LevyRatio | LevySetAside) -> None:
    """Insert a row; its key, and where it stands, is the database's."""
    act.session.add(row)
    await act.session.flush()


async def save(act: Act, row: Levy | LevyRatio) -> None:
    """Write a claimed row's changes as its next version; what the database filled in is read again."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def hold(act: Act, organization_id: UUID) -> None:
    """Nothing is posted in the firm's accounts unseen until the act ends."""
    await act.session.execute(text("SELECT funding_levy_hold(:firm, true)"), {"firm": organization_id})


async def has_set_asides(act: Act, levy_id: UUID) -> bool:
    """Whether money that was set aside for a levy stands."""
    row = LevySetAside
    query = select(row.id).where(row.levy_id == levy_id, row.state == SetAsideState.posted).limit(1)
    return await act.session.scalar(query) is not None


async def held_levy(act: Act, levy_id: UUID) -> Levy | None:
    """A levy that may be seen, held as it is until the act ends: it is not settled meanwhile."""
    return await act.session.scalar(select(Levy).where(Levy.id == levy_id).with_for_update(read=True))


async def kind_of(act: Act, organization_id: UUID) -> Kind:
    """What a firm is now; told by nobody where it is out of sight."""
    found = await act.session.scalar(select(Organization.kind).where(Organization.id == organization_id))
    return Kind.unclassified if found is None else Kind(found)
