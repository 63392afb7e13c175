"""Hosts that are called alike, for whoever must know beforehand whether a name means one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.acts import Act
from app.services.hosts import absorbing_repository as rows
from app.services.hosts.absorbing import Key, one_writing, writings


@dataclass(frozen=True, slots=True)
class Known:
    """Visible open hosts by name, in one writing."""

    named: Mapping[str, tuple[rows.Namesake, ...]]

    def fitting(self, key: Key) -> int:
        """How many of them a key may mean."""
        return sum(key.fits(host) for host in self.named.get(one_writing(key.name), ()))


async def called(act: Act, names: Iterable[str]) -> Known:
    """The visible open hosts of these names."""
    found: dict[str, list[rows.Namesake]] = {}
    for host in await rows.namesakes(act, sorted({form for name in names for form in writings(name)})):
        found.setdefault(one_writing(host.name), []).append(host)
    return Known({name: tuple(hosts) for name, hosts in found.items()})
