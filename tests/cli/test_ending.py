"""A server told to end while somebody follows a batch: the stream ends, in order, well within the grace."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.cli.serving import GRACE
from app.core.config import Settings
from app.demo import served
from app.services.access.tokens import Tokens, load_key

PROMPT = GRACE / 2


@pytest.fixture
def process(settings: Settings) -> Iterator[tuple[str, "subprocess.Popen[bytes]", Path]]:
    """The service without a worker: a batch waits for ever. Its address, its process, its log."""
    settings.state.mkdir(parents=True)
    log = settings.state / "server.log"
    port = served.free_port()
    surroundings = os.environ | {
        "DATABASE_URL": settings.database_url or "",
        "LIANGXIN_STATE": str(settings.state),
        "LIANGXIN_INLINE_WORKER": "false",
        "LIANGXIN_POOL_SIZE": "5",
    }
    with log.open("wb") as said:
        command = [sys.executable, "-m", "app.cli", "serve", "--no-regions", "--port", str(port)]
        running = subprocess.Popen(command, env=surroundings, stdout=said, stderr=said)
    try:
        address = f"http://127.0.0.1:{port}"
        assert served.ready(running, address), log.read_text()
        yield address, running, log
    finally:
        served.end(running)


@pytest.fixture
def client(settings: Settings, process: tuple[str, object, object]) -> Iterator[httpx.Client]:
    """An officer."""
    tokens = Tokens(load_key(None, settings.state), settings.issuer, settings.audience)
    token = tokens.sign(
        "officer",
        role="officer",
        ranges=((0, 10**12),),
        datasets=("*",),
        now=datetime.now(UTC),
        lifetime=timedelta(days=1),
    )
    with httpx.Client(base_url=process[0], headers={"authorization": f"Bearer {token}"}, timeout=60) as found:
        yield found


def test_a_stream_ends_when_the_service_does(
    process: tuple[str, "subprocess.Popen[bytes]", Path], client: httpx.Client
) -> None:
    _, running, log = process
    sent = {"Content-Type": "text/csv", "Idempotency-Key": "ending-0001"}
    batch = client.post("/v1/datasets/registrations/batches", content="企业名称\n甲\n".encode(), headers=sent)
    place = batch.headers["location"]
    with client.stream("GET", f"{place}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: progress"
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        rest = list(lines)  # a stream that is cut off raises
    assert running.wait(GRACE * 3) is not None
    assert time.monotonic() - began < PROMPT
    assert "event: ended" not in rest
    said = log.read_text(encoding="utf-8")
    assert "Exception in ASGI application" not in said
    assert "Traceback" not in said
