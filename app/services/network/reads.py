"""A part of the network as rows: from a root down, level by level, each node with the edges that lead to it.

Authorities hang under the nearest standing code above their own; branches under their authority, or, where a branch is
the root, under the branch they belong to; organisations under the branch that covers them today. All of it is read
under row-level security from a root that the caller sees: what is out of sight ends the walk there.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnClause,
    Date,
    Integer,
    Select,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    column,
    select,
    text,
)
from sqlalchemy.sql.elements import TextClause

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.core.pagination import Ask, Page, Sorts, page
from app.services.authorities.facts import parsed, span
from app.services.authorities.models import Authority
from app.services.branches.models import Branch

_UNDER_AUTHORITY: Final = """
WITH RECURSIVE hung AS MATERIALIZED (
    SELECT body.id, body.code, above.id AS parent_id
      FROM authorities AS body LEFT JOIN LATERAL (
           SELECT id FROM authorities AS higher
            WHERE higher.code = ANY (ARRAY[body.code / 1000 * 1000, body.code / 1000000 * 1000000,
                                           body.code / 1000000000 * 1000000000,
                                           body.code / 1000000000000 * 1000000000000])
              AND higher.code < body.code AND higher.code >= :low
            ORDER BY higher.code DESC LIMIT 1) AS above ON true
     WHERE body.code >= :low AND body.code < :high
), tree AS (
    SELECT id, code, NULL::uuid AS parent_id, 0 AS depth FROM hung WHERE id = :root
    UNION ALL
    SELECT hung.id, hung.code, hung.parent_id, tree.depth + 1
      FROM tree JOIN hung ON hung.parent_id = tree.id WHERE tree.depth < :depth
), standing AS (
    SELECT branches.id, tree.id AS parent_id, tree.depth + 1 AS depth
      FROM tree JOIN branches ON branches.authority_id = tree.id
     WHERE branches.dissolved_on IS NULL AND tree.depth < :depth
)
"""
_UNDER_BRANCH: Final = """
WITH RECURSIVE tree AS (
    SELECT NULL::uuid AS id, NULL::bigint AS code, NULL::uuid AS parent_id, 0 AS depth WHERE false
), walked AS (
    SELECT id, NULL::uuid AS parent_id, 0 AS depth FROM branches WHERE id = :root
    UNION ALL
    SELECT branches.id, walked.id, walked.depth + 1
      FROM walked JOIN branches ON branches.parent_id = walked.id
     WHERE branches.dissolved_on IS NULL AND walked.depth < :depth
) CYCLE id SET again USING path, standing AS (
    SELECT id, parent_id, depth FROM walked WHERE NOT again
)
"""
# An authority's range of codes, in SQL: as authorities.facts.span tells it.
_END: Final = (
    "body.code + CASE WHEN body.code % 1000000000000 = 0 THEN 1000000000000"
    " WHEN body.code % 1000000000 = 0 THEN 1000000000 WHEN body.code % 1000000 = 0 THEN 1000000"
    " WHEN body.code % 1000 = 0 THEN 1000 ELSE 1 END"
)
_NODES: Final = f"""
SELECT tree.depth * 3 AS place, tree.depth, 'authority' AS kind, body.id, body.name,
       lpad(body.code::text, 15, '0') AS code, body.kind AS type, NULL AS stage, NULL AS management_mode,
       NULL AS formation_mode, lpad(body.region_code::text, 12, '0') AS region_code, body.region_level,
       body.dissolved_on IS NOT NULL AS ended, tree.parent_id,
       tree.depth = :depth AND (EXISTS (SELECT FROM branches WHERE authority_id = body.id AND dissolved_on IS NULL)
            OR EXISTS (SELECT FROM authorities AS lower WHERE lower.code > body.code AND lower.code < {_END})) AS more,
       NULL::uuid AS manager_id, NULL AS manager_code, NULL AS manager_name, NULL AS manager_type,
       false AS manager_ended, NULL::uuid AS upper_id, NULL AS upper_name, false AS upper_in,
       NULL::uuid AS outflow_id, NULL AS outflow_code, NULL AS outflow_name, NULL AS outflow_type, false AS outflow_in
  FROM tree JOIN authorities AS body ON body.id = tree.id
