"""Gazetteers for tests: a made-up province for what must be exact, and the shipped ones for what must hold anywhere."""

from functools import lru_cache

import pytest

from app.services.regions import shipped
from app.services.regions.facts import COUNTY, Entry, Retired, Successor
from app.services.regions.gazetteer import Gazetteer, Gazetteers
from app.services.regions.outline import Outline

PROVINCE = 77 * 10**10
UPPER = [
    Entry(PROVINCE, 1, "云川省", 0, 0),
    Entry(770100000000, 2, "青州市", PROVINCE, 1),
    Entry(770102000000, 3, "东湖区", 770100000000, 2),
    Entry(770103000000, 3, "西岭区", 770100000000, 2),
    Entry(770104000000, 3, "新港区", 770100000000, 2),
    Entry(770181000000, 3, "白石市", 770100000000, 2),
    Entry(770200000000, 2, "黑水市", PROVINCE, 1),
    Entry(770202000000, 3, "北关区", 770200000000, 2),
    Entry(770221000000, 3, "云岭畲族自治县", 770200000000, 2),
    Entry(779001000000, 3, "直管市", PROVINCE, 1),
]
LOWER = [
    Entry(770102001000, 4, "柳堤街道", 770102000000, 3),
    Entry(770102001001, 5, "柳北社区居委会", 770102001000, 4),
    Entry(770102001498, 5, "柳堤街道虚拟社区", 770102001000, 4),
    Entry(770102100000, 4, "大桥镇", 770102000000, 3),
    Entry(770102100201, 5, "杨家村委会", 770102100000, 4),
    Entry(770103001000, 4, "清源街道", 770103000000, 3),
    Entry(770103002000, 4, "城东街道", 770103000000, 3),
    Entry(770103002001, 5, "三里村民委员会", 770103002000, 4),
    Entry(770103401000, 4, "经济开发区", 770103000000, 3),
    Entry(770104001000, 4, "港口街道", 770104000000, 3),
    Entry(770181001000, 4, "城东街道", 770181000000, 3),
    Entry(770181100000, 4, "溪头镇", 770181000000, 3),
    Entry(770181100200, 5, "杨家村委会", 770181100000, 4),
    Entry(770181100201, 5, "上坞村委会", 770181100000, 4),
    Entry(770181101000, 4, "溪尾镇", 770181000000, 3),
    Entry(770202001000, 4, "北关街道", 770202000000, 3),
    Entry(770221200000, 4, "竹山畲族乡", 770221000000, 3),
    Entry(779001100000, 4, "河口镇", 779001000000, 3),
]
GONE = [
    Retired(770105000000, 3, "旧城区", "2015", (Successor(770103000000, 3),)),
    Retired(770121000000, 3, "白石县", "1994", (Successor(770181000000, 3),)),
    # East Lake gave its harbour to a new district, and took over a whole one before that.
    Retired(770102000000, 3, "东湖区", "2020", (Successor(770102000000, 3), Successor(770104000000, 3))),
    Retired(770106000000, 3, "湖滨区", "2010", (Successor(770102000000, 3),)),
    Retired(770107000000, 3, "盐田区", "2022", (Successor(770104000000, 3),)),
    Retired(770181000000, 4, "东渡镇", "2019", (Successor(770104000000, 3),)),
]


@pytest.fixture(scope="session")
def made_up() -> Gazetteers:
    """One small province with a bit of everything."""
    return Gazetteers(Outline(UPPER, GONE), lambda code: Gazetteer(code, [*UPPER, *LOWER]))


@pytest.fixture(scope="session")
def country() -> Gazetteers:
    """The shipped regions of the whole country."""
    upper = [entry for code in shipped.provinces() for entry in shipped.entries(code) if entry.level <= COUNTY]
    return Gazetteers(Outline(upper, shipped.retired()), from_file, keep=9)


@lru_cache(maxsize=9)
def from_file(code: int) -> Gazetteer:
    """A shipped province."""
    return Gazetteer(code, shipped.entries(code))
