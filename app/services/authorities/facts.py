"""Frozen values of the authorities room: kinds, and the party's own code as ranges.

The 15-digit code has three digits a level, five levels; 000 means "no further level", so that an authority's code is
its identity and the bodies under it are one contiguous range.
"""

from enum import StrEnum
from typing import Final

DIGITS: Final = 15
DEPTHS: Final = 5
CODES: Final = 10**DIGITS


class AuthorityKind(StrEnum):
    """What kind of superior body manages branches."""

    township = "township"  # 乡镇、街道党（工）委
    village = "village"  # 村、社区党组织
    unit = "unit"  # 机关、企事业单位党委
    industry_department = "industry_department"  # 行业主管部门
    entrusted_department = "entrusted_department"  # 受委托管理的部门
    work_committee = "work_committee"  # 两新工委, a detached body of the same-level committee
    social_work_department = "social_work_department"  # 社会工作部, since 2023


def parsed(text: str) -> int:
    """A code as its number. Raises ValueError unless it is 15 ASCII digits with no level under an empty one."""
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        raise ValueError("15 digits")
    groups = [text[place : place + 3] for place in range(0, DIGITS, 3)]
    used = [group != "000" for group in groups]
    if not used[0] or used != sorted(used, reverse=True):
        raise ValueError("a level under an empty one")
    return int(text)


def depth(code: int) -> int:
    """How many levels a code names, 1 to 5."""
    empty = 0
    while empty < DEPTHS - 1 and code % 1000 ** (empty + 1) == 0:
        empty += 1
    return DEPTHS - empty


def span(code: int) -> tuple[int, int]:
    """The half-open range of codes of an authority and of all under it."""
    return code, code + 1000 ** (DEPTHS - depth(code))


def written(code: int) -> str:
    """A code as it is written: 15 digits."""
    return f"{code:015d}"
