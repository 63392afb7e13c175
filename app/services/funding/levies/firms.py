"""The firm that something is entered for: there, ours, and where the caller is in office."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Forbidden, Invalid
from app.services.funding.levies import repository
from app.services.funding.levies.facts import Standing


async def standing(act: Act, organization_id: UUID) -> Standing:
    """A visible firm, held as it is until the act ends. Raises Invalid, and Forbidden where the caller only sees it."""
    found = await repository.standing(act, organization_id)
    if found is None:
        raise Invalid(errors=(FieldError("/organization_id", "reference_unknown"),))
    if not act.scope.holds(found.region_code, [] if found.line_code is None else [found.line_code]):
        raise Forbidden(reason="scope")
    return found
