"""Authorities as entities."""

from app.core.acts import Act
from app.services.authorities.models import Authority


async def add(act: Act, authority: Authority) -> Authority:
    """Insert an authority; its key is the database's."""
    act.session.add(authority)
    await act.session.flush()
    return authority


async def save(act: Act, authority: Authority) -> None:
    """Write a claimed authority's changes as its next version."""
    authority.version += 1
    authority.recorded_at = act.now
    await act.session.flush()
