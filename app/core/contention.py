"""Which database errors pass by themselves."""

from socket import gaierror

RETRIED = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
        "23505",  # unique_violation: another transaction wrote the same key first; the second look finds it
    }
)
AWAY = frozenset({"57P01", "57P02", "57P03", "08000", "08003", "08006", "53300"})


def sqlstate(error: BaseException) -> str | None:
    """The five characters the database gave, wherever the layers between have put them."""
    seen: BaseException | None = error
    while seen is not None:
        for at in (seen, getattr(seen, "orig", None)):
            code = getattr(at, "sqlstate", None)
            if isinstance(code, str):
                return code
        seen = seen.__cause__
    return None


def passes(error: BaseException) -> bool:
    """Whether the same work, begun anew, may well succeed."""
    return sqlstate(error) in RETRIED


def away(error: BaseException) -> bool:
    """Whether the database cannot be reached or is going down: nobody's fault but time's."""
    if sqlstate(error) in AWAY or _unconnected(error):
        return True
    return getattr(error, "connection_invalidated", False) is True or type(error).__name__ in _LOST


def _unconnected(error: BaseException) -> bool:
    """A socket that refuses, breaks or is not there; unlike a file's, its error names no file."""
    if isinstance(error, FileNotFoundError):
        return error.filename is None
    return isinstance(error, ConnectionError | TimeoutError | gaierror)


_LOST = frozenset({"ConnectionDoesNotExistError", "InterfaceError", "InternalClientError", "ConnectionFailureError"})
