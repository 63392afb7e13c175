"""The words of money: purses, uses, whose an account is, what an entry tells. Amounts are integer fen."""

from enum import StrEnum
from typing import Final

MOST_FEN: Final = 10_000_000_000_000
"""A hundred billion yuan: a larger amount is a slip of the pen, and sums of any number of them stay exact."""
CURRENCY: Final = "CNY"
FIRST_YEAR: Final = 2012


class Purse(StrEnum):
    """Where money comes from. Purses never mix: an entry is of one."""

    fiscal_budget = "fiscal_budget"  # 财政预算
    enterprise_levy = "enterprise_levy"  # 税前列支党建经费
    dues_refund = "dues_refund"  # 党费返还
    higher_grant = "higher_grant"  # 上级下拨


class Use(StrEnum):
    """What money may be spent on (S18)."""

    member_education = "member_education"  # 党员教育培训
    branch_activities = "branch_activities"  # 党组织建设和活动
    full_time_pay = "full_time_pay"  # 专职党务工作者报酬
    worker_subsidies = "worker_subsidies"  # 书记和党建指导员补贴


class HolderKind(StrEnum):
    """Whose an account is: the committee itself, a body below it, a branch, or an organisation."""

    committee = "committee"
    authority = "authority"
    branch = "branch"
    organization = "organization"


class AccountKind(StrEnum):
    """What an account counts. `source`: what came from outside, at most zero; the others are never below zero."""

    funds = "funds"
    use = "use"  # spent for one use, by the holder
    source = "source"


class EntryKind(StrEnum):
    """What an entry tells."""

    income = "income"  # source → funds
    set_aside = "set_aside"  # an organisation's own source → its levy account
    appropriation = "appropriation"  # the committee's funds → a branch's or an authority's
    spending = "spending"  # funds → use
    refund = "refund"  # funds → source: given back, at the end of a year above all
    transfer = "transfer"  # funds → funds of the same committee
    reversal = "reversal"  # takes another entry back, line by line
