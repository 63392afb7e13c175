"""What a made-up county consists of: kinds of organisation, their shares, and how a register writes each of them.

Shares follow the order of magnitude of published county registers: about four in ten are self-employed, four in ten
private firms; social organisations are a few in a hundred.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from app.demo.words import (
    ACCOUNTING,
    FARM_TRADES,
    FIRM_TRADES,
    LAW,
    NO_TRADE,
    SERVICE_TRADES,
    SHOP_TRADES,
    SOCIETY_TRADES,
    Trade,
)


class Form(NamedTuple):
    """One way of being registered.

    `share` is per 1,000 organisations; `pattern` builds the name from {province}, {city}, {place}
    (the county), {short} (the county without its last syllable), {town}, {brand}, {surname} and {trade};
    `registered` is the register's type as written there; `capital` how its capital is written: one of none, small,
    middle, large, yuan.
    """

    kind: str
    share: int
    prefix: str
    registered: str
    pattern: str
    trades: tuple[Trade, ...]
    capital: str


FORMS: Final = (
    Form(
        "private_enterprise",
        165,
        "91",
        "有限责任公司(自然人投资或控股)",
        "{city}{brand}{trade}有限公司",
        FIRM_TRADES,
        "middle",
    ),
    Form(
        "private_enterprise",
        150,
        "91",
        "有限责任公司(自然人独资)",
        "{city}市{brand}{trade}有限公司",
        FIRM_TRADES,
        "small",
    ),
    Form(
        "private_enterprise",
        45,
        "91",
        "有限责任公司(自然人投资或控股)",
        "{short}{brand}{trade}有限公司",
        FIRM_TRADES,
        "middle",
    ),
    Form("private_enterprise", 34, "91", "个人独资企业", "{place}{town}{brand}{trade}厂", FIRM_TRADES, "small"),
    Form("private_enterprise", 12, "91", "普通合伙企业", "{place}{brand}{trade}中心(普通合伙)", FIRM_TRADES, "small"),
    Form(
        "private_enterprise", 10, "91", "有限合伙企业", "{city}{brand}{trade}合伙企业(有限合伙)", FIRM_TRADES, "large"
    ),
    Form(
        "private_enterprise",
        9,
        "91",
        "股份有限公司(非上市、自然人投资或控股)",
        "{province}{brand}{trade}股份有限公司",
        FIRM_TRADES,
        "large",
    ),
    Form("self_employed", 385, "92", "个体工商户", "{place}{town}{surname}{brand}{trade}", SHOP_TRADES, "yuan"),
    Form("farmers_cooperative", 42, "93", "农民专业合作社", "{place}{brand}{trade}专业合作社", FARM_TRADES, "middle"),
    Form("social_association", 14, "51", "社会团体", "{place}{brand}{trade}协会", SOCIETY_TRADES, "none"),
    Form("social_service", 30, "52", "民办非企业单位", "{place}{brand}{trade}", SERVICE_TRADES, "small"),
    Form("foundation", 1, "53", "基金会", "{city}{brand}公益基金会", NO_TRADE, "large"),
    Form("intermediary", 4, "31", "律师事务所", "{province}{brand}律师事务所", LAW, "none"),
    Form("intermediary", 4, "91", "普通合伙企业", "{city}{brand}会计师事务所(普通合伙)", ACCOUNTING, "small"),
    Form(
        "foreign_invested",
        12,
        "91",
        "有限责任公司(外国法人独资)",
        "{brand}{trade}({city})有限公司",
        FIRM_TRADES,
        "large",
    ),
    Form(
        "foreign_invested",
        10,
        "91",
        "有限责任公司(港澳台投资、非独资)",
        "{brand}{trade}({province})有限公司",
        FIRM_TRADES,
        "large",
    ),
    Form("joint_stock_cooperative", 9, "91", "股份合作制", "{place}{brand}{trade}厂", FIRM_TRADES, "small"),
    Form("state_owned", 9, "91", "有限责任公司(国有独资)", "{place}{brand}{trade}集团有限公司", FIRM_TRADES, "large"),
    Form("collective", 11, "91", "集体所有制", "{place}{town}{brand}{trade}总厂", FIRM_TRADES, "small"),
    Form(
        "branch_office",
        44,
        "91",
        "有限责任公司分公司(自然人投资或控股)",
        "{city}{brand}{trade}有限公司{town}分公司",
        FIRM_TRADES,
        "none",
    ),
)


def drawn(places: int) -> tuple[Form, ...]:
    """`places` slots filled in proportion to the shares: a form is drawn by drawing a slot."""

    def slots() -> Iterator[Form]:
        reached = filled = 0
        for form in FORMS:
            reached += form.share
            upto = reached * places // sum(each.share for each in FORMS)
            yield from [form] * (upto - filled)
            filled = upto

    return tuple(slots())
