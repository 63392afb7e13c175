"""Which source a field's value comes from: its keeper, else the latest reporter; older never overwrites newer.

`provenance` on an organisation's row says who said what, and when. It is kept short, since every row carries it: one
entry a source and time, naming its fields, as {"registrations 2026-03-02T01:00:00+00:00": ["name", "uscc"]}.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

OFFICER = "officer"
REGISTRATIONS = "registrations"
PARTY_FACTS = "party_facts"


class Said(NamedTuple):
    """Who said a field's value, and the source time of that."""

    source: str
    time: datetime


# The keepers of each field, the strongest first. A keeper's word stands against any later word of a weaker source;
# among equals the later one wins. Fields that are not listed have no keeper: the latest reporter is believed.
KEEPERS: Mapping[str, tuple[str, ...]] = {
    "kind": (OFFICER,),
    "region": (OFFICER, REGISTRATIONS),
    "coordinates": (OFFICER,),
    "host_id": (OFFICER,),
    "fixed_premises": (OFFICER,),
    "uscc": (REGISTRATIONS,),
    "registration_number": (REGISTRATIONS,),
    "name": (REGISTRATIONS,),
    "registered_type": (REGISTRATIONS,),
    "established_on": (REGISTRATIONS,),
    "address": (REGISTRATIONS,),
    "business_scope": (REGISTRATIONS,),
    "registered_capital_fen": (REGISTRATIONS,),
    "formal_members_working": (PARTY_FACTS,),
    "formal_members_relation": (PARTY_FACTS,),
    "probationary_members": (PARTY_FACTS,),
    "has_liaison": (PARTY_FACTS,),
    "community_leads": (PARTY_FACTS,),
}


def rank(field: str, source: str) -> int:
    """The authority of a source for a field: higher is stronger, 0 is a mere reporter."""
    keepers = KEEPERS.get(field, ())
    return len(keepers) - keepers.index(source) if source in keepers else 0


def wins(field: str, source: str, time: datetime, old: Said | None) -> bool:
    """Whether a source's word of this time takes the place of what stands."""
    if old is None:
        return True
    return (rank(field, source), time) >= (rank(field, old.source), old.time)


def read(provenance: Mapping[str, list[str]]) -> dict[str, Said]:
    """Who said each field."""
    said: dict[str, Said] = {}
    for entry, fields in provenance.items():
        source, _, time = entry.rpartition(" ")
        stands = Said(source, datetime.fromisoformat(time))
        said.update(dict.fromkeys(fields, stands))
    return said


def write(said: Mapping[str, Said]) -> dict[str, list[str]]:
    """The same as it is stored."""
    entries: dict[Said, list[str]] = {}
    for field, stands in said.items():
        entries.setdefault(stands, []).append(field)
    return {f"{stands.source} {stands.time.isoformat()}": fields for stands, fields in entries.items()}
