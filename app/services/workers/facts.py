"""Frozen values of the workers room: codes, and what the rules are asked about."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.services.privacy.facts import PersonalKind


class WorkerRole(StrEnum):
    """What somebody does in the party work of two-new organisations."""

    secretary = "secretary"  # 书记
    deputy_secretary = "deputy_secretary"  # 副书记
    committee_member = "committee_member"  # 委员
    full_time_worker = "full_time_worker"  # 专职党务工作者
    instructor = "instructor"  # 党建指导员
    liaison = "liaison"  # 党建联络员


OF_POSTS: Final = frozenset((WorkerRole.secretary, WorkerRole.deputy_secretary, WorkerRole.committee_member))
"""The roles that are entered with a branch's team, once, and follow from it here."""


class SelectionChannel(StrEnum):
    """Where somebody came from (选配方式)."""

    internal = "internal"  # 内选
    external = "external"  # 外聘
    dispatched = "dispatched"  # 选派


class Qualification(StrEnum):
    """What is recorded of somebody's fitness for the work."""

    business_management = "business_management"  # 懂经营管理
    party_affairs = "party_affairs"  # 熟悉党务
    mass_work = "mass_work"  # 善做群众工作
    law = "law"
    finance = "finance"
    technology = "technology"


class Background(StrEnum):
    """What somebody was before (来源)."""

    government_organ = "government_organ"  # 机关
    enterprise_institution_committee = "enterprise_institution_committee"  # 企事业单位党委
    veteran = "veteran"  # 复转军人
    other = "other"


class WorkerState(StrEnum):
    """Whether somebody is a party worker here."""

    current = "current"
    ended = "ended"


class RoleEnd(StrEnum):
    """Why a role ended before, or on, the day it was to."""

    ended = "ended"  # by a stated reason
    replaced = "replaced"  # the next team took over
    dissolved = "dissolved"  # with the branch
    closed = "closed"  # with the organisation
    worker_ended = "worker_ended"  # somebody is no party worker any more


HOLDER: Final = "workers"
PERSONAL: Final[dict[str, PersonalKind]] = {"phone": "phone", "identity_number": "identity_number"}
"""The fields that are kept sealed, and their kinds."""

OFFICER: Final = "officer"
POSTS: Final = "posts"
"""The sources of what was entered by hand, and of who was named for a post; a dataset's name stands for a push."""


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """What the rules look at when a role is given or prolonged.

    `formal` is what the roll says of a member, else what was stated; None is not known. `months` is how long an
    instructor's term is, rounded up; `others` how many other roles the worker holds in that time.
    """

    role: WorkerRole
    formal: bool | None
    months: int | None
    others: int


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What decides whether a worker may be erased."""

    state: WorkerState
    ground: str | None = None
