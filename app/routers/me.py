"""Who am I, and what do I hold?"""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.acts import Actor
from app.services.access.authenticating import Known
from app.services.access.grant_schemas import Me
from app.services.access.ledger.reads import spans
from app.services.access.permissions import ROLES, Permission
from app.web import answers
from app.web.guards import SignedIn
from app.web.openapi import declares
from app.web.state import state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/me", tags=["access"], route_class=StrictRoute)

Myself = Annotated[Known, SignedIn(Permission.me_read)]


@router.get("", summary="Who am I", response_model=Me, responses=declares())
async def read_me(known: Myself, request: Request) -> Response:
    """The caller, the grants that hold today and what each allows. Needs no grant: one without any may ask too."""
    body: dict[str, Any] = {"subject": known.subject, "name": known.name}
    if known.inside is not None:
        body |= {"grants": [_inside(known.inside)], "resting": []}
    else:
        held = await state_of(request).access.held(known)
        body["name"] = held.name
        body |= {"grants": [_holding(each) for each in held.holdings], "resting": sorted(held.rests)}
    return answers.answer(body, headers={"Cache-Control": "no-store"})


def _inside(actor: Actor) -> dict[str, Any]:
    return {
        "id": None,
        "role": None,
        "regions": spans(actor.scope.ranges, 12),
        "lines": [],
        "subjects": [],
        "datasets": sorted(actor.datasets),
        "permissions": sorted(actor.permissions),
        "ends_on": None,
    }


def _holding(holding: Any) -> dict[str, Any]:
    return {
        "id": holding.id,
        "role": holding.role,
        "regions": spans(holding.ranges, 12),
        "lines": spans(holding.lines, 15),
        "subjects": sorted(holding.subjects),
        "datasets": sorted(holding.datasets),
        "permissions": sorted(ROLES[holding.role]),
        "ends_on": holding.ends_on,
    }
