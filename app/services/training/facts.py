"""Frozen values of the training room, and how hours of study are reckoned."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.services.workers.facts import WorkerRole

OFFICER: Final = "officer"
"""The source of what was entered by hand; a dataset's name stands for what was pushed."""

LONGEST: Final = 14_400
"""The most minutes one attendance may have: a course of ten days and nights."""

HOURS_OF_STUDY: Final = ("学时", "课时")
MINUTES: Final = ("分钟", "分")
"""What sheets write behind the numbers."""


class CourseKind(StrEnum):
    """What a course is about."""

    theory = "theory"  # 政治理论
    party_spirit = "party_spirit"  # 党性教育
    party_work = "party_work"  # 党务实务
    business = "business"  # 经营管理
    law_and_policy = "law_and_policy"  # 法规政策
    other = "other"


class PracticePurpose(StrEnum):
    """What a practice posting is for."""

    enterprise = "enterprise"  # 到企业实践
    government = "government"  # 到机关跟班学习
    community = "community"  # 到社区实践
    model_branch = "model_branch"  # 到示范党组织跟学
    other = "other"


class CertificateKind(StrEnum):
    """What a certificate certifies."""

    party_work = "party_work"  # 党务工作培训合格
    secretary = "secretary"  # 书记任职培训合格
    instructor = "instructor"  # 党建指导员资格
    social_worker = "social_worker"  # 社会工作者职业资格
    other = "other"


@dataclass(frozen=True, slots=True)
class Held:
    """A role held on the days of a year: from a day inclusive to a day exclusive."""

    role: WorkerRole
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Study:
    """What decides what somebody still has to learn in a year.

    `held` are the roles on days of that year, `minutes` and `sessions` what has been attended in it, `practice_days`
    the days of that year spent on postings.
    """

    year: int
    held: tuple[Held, ...]
    minutes: int
    sessions: int
    practice_days: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of somebody in a year and what was done: minutes of study, trainings, days on postings.

    `role` is the most demanding role held in the year, None where none asks for anything; `practice_due` is None where
    no postings are asked for.
    """

    role: WorkerRole | None
    minutes_due: int
    minutes: int
    sessions_due: int
    sessions: int
    practice_due: int | None
    practice_days: int


def minutes_told(minutes: int | None, hours: int | None, per_hour: int) -> int | None:
    """Minutes as they were told, or of hundredths of hours of study, a half rounded up; None where neither was told."""
    if minutes is not None:
        return minutes
    return None if hours is None else (2 * hours * per_hour + 100) // 200
