"""What is true of a made-up organisation before any file gets it wrong."""

from typing import Final, NamedTuple

Row = list[str]
"""One row of the register's file, in the order of `HEADERS`."""

HEADERS: Final = (
    "企业名称",
    "统一社会信用代码",
    "注册日期",
    "企业类型",
    "注册资金",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
)
NAME, CODE, SINCE, TYPE, CAPITAL, BUSINESS, PROVINCE, CITY, ADDRESS = range(9)


class Organization(NamedTuple):
    """One organisation.

    The address is `above` (province, city, county as this register writes them), `town`, `village` (may be empty) and
    `door` (road and number). `region_code` and `region_level` say where it truly is: level 5 when the address names the
    village, else 4.
    """

    uscc: str
    name: str
    kind: str
    industry: str
    since: str
    registered: str
    capital: str
    business: str
    above: str
    town: str
    village: str
    door: str
    region_code: int
    region_level: int


def row_of(organization: Organization, province: str, city: str) -> Row:
    """The clean row of the register's file."""
    o = organization
    address = f"{o.above}{o.town}{o.village}{o.door}"
    return [o.name, o.uscc, o.since, o.registered, o.capital, o.business, province, city, address]
