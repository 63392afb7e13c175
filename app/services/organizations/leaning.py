"""Whole lists of organisations that get the host they sit in, with whose word it was."""

from collections.abc import Mapping
from uuid import UUID

from app.core.acts import Act
from app.services.organizations import absorbing_repository as rows
from app.services.organizations.absorbing import encoded
from app.services.organizations.precedence import OFFICER, Said, read

MATCHING = "host_matches"
"""The source of a host that was found by the address alone and applied without a person."""


async def lean(act: Act, hosts: Mapping[UUID, UUID], *, by_officer: bool) -> dict[UUID, UUID | None]:
    """Give organisations (keys) their hosts, where none stands yet; the host that each visible one has now.

    Those that have another one keep it.
    """
    standing = await rows.standing(act, sorted(hosts))
    source = Said(OFFICER if by_officer else MATCHING, act.now)
    changed = [
        {"id": key, "host_id": hosts[key], "provenance": encoded(read(row["provenance"]) | {"host_id": source})}
        for key, row in standing.items()
        if row["host_id"] is None
    ]
    if changed:
        await rows.update(act, changed)
    return {key: row["host_id"] or hosts[key] for key, row in standing.items()}
