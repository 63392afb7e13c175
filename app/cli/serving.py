"""The HTTP server as a command: its door first, so that a taken port is told before anything is prepared."""

import asyncio
import socket

import uvicorn

from app.cli.telling import Unready
from app.core.config import Settings

GRACE = 10  # seconds that open answers (streams above all) have to end


def door(host: str, port: int) -> socket.socket:
    """Bind the address. Raises Unready when it is taken or cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(socket.SOMAXCONN)
    except OSError as error:
        bound.close()
        raise Unready(f"Cannot listen at {host}:{port}: {error.strerror}. Choose another with --port.") from error
    return bound


class _Server(uvicorn.Server):
    """Tells what waits or streams that the end has begun, before it waits for them."""

    def __init__(self, config: uvicorn.Config, ending: asyncio.Event) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order."""
        self._ending.set()
        await super().shutdown(sockets)


def serve(settings: Settings, bound: socket.socket) -> None:
    """Serve until told to end."""
    from app.main import create_app
    from app.web.patience import patience

    app = create_app(settings)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=patience(settings.head_time, settings.head_limit),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    _Server(config, app.state.liangxin.ending).run(sockets=[bound])
