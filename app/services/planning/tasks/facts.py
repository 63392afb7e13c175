"""Frozen values of formation tasks: codes, and which fact a report sets."""

from enum import StrEnum
from typing import Final

from app.services.planning.facts import OwnerKind


class TaskKind(StrEnum):
    """What is to be done."""

    form = "form"  # found a branch
    take_in = "take_in"  # a standing branch takes them in
    recruit = "recruit"  # members are to be won
    transfer = "transfer"  # members' relations are to come here
    guide = "guide"  # an instructor is to be sent
    reach = "reach"  # somebody goes in first
    find_out = "find_out"  # members are to be counted
    talk = "talk"  # with the owner
    publicity = "publicity"
    solve = "solve"  # a problem, told in words


class TaskState(StrEnum):
    """How far it is."""

    open = "open"
    doing = "doing"
    done = "done"
    dropped = "dropped"


class Deed(StrEnum):
    """What was done. Facts of work alone: what somebody thinks or says has no place here."""

    visited = "visited"
    talked = "talked"
    explained_policy = "explained_policy"
    gave_material = "gave_material"
    held_meeting = "held_meeting"
    counted_members = "counted_members"
    applied = "applied"
    founded = "founded"
    went_in = "went_in"  # party work has reached the organisation
    other = "other"


SETS: Final[dict[OwnerKind, str]] = {
    OwnerKind.union: "has_union",
    OwnerKind.youth_league: "has_youth_league",
    OwnerKind.womens_federation: "has_womens_organisation",
    OwnerKind.federation: "in_federation",
    OwnerKind.community: "community_leads",
    OwnerKind.authority: "has_liaison",
    OwnerKind.department: "has_liaison",
    OwnerKind.instructor: "has_liaison",
}
"""What is so of the organisation once this body reports that it went in. Whoever sends a person leaves a liaison."""

UNDER_WAY: Final = (TaskState.open, TaskState.doing)
