"""Which methods an address takes, over all routes of the application."""

from collections.abc import Mapping

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request


def methods_of(request: Request) -> frozenset[str]:
    """Every method of the request's address; empty for one of no route.

    An address that a route names word for word is that route's alone, although `/v1/branches/{branch_id}` fits
    `/v1/branches/bulk` as well: `bulk` is nobody's id.
    """
    known = _addresses(request)
    template = getattr(request.scope.get("route"), "path", "")
    return known.get(request.scope["path"]) or known.get(template) or frozenset()


def refuse_misread(request: Request) -> None:
    """Raises 405 where the router read a word of another route as an id of this one."""
    path = request.scope["path"]
    if request.method not in _addresses(request).get(path, {request.method}):
        raise HTTPException(405)


def _addresses(request: Request) -> Mapping[str, frozenset[str]]:
    state = request.app.state
    if not hasattr(state, "addresses"):
        found: dict[str, frozenset[str]] = {}
        for context in iter_route_contexts(request.app.routes):
            if isinstance(context.original_route, APIRoute) and context.path is not None:
                mine = frozenset(context.original_route.methods or ())
                found[context.path] = found.get(context.path, frozenset()) | mine
        state.addresses = found
    addresses: Mapping[str, frozenset[str]] = state.addresses
    return addresses