UNION ALL
SELECT standing.depth * 3 + 1, standing.depth, 'branch', branch.id, branch.name, NULL, branch.level, branch.stage,
       branch.management_mode, branch.formation_mode, lpad(branch.region_code::text, 12, '0'), branch.region_level,
       branch.dissolved_on IS NOT NULL, standing.parent_id,
       standing.depth = :depth AND (EXISTS (SELECT FROM branch_organizations AS link WHERE link.branch_id = branch.id
            AND link.valid_from <= :today AND (link.valid_to IS NULL OR link.valid_to > :today))
            OR EXISTS (SELECT FROM branches AS own WHERE own.parent_id = branch.id AND own.dissolved_on IS NULL)),
       branch.authority_id, lpad(branch.authority_code::text, 15, '0'), manager.name, manager.kind,
       manager.dissolved_on IS NOT NULL, branch.parent_id, upper.name,
       upper_standing.id IS NOT NULL, origin.id, lpad(branch.outflow_authority_code::text, 15, '0'), origin.name,
       origin.kind, origin_in.id IS NOT NULL
  FROM standing JOIN branches AS branch ON branch.id = standing.id
  LEFT JOIN authorities AS manager ON manager.id = branch.authority_id
  LEFT JOIN branches AS upper ON upper.id = branch.parent_id
  LEFT JOIN standing AS upper_standing ON upper_standing.id = branch.parent_id
  LEFT JOIN authorities AS origin ON origin.code = branch.outflow_authority_code
  LEFT JOIN tree AS origin_in ON origin_in.code = branch.outflow_authority_code
UNION ALL
SELECT (standing.depth + 1) * 3 + 2, standing.depth + 1, 'organization', firm.id, firm.name, firm.uscc, firm.kind,
       NULL, NULL, NULL, lpad(firm.region_code::text, 12, '0'), firm.region_level,
       firm.status IN ('closed', 'revoked'), standing.id, false, NULL, NULL, NULL, NULL, false, NULL, NULL, false,
       NULL, NULL, NULL, NULL, false
  FROM standing JOIN branch_organizations AS link ON link.branch_id = standing.id
   AND link.valid_from <= :today AND (link.valid_to IS NULL OR link.valid_to > :today)
  JOIN organizations AS firm ON firm.id = link.organization_id
 WHERE standing.depth < :depth
"""  # noqa: S608  (a constant)
_TYPES: Final[dict[str, Any]] = {
    "place": Integer, "depth": Integer, "id": Uuid, "region_level": SmallInteger, "ended": Boolean, "parent_id": Uuid,
    "more": Boolean, "manager_id": Uuid, "manager_ended": Boolean, "upper_id": Uuid, "upper_in": Boolean,
    "outflow_id": Uuid, "outflow_in": Boolean,
}  # fmt: skip
_COLUMNS: Final = (
    "place", "depth", "kind", "id", "name", "code", "type", "stage", "management_mode", "formation_mode",
    "region_code", "region_level", "ended", "parent_id", "more", "manager_id", "manager_code", "manager_name",
    "manager_type", "manager_ended", "upper_id", "upper_name", "upper_in", "outflow_id", "outflow_code",
    "outflow_name", "outflow_type", "outflow_in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Root:
    """Where the walk begins: an authority with the range of its codes, or a branch."""

    id: UUID
    span: tuple[int, int] | None


async def root(act: Act, asked: str) -> Root:
    """The authority or branch that is meant. Raises Invalid for another shape, NotFound for one out of sight."""
    if len(asked) == 36:
        key = UUID(asked)
        if await act.session.scalar(select(Branch.id).where(Branch.id == key)) is not None:
            return Root(key, None)
        code = await act.session.scalar(select(Authority.code).where(Authority.id == key))
        if code is None:
            raise NotFound()
        return Root(key, span(code))
    try:
        code = parsed(asked)
    except ValueError as error:
        raise Invalid(errors=(FieldError("/root", "authority_code"),)) from error
    found = await act.session.scalar(select(Authority.id).where(Authority.code == code))
    if found is None:
        raise NotFound()
    return Root(found, span(code))


async def nodes(act: Act, start: Root, depth: int, ask: Ask) -> Page:
    """One page of nodes, by depth, then kind, then id, with what stands at the other end of their edges."""
    query, sorts = _nodes(act, start, depth)
    return await page(act, query, ask, sorts, (str(start.id), depth))


async def every(act: Act, start: Root, depth: int) -> AsyncIterator[dict[str, Any]]:
    """All nodes in the same order, as they come from the database."""
    query, sorts = _nodes(act, start, depth)
    ordered = query.order_by(sorts.keys["place"], sorts.tie).execution_options(yield_per=2000)
    async for row in (await act.session.stream(ordered)).mappings():
        yield dict(row)


def _nodes(act: Act, start: Root, depth: int) -> "tuple[Select[Any], Sorts]":
    low, high = start.span or (0, 0)
    walk: TextClause = text((_UNDER_BRANCH if start.span is None else _UNDER_AUTHORITY) + _NODES)
    given = [bindparam("root", start.id, Uuid), bindparam("depth", depth, Integer), bindparam("today", act.today, Date)]
    if start.span is not None:
        given += [bindparam("low", low, BigInteger), bindparam("high", high, BigInteger)]
    typed: list[ColumnClause[Any]] = [column(name, _TYPES.get(name, Text)) for name in _COLUMNS]
    found = walk.bindparams(*given).columns(*typed).subquery("nodes")
    return select(*found.c), Sorts({"place": found.c.place}, found.c.id, "place")
