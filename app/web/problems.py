"""Every failure leaves as RFC 9457 application/problem+json, in the reader's language, without the rejected value."""

import logging
import re
from typing import Any

import orjson
from asyncpg import exceptions as pg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.core import errors
from app.core.contention import away
from app.core.errors import Failure, FieldError, RuleViolation
from app.core.labels import Language, catalogue, label
from app.web import noting
from app.web.addresses import methods_of
from app.web.failures import TooSlow
from app.web.state import language, request_id_of
from app.web.strict import Refused

TYPE = "urn:liangxin:problem:"
MEDIA = "application/problem+json"
log = logging.getLogger("liangxin.web")

_BY_STATUS: dict[int, type[Failure]] = {
    400: errors.BadRequest,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    406: errors.NotAcceptable,
    408: TooSlow,
    413: errors.TooLarge,
    415: errors.UnsupportedMedia,
}


def install(app: FastAPI) -> None:
    """Teach an application to answer failures."""
    app.add_exception_handler(Failure, _failure)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(pg.PostgresError, _database)
    app.add_exception_handler(PoolTimeout, _busy)
    app.add_exception_handler(pg.InterfaceError, unforeseen)
    app.add_exception_handler(pg.InternalClientError, unforeseen)
    app.add_exception_handler(OSError, unforeseen)
    app.add_exception_handler(Exception, unforeseen)


def render(request: Request, failure: Failure) -> Response:
    """One failure as a problem document."""
    spoken = language(request)
    body: dict[str, Any] = {
        "type": TYPE + failure.slug,
        "code": failure.slug,
        "title": label("problem", failure.slug, spoken),
        "status": failure.status,
        "detail": _detail(failure, spoken),
        "request_id": request_id_of(request),
        "errors": [_error(error, spoken) for error in failure.errors],
    }
    if isinstance(failure, RuleViolation):
        body["findings"] = [finding_json(finding, spoken) for finding in failure.findings]
    headers: dict[str, str] = {"Content-Language": spoken}
    if failure.retry_after is not None:
        headers["Retry-After"] = str(failure.retry_after)
    if failure.status in (408, 431):
        headers["Connection"] = "close"  # what is left of the request will not be read
    if failure.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="liangxin"'
    return Response(orjson.dumps(body), status_code=failure.status, media_type=MEDIA, headers=headers)


def finding_json(finding: Any, spoken: Language) -> dict[str, Any]:
    """A finding on the wire: code, severity, text, and the numbers and document it rests on."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "text": label("finding", finding.code, spoken, limit=finding.limit, actual=finding.actual),
        "limit": finding.limit,
        "actual": finding.actual,
        "citation": finding.citation,
    }


def _detail(failure: Failure, spoken: Language) -> str:
    """What to do: the label problem_detail.<slug>, or a nearer one named by the failure's `reason`."""
    reason = failure.params.get("reason")
    code = f"{failure.slug}.{reason}" if reason else failure.slug
    return label("problem_detail", code, spoken, **failure.params)


def _error(error: FieldError, spoken: Language) -> dict[str, str]:
    return {
        "pointer": error.pointer,
        "code": error.code,
        "detail": label("line", error.code, spoken, **error.params),
    }


async def _failure(request: Request, error: Exception) -> Response:
    assert isinstance(error, Failure)  # noqa: S101  (the handler is registered for this class)
    await noting.refused(request, error)
    return render(request, error)


async def _validation(request: Request, error: Exception) -> Response:
    """FastAPI's own 422 would echo the input; ours names the place, the kind and what is expected."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = tuple(_from_pydantic(part) for part in error.errors())
    return render(request, errors.Invalid(errors=found))


def _from_pydantic(part: Any) -> FieldError:
    where, *rest = part["loc"]
    if rest and not _NAMEABLE.fullmatch(str(rest[-1])):
        rest.pop()  # an unknown key is the caller's text and may hold anything: point at the object that has it
    pointer = "".join(f"/{step}" for step in rest)
    kind = str(part["type"])
    context = {name: str(value) for name, value in (part.get("ctx") or {}).items() if name in _SAFE_CONTEXT}
    if kind == "literal_error":  # "'a', 'b' or 'c'": an English word in a text of any language
        context["expected"] = context["expected"].replace("' or '", "', '")
    code = kind if kind in catalogue()["line"] else "value_wrong"
    try:
        label("line", code, "en", **context)
    except KeyError:  # a text asks for a number this error does not carry
        code = "value_wrong"
    return FieldError(pointer or f"/{where}", code, context)


_NAMEABLE = re.compile(r"[a-z_]{1,40}|[0-9]{1,6}|[A-Z][A-Za-z-]{1,40}")
_SAFE_CONTEXT = {"ge", "gt", "le", "lt", "min_length", "max_length", "expected", "pattern"}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error, Refused):
        return render(request, error.failure)
    known = _BY_STATUS.get(error.status_code)
    if known is not None:
        return render(request, known())
    if error.status_code == 405:
        answer = render(request, MethodNotAllowed())
        answer.headers["Allow"] = ", ".join(sorted(methods_of(request))) or (error.headers or {}).get("Allow", "")
        return answer
    return render(request, errors.BadRequest())


class MethodNotAllowed(Failure):
    """The path is there, but not with this verb."""

    status = 405
    slug = "method_not_allowed"


async def _database(request: Request, error: Exception) -> Response:
    """Constraint names become problems by name; contention becomes 503; anything else is ours to mend."""
    cause = error
    if isinstance(error, DBAPIError) and error.orig is not None:
        cause = error.orig.__cause__ if isinstance(error.orig.__cause__, Exception) else error.orig
    if isinstance(cause, pg.IntegrityConstraintViolationError):
        name = str(getattr(cause, "constraint_name", None) or "")
        return render(request, by_constraint(name))
    if isinstance(cause, pg.InsufficientPrivilegeError) and "row-level security" in str(cause):
        log.error("row-level security refused what the code let pass", extra={"request_id": request_id_of(request)})
        return render(request, errors.Forbidden(reason="scope"))
    if isinstance(cause, CONTENTION) or isinstance(error, InterfaceError):
        return await _busy(request, error)
    return await unforeseen(request, error)


CONTENTION = (
    pg.SerializationError,
    pg.DeadlockDetectedError,
    pg.LockNotAvailableError,
    pg.QueryCanceledError,
    pg.TooManyConnectionsError,
    pg.CannotConnectNowError,
    pg.AdminShutdownError,
    pg.CrashShutdownError,
    pg.ConnectionDoesNotExistError,
)


def by_constraint(name: str) -> Failure:
    """The failure a violated constraint means: a named text where the catalogue has one."""
    kind = name.partition("_")[0]
    pointer = "/" + name
    code = f"constraint.{name}"
    if code not in catalogue()["line"]:
        code = f"constraint.{kind}" if f"constraint.{kind}" in catalogue()["line"] else "value_wrong"
        pointer = ""
    return (errors.Taken if kind in ("uq", "pk", "ex") else errors.Conflict)(errors=(FieldError(pointer, code),))


async def _busy(request: Request, error: Exception) -> Response:
    log.warning("contention", extra={"request_id": request_id_of(request), "kind": type(error).__name__})
    return render(request, errors.Busy())


async def unforeseen(request: Request, error: Exception) -> Response:
    """An error that no handler knows: logged by its kind and place, answered with 500, or 503 when a base is away."""
    if away(error):
        return await _busy(request, error)
    log.error("unforeseen", exc_info=error, extra={"request_id": request_id_of(request)})
    return render(request, Failure())
