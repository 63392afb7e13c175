"""The documentation page in a browser: drawn under its policy, with nothing from another host."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn

from tests.conftest import Api

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
async def address(api: Api) -> AsyncIterator[str]:
    """The application behind a socket."""
    config = uvicorn.Config(api.app, port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await server.shutdown()


async def drawn(address: str, folder: Path) -> tuple[str, str]:
    """The page as the browser has it in the end, and what its console said. No name but ours can be resolved."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here")
    done = await asyncio.to_thread(
        subprocess.run,
        [
            *(found, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
            *(f"--user-data-dir={folder}", "--virtual-time-budget=15000", "--enable-logging=stderr", "--dump-dom"),
            *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"{address}/docs"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


async def test_the_page_is_drawn_under_its_policy_and_asks_no_other_host(address: str, tmp_path: Path) -> None:
    page, console = await drawn(address, tmp_path)
    assert page.count('class="opblock ') > 80
    assert "/v1/organizations" in page.replace("\u200b", "")
    assert console == "", console
    fetched = re.findall(r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="([^"]+)"', page)
    assert fetched
    assert all(place.startswith(("/", "data:")) and not place.startswith("//") for place in fetched), fetched
