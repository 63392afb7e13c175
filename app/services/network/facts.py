"""Frozen values of the network: what its nodes and edges are, and what may be wrong with it."""

from enum import StrEnum
from typing import Final


class NodeKind(StrEnum):
    """What a node is."""

    authority = "authority"
    branch = "branch"
    organization = "organization"


class EdgeKind(StrEnum):
    """How the node that an edge comes from stands to the one it goes to."""

    manages = "manages"  # an authority, the authorities and branches right under it
    belongs = "belongs"  # a general branch or committee, the branches of its own
    covers = "covers"  # a branch, the organisations it covers today
    dual = "dual"  # the authority at the place of origin, a branch under dual management


class Check(StrEnum):
    """What may be wrong in the network."""

    authority_dissolved = "authority_dissolved"  # a branch stands under an authority that is no more
    parent_dissolved = "parent_dissolved"  # a branch belongs to one that is no more
    branch_dissolved = "branch_dissolved"  # an organisation is still covered by a branch that is no more
    organization_ended = "organization_ended"  # a branch still covers an organisation that has closed
    cycle = "cycle"  # a branch that belongs to itself, over others
    authority_elsewhere = "authority_elsewhere"  # territorial management by a body of another region
    organization_elsewhere = "organization_elsewhere"  # covered across counties, without a dual or industry record
    dual_without_outflow = "dual_without_outflow"  # dual management that names no body at the place of origin


RANKS: Final = {kind: rank for rank, kind in enumerate(NodeKind)}
DEEPEST: Final = 10
"""Five levels of authorities, committees with branches of their own, organisations: no network is deeper."""
FILE_NODES: Final = 100_000
