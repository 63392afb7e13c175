"""Made-up instructors as a sending department would write them down: nobody of these exists.

Their identity numbers have a right check character and a county that no number was ever given out in, so that a
made-up number is never a real person's.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import blake2b
from typing import Final, NamedTuple

from app.demo.words import FIRST, MIDDLE, SURNAMES

NOWHERE: Final = "119999"
"""Beijing has no such county and never had."""
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the seventeen characters before the check character: GB 11643-1999."""

BACKGROUNDS: Final = ("机关", "企事业党委", "复转军人", "其他")
SENDERS: Final = ("市场监督管理局", "经济和信息化局", "退役军人事务局", "商会党委")
CHANNELS: Final = ("选派", "选派", "外聘", "内选")
INDUSTRIES: Final = ("制造业", "17、18", "批发和零售业", "信息传输、软件和信息技术服务业", "住宿和餐饮业", "C", "")
QUALIFICATIONS: Final = ("懂经营管理、熟悉党务", "熟悉党务", "善做群众工作；懂法律", "懂财务", "")
HEADERS: Final = (
    "姓名",
    "身份证号码",
    "党员类别",
    "来源",
    "派出单位",
    "选配方式",
    "任职条件",
    "从业经历",
    "常住地区划代码",
    "派驻地区划代码",
    "任期起",
    "任期止",
    "专兼职",
)


class Instructor(NamedTuple):
    """Somebody who is sent: `home` is a 12-digit region code, the term runs from `since` and is left to the rules
    where `until` (its first day no more) is None."""

    name: str
    identity_number: str
    background: str
    sender: str
    channel: str
    qualifications: str
    industries: str
    home: int
    since: date
    until: date | None
    full_time: bool


def identity_number(number: int) -> str:
    """The number-th identity number (below 8,400,000): born 1970 to 1994."""
    body, serial = divmod(number, 1000)
    year, day = divmod(body, 12 * 28)
    stem = f"{NOWHERE}{1970 + year % 25}{1 + day // 28:02d}{1 + day % 28:02d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(stem, WEIGHTS, strict=True))
    return stem + "10X98765432"[total % 11]


def instructor(number: int, towns: Sequence[int], county: str, since: date) -> Instructor:
    """The number-th of a county's instructors, at home in one of its towns.

    The same number of the same county is the same person; nobody comes from two counties.
    """
    code = towns[0] // 10**6
    drawn = iter(blake2b(f"instructor {code} {number}".encode(), digest_size=16).digest())

    def one(of: Sequence[str]) -> str:
        return of[next(drawn) % len(of)]

    return Instructor(
        name=one(SURNAMES) + one(FIRST) + one(MIDDLE),
        identity_number=identity_number((code * 101 + number) * 7919 % 8_400_000),
        background=one(BACKGROUNDS),
        sender=f"{county}{one(SENDERS)}",
        channel=one(CHANNELS),
        qualifications=one(QUALIFICATIONS),
        industries=one(INDUSTRIES),
        home=towns[next(drawn) % len(towns)],
        since=since,
        until=None,
        full_time=next(drawn) < 96,
    )


def rows(people: Sequence[Instructor]) -> Iterator[list[str]]:
    """One row a person, in the order of `HEADERS`, dates and codes as the department writes them."""
    for each in people:
        yield [
            each.name,
            each.identity_number,
            "正式党员",
            each.background,
            each.sender,
            each.channel,
            each.qualifications,
            each.industries,
            f"{each.home:012d}",
            f"{each.home // 10**6 * 10**6:012d}",
            f"{each.since:%Y年%m月%d日}",
            "" if each.until is None else each.until.isoformat(),
            "专职" if each.full_time else "兼职",
        ]
