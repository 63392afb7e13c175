"""Whether the service lives and is ready to answer."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import Response

from app.web import answers
from app.web.exempt import unrated
from app.web.openapi import declares
from app.web.state import state_of
from app.web.strict import StrictRoute

router = APIRouter(tags=["health"], route_class=StrictRoute)

EXAMPLE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"example": {"status": "ok"}}}}}


@router.get("/health/live", summary="Is the process alive?", responses=declares() | EXAMPLE)
@unrated
async def read_liveness() -> Response:
    """Answers without touching the database; for a supervisor's restart decision."""
    return answers.answer({"status": "ok"})


@router.get("/health/ready", summary="Can requests be served?", responses=declares() | EXAMPLE)
@unrated
async def read_readiness(request: Request) -> Response:
    """Asks the database for its newest migration; 503 when it does not answer."""
    async with state_of(request).acts.database.session() as session, session.begin():
        revision = await session.scalar(text("SELECT version_num FROM alembic_version"))
    return answers.answer({"status": "ok", "revision": revision})
