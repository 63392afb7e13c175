"""What is derived, held against what it is derived from: each question names the rows that do not agree.

The questions are asked past row-level security, in words of their own: nothing of the service's SQL is used.
"""

from datetime import date
from typing import Any

import asyncpg

from tests.kit.tallies import recount, told

FACTS = """
SELECT o.id FROM organizations AS o
  LEFT JOIN branch_organizations AS link ON link.organization_id = o.id AND link.valid_from <= $1
   AND (link.valid_to IS NULL OR link.valid_to > $1)
  LEFT JOIN branches AS b ON b.id = link.branch_id
 WHERE (o.coverage_mode, o.covered_by, o.line_code, o.roll_kept)
       IS DISTINCT FROM (coalesce(b.formation_mode, 'none'), b.id, b.authority_code,
                         coalesce(b.roll_kept_since <= $1, false))
"""
COUNTS = """
SELECT o.id FROM organizations AS o
 WHERE (coalesce(o.counted_working, 0), coalesce(o.counted_relation, 0), coalesce(o.counted_probationary, 0))
       <> ((SELECT count(*) FROM members m WHERE m.organization_id = o.id AND m.state = 'current'
              AND m.kind = 'formal'),
           (SELECT count(*) FROM members m WHERE m.organization_id = o.id AND m.state = 'current'
              AND m.kind = 'formal' AND m.branch_id IS NOT NULL),
           (SELECT count(*) FROM members m WHERE m.organization_id = o.id AND m.state = 'current'
              AND m.kind = 'probationary'))
    OR o.members_relation IS DISTINCT FROM CASE WHEN o.roll_kept THEN coalesce(o.counted_relation, 0)
       ELSE greatest(o.formal_members_relation, o.counted_relation) END
"""
ROLLS = """
SELECT b.id FROM branches AS b
 WHERE b.roll_kept_since IS NOT NULL AND b.dissolved_on IS NULL
   AND (b.formal_members, b.probationary_members)
       <> ((SELECT count(*) FROM members m WHERE m.branch_id = b.id AND m.state = 'current' AND m.kind = 'formal'),
           (SELECT count(*) FROM members m WHERE m.branch_id = b.id AND m.state = 'current'
              AND m.kind = 'probationary'))
"""
SENT = """
SELECT o.id FROM organizations AS o
 WHERE (o.has_instructor, o.kept_liaison)
       <> (EXISTS (SELECT 1 FROM assignments a WHERE a.organization_id = o.id
                      AND daterange(a.valid_from, a.valid_to) @> $1::date),
           EXISTS (SELECT 1 FROM worker_roles r WHERE r.organization_id = o.id AND r.role = 'liaison'
                      AND daterange(r.valid_from, r.valid_to) @> $1::date))
"""
ASSIGNMENTS = """
SELECT a.id FROM assignments AS a
  LEFT JOIN branches AS b ON b.id = a.branch_id LEFT JOIN organizations AS o ON o.id = a.organization_id
 WHERE (a.region_code, a.authority_code, a.outflow_authority_code)
       IS DISTINCT FROM (coalesce(b.region_code, o.region_code), coalesce(b.authority_code, o.line_code),
                         b.outflow_authority_code)
    OR (a.valid_to > $1 AND o.status IN ('closed', 'revoked'))
    OR (b.dissolved_on IS NOT NULL AND a.valid_to > greatest(b.dissolved_on, a.valid_from))
UNION ALL
SELECT a.id FROM assignments AS a
 WHERE a.valid_to > a.valid_from
   AND NOT coalesce((SELECT range_agg(daterange(r.valid_from, r.valid_to)) FROM worker_roles r
                      WHERE r.worker_id = a.worker_id AND r.role = 'instructor'), '{}')
           @> daterange(a.valid_from, a.valid_to)
UNION ALL
SELECT m.id FROM station_members AS m JOIN stations AS s ON s.id = m.station_id
 WHERE (m.region_code, m.authority_code) IS DISTINCT FROM (s.region_code, s.authority_code)
UNION ALL
SELECT m.id FROM station_members AS m
 WHERE EXISTS (SELECT FROM worker_roles r WHERE r.worker_id = m.worker_id AND r.role = 'instructor'
                  AND r.end_kind IS NOT NULL)
   AND NOT EXISTS (SELECT FROM worker_roles r WHERE r.worker_id = m.worker_id AND r.role = 'instructor'
                      AND r.valid_to > r.valid_from AND (r.valid_to >= m.valid_to OR r.end_kind IS NULL))
   AND coalesce(m.valid_to > m.valid_from, true)
"""
POSTS = """
SELECT p.id FROM posts AS p
  LEFT JOIN worker_roles AS r ON r.post_id = p.id LEFT JOIN workers AS w ON w.id = p.worker_id
 WHERE (p.worker_id, p.branch_id, p.role, p.selection_channel, p.valid_from, p.valid_to, p.end_kind)
       IS DISTINCT FROM (r.worker_id, r.branch_id, r.role, r.selection_channel, r.valid_from, r.valid_to, r.end_kind)
    OR (p.member_id, p.holder_name) IS DISTINCT FROM (w.member_id, w.name)
"""
ROLES = """
SELECT r.id FROM worker_roles AS r JOIN workers AS w ON w.id = r.worker_id
  LEFT JOIN branches AS b ON b.id = r.branch_id LEFT JOIN organizations AS o ON o.id = r.organization_id
 WHERE (r.region_code, r.authority_code, r.outflow_authority_code) IS DISTINCT FROM
       (CASE WHEN b.id IS NOT NULL THEN b.region_code WHEN o.id IS NOT NULL THEN o.region_code ELSE w.region_code END,
        CASE WHEN b.id IS NOT NULL THEN b.authority_code WHEN o.id IS NOT NULL THEN o.line_code
             ELSE w.authority_code END, b.outflow_authority_code)
    OR (b.dissolved_on IS NOT NULL AND coalesce(r.valid_to > greatest(b.dissolved_on, r.valid_from), true))
"""
LINKS = """
SELECT link.id FROM branch_organizations AS link
  JOIN branches AS b ON b.id = link.branch_id
  JOIN organizations AS o ON o.id = link.organization_id
 WHERE link.region_code <> o.region_code OR link.formation_mode <> b.formation_mode
    OR (link.authority_code, link.outflow_authority_code)
       IS DISTINCT FROM (b.authority_code, b.outflow_authority_code)
    OR (b.dissolved_on IS NOT NULL AND (link.valid_to IS NULL OR link.valid_to > greatest(b.dissolved_on,
                                                                                         link.valid_from)))
"""
PLACED = """
SELECT kept.id FROM (
    SELECT id, branch_id, region_code, authority_code FROM members WHERE branch_id IS NOT NULL
    UNION ALL SELECT id, branch_id, region_code, authority_code FROM terms
    UNION ALL SELECT id, branch_id, region_code, authority_code FROM posts
    UNION ALL SELECT id, branch_id, region_code, authority_code FROM activities
    UNION ALL SELECT id, branch_id, region_code, line_code FROM affiliations) AS kept
  JOIN branches AS b ON b.id = kept.branch_id
 WHERE (kept.region_code, kept.authority_code) IS DISTINCT FROM (b.region_code, b.authority_code)
"""
RELATIONS = """
SELECT m.id FROM members AS m
 WHERE m.branch_id IS DISTINCT FROM
       (SELECT r.branch_id FROM member_relations r
         WHERE r.member_id = m.id AND r.valid_from <= $1 AND (r.valid_to IS NULL OR r.valid_to > $1))
   AND m.state = 'current' AND m.branch_id IS NOT NULL
UNION ALL
SELECT m.id FROM members AS m JOIN branches AS b ON b.id = m.branch_id
 WHERE m.state = 'current' AND b.dissolved_on <= $1
"""
AFFILIATIONS = """
SELECT b.id FROM branches AS b
  LEFT JOIN affiliations AS a ON a.branch_id = b.id AND a.valid_to IS NULL
 WHERE (b.dissolved_on IS NULL) <> (a.id IS NOT NULL)
    OR (a.id IS NOT NULL AND (a.authority_id, a.management_mode, a.outflow_authority_code)
        IS DISTINCT FROM (b.authority_id, b.management_mode, b.outflow_authority_code))
UNION ALL
SELECT a.branch_id FROM affiliations AS a JOIN affiliations AS other
    ON other.branch_id = a.branch_id AND other.id > a.id
   AND daterange(a.valid_from, a.valid_to) && daterange(other.valid_from, other.valid_to)
UNION ALL
SELECT a.branch_id FROM affiliations AS a JOIN branches AS b ON b.id = a.branch_id
 GROUP BY a.branch_id, b.founded_on, b.dissolved_on
HAVING min(a.valid_from) <> b.founded_on
    OR range_agg(daterange(a.valid_from, a.valid_to)) <> datemultirange(daterange(b.founded_on, b.dissolved_on))
"""
# A version begins when the one before it ended; the last of history ends where the current one begins.
GAPLESS = """
SELECT told.subject_id FROM (
    SELECT h.subject_id, h.recorded_from, h.recorded_to, h.version,
           lead(h.recorded_from) OVER w AS following, lead(h.version) OVER w AS newer
      FROM history AS h WHERE h.subject = '{table}'
    WINDOW w AS (PARTITION BY h.subject_id ORDER BY h.recorded_from)) AS told
  LEFT JOIN {table} AS now ON now.id = told.subject_id
 WHERE told.recorded_to IS DISTINCT FROM coalesce(told.following, now.recorded_at, told.recorded_to)
    OR coalesce(told.newer, now.version, told.version + 1) <= told.version
"""
WATCHED = (
    *("organizations", "branches", "branch_organizations", "members", "affiliations", "terms", "posts"),
    *("assignments", "stations", "station_members", "workers", "worker_roles"),
)
QUESTIONS = {
    "facts are the links' and the rolls'": FACTS,
    "counts are the members'": COUNTS,
    "a branch's roll is its members'": ROLLS,
    "an instructor and a liaison are there today": SENT,
    "assignments stand with where they lead to, within the term": ASSIGNMENTS,
    "a post is the role of a worker, under the worker's name": POSTS,
    "a role stands with its branch, its organisation or its worker": ROLES,
    "links stand with both ends": LINKS,
    "what a branch has stands where it stands": PLACED,
    "a member's branch is the relation that holds": RELATIONS,
    "one affiliation a day, and no day without": AFFILIATIONS,
    **{f"history of {table} has no gap": GAPLESS.format(table=table) for table in WATCHED},
}


async def disagreements(direct: "asyncpg.Connection[Any]", today: date) -> dict[str, list[Any]]:
    """Question to the keys of rows that do not agree; empty when all is well."""
    found: dict[str, list[Any]] = {}
    for question, query in QUESTIONS.items():
        arguments = [today] if "$1" in query else []
        if wrong := [row[0] for row in await direct.fetch(query, *arguments)]:
            found[question] = wrong
    if await told(direct) != await recount(direct):
        found["tallies are the recount"] = [None]
    return found
