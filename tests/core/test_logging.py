"""Logs tell what went wrong without the values it went wrong with."""

import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from app.core.logging import configure


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, while the root logger is ours."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    out = io.StringIO()
    configure("INFO", out)
    yield out
    root.handlers = before
    root.setLevel(level)


class Violated(Exception):
    """As a driver's error is."""

    sqlstate = "23505"


def test_one_json_object_a_line_with_the_extras(lines: io.StringIO) -> None:
    logging.getLogger("liangxin.access").info("request", extra={"path": "/v1/x", "status": 200})
    found = orjson.loads(lines.getvalue())
    assert (found["event"], found["path"], found["status"], found["level"]) == ("request", "/v1/x", 200, "info")
    assert found["timestamp"].endswith("Z")


def test_errors_are_told_without_their_text(lines: io.StringIO) -> None:
    try:
        try:
            raise Violated("Key (phone)=(13800000000) already exists.")
        except Violated as cause:
            raise RuntimeError("张三") from cause
    except RuntimeError:
        logging.getLogger("liangxin").exception("A step failed.")
    found = orjson.loads(lines.getvalue())
    assert "13800000000" not in lines.getvalue()
    assert "张三" not in lines.getvalue()
    assert [part["kind"] for part in found["error"]] == ["RuntimeError", "Violated"]
    assert found["sqlstate"] == "23505"
    assert "test_logging.py" in found["error"][0]["at"][0]


def test_libraries_are_quiet(lines: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET http://…?token=secret")
    assert not lines.getvalue()
