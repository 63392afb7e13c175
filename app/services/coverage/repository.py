"""Set-wise writes of coverage: folding deltas, bringing facts into line with what other tables say."""

from sqlalchemy import text

from app.core.acts import Act

_COMPACT = text("SELECT compact_coverage()")

# Links, assignments and roles begin and end by date: at midnight facts change though no row does. Also finds whatever
# went astray.
_STALE = text(
    "SELECT refresh_facts(ARRAY("
    " SELECT told.id FROM organizations AS told"
    " LEFT JOIN branch_organizations AS link ON link.organization_id = told.id AND link.valid_from <= :today"
    "  AND (link.valid_to IS NULL OR link.valid_to > :today)"
    " LEFT JOIN branches AS branch ON branch.id = link.branch_id"
    " LEFT JOIN (SELECT DISTINCT organization_id FROM assignments"
    "  WHERE organization_id IS NOT NULL AND valid_from <= :today AND valid_to > :today) AS sent"
    "  ON sent.organization_id = told.id"
    " LEFT JOIN (SELECT DISTINCT organization_id FROM worker_roles WHERE role = 'liaison' AND valid_from <= :today"
    "  AND (valid_to IS NULL OR valid_to > :today)) AS liaison ON liaison.organization_id = told.id"
    " WHERE told.coverage_mode <> coalesce(link.formation_mode, 'none')"
    "  OR told.covered_by IS DISTINCT FROM link.branch_id OR told.line_code IS DISTINCT FROM branch.authority_code"
    "  OR told.has_instructor <> (sent.organization_id IS NOT NULL)"
    "  OR told.kept_liaison <> (liaison.organization_id IS NOT NULL)"
    " ORDER BY told.id LIMIT :most))"
)


async def compact(act: Act) -> int:
    """Fold the committed deltas into tallies and days; how many were folded. Needs the whole country's scope."""
    return int(await act.session.scalar(_COMPACT) or 0)


async def refresh_stale(act: Act, most: int = 5_000) -> int:
    """Bring at most so many organisations' facts into line with what holds on the act's day; how many changed."""
    return int(await act.session.scalar(_STALE, {"today": act.today, "most": most}) or 0)
