"""Frozen values of the hosts room."""

from enum import StrEnum


class HostKind(StrEnum):
    """What kind of place or body a branch leans on."""

    community = "community"
    park = "park"
    trade_association = "trade_association"
    commercial_building = "commercial_building"
    market = "market"
    leading_firm = "leading_firm"
    origin_liaison = "origin_liaison"  # a liaison point at the members' place of origin (流出地)
