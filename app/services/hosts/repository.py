"""Hosts as entities."""

from app.core.acts import Act
from app.services.hosts.models import Host


async def add(act: Act, host: Host) -> Host:
    """Insert a host; its key is the database's."""
    act.session.add(host)
    await act.session.flush()
    return host


async def save(act: Act, host: Host) -> None:
    """Write a claimed host's changes as its next version."""
    host.version += 1
    host.recorded_at = act.now
    await act.session.flush()
