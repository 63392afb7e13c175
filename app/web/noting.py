"""What the audit is told of at the door: refusals, in a transaction of their own, and what leaves as a file.

Nothing that a client wrote is noted: routes by their template, ids where they are ids, filters by name.
"""

import logging
import re
from typing import Any
from uuid import UUID

from fastapi import Request

from app.core.acts import NOWHERE, Act, Actor
from app.core.errors import Failure, Forbidden, NotFound, RuleViolation
from app.core.history import note
from app.web.state import address_of, request_id_of, state_of

REFUSALS = (Forbidden, NotFound, RuleViolation)
"""No right, out of sight (or not there), against a hard rule. Who is not signed in at all is counted, not noted."""
CODE = re.compile(r"[0-9]{12}")

log = logging.getLogger("liangxin.audit")


async def refused(request: Request, failure: Failure) -> None:
    """Leave an audit row for a refusal of somebody known. The transaction that was refused has been rolled back.

    A refusal is told also when it cannot be noted: that is logged.
    """
    actor = _who(request)
    if actor is None or not isinstance(failure, REFUSALS):
        return
    told: dict[str, Any] = {"status": failure.status, "code": failure.slug, "route": _route(request)}
    named = [value for value in map(_uuid, request.path_params.values()) if value is not None]
    if named:
        told["id"] = str(named[0])
    if isinstance(failure, RuleViolation):
        told["findings"] = [finding.code for finding in failure.findings]
    if "permission" in failure.params:
        told["permission"] = str(failure.params["permission"])
    try:
        async with state_of(request).acts.open(actor, request_id_of(request), address_of(request)) as act:
            await note(act, "refuse", _noun(request), **told)
    except Exception:  # the answer is a refusal either way
        log.exception("A refusal was not noted.", extra={"request_id": request_id_of(request)})


async def exported(request: Request, form: str, rows: int) -> None:
    """Leave an audit row for a list that leaves as a file, in the transaction that read it."""
    act = getattr(request.state, "act", None)
    if not isinstance(act, Act):  # an open list: nothing of anybody
        return
    region = request.query_params.get("region", "")
    await note(
        act,
        "export",
        _noun(request),
        rows=rows,
        form=form,
        route=_route(request),
        filters=sorted({*request.query_params}),  # an unknown parameter was refused before
        **({"region": region} if CODE.fullmatch(region) else {}),
    )


async def downloaded(request: Request, act: Act, form: str, row_id: UUID, rows: int) -> None:
    """Leave an audit row for a file of one row's, in the transaction that found it: the file follows in later ones."""
    await note(act, "export", _noun(request), id=str(row_id), rows=rows, form=form, route=_route(request))


def _who(request: Request) -> Actor | None:
    acting = getattr(request.state, "acting", None)
    if isinstance(acting, Actor):
        return acting
    subject = getattr(request.state, "actor", None)
    return Actor(subject, subject, frozenset(), NOWHERE) if isinstance(subject, str) else None


def _route(request: Request) -> str:
    return f"{request.method} {getattr(request.scope.get('route'), 'path', '-')}"


def _noun(request: Request) -> str:
    """What the route is about: the first word behind the version."""
    words = str(getattr(request.scope.get("route"), "path", "")).strip("/").split("/")
    return (words[1] if words[0] == "v1" and len(words) > 1 else words[0] or "-").replace("-", "_")


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
