"""Frozen values of the teams room: codes, and what the rules are asked about."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.services.branches.facts import Level
from app.services.workers.facts import Qualification, SelectionChannel


class PostRole(StrEnum):
    """What somebody is in the team."""

    secretary = "secretary"  # 书记
    deputy_secretary = "deputy_secretary"  # 副书记
    committee_member = "committee_member"  # 委员


class EndKind(StrEnum):
    """Why a term or a post is over."""

    replaced = "replaced"  # the next team took over
    ended = "ended"  # by a stated reason
    dissolved = "dissolved"  # with the branch


class TermState(StrEnum):
    """Where a term stands on a day."""

    current = "current"
    ending_soon = "ending_soon"
    overdue = "overdue"
    ended = "ended"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who is to hold a post.

    `formal` and `of_branch` are what the roll says of a member, or what was stated of somebody who stands on no roll
    here; None is not known.
    """

    role: PostRole
    channel: SelectionChannel
    formal: bool | None
    of_branch: bool
    qualifications: frozenset[Qualification]


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What the rules look at when a team takes office or somebody joins it: the whole team as it would be then."""

    level: Level
    formal_members: int
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class TermFacts:
    """What the rules look at when a term begins or is prolonged.

    `runs_to` is the day by which the next team is to be chosen. `previous_due` is that day of the team before, with
    what was approved beyond it; None for a first term. `community` marks a branch whose ground is a village or
    community.
    """

    level: Level
    community: bool
    chosen_on: date
    valid_from: date
    runs_to: date
    previous_due: date | None


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """What the rules look at when a term is prolonged: the day it was due on and the day asked for."""

    due_on: date
    until: date
