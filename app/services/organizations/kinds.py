"""What kind of organisation a registration is: told by its USCC, its registered type and, with care, its name.

Three witnesses, the surest first:

1. The USCC's first two characters name the registering office and its class of body (GB 32100-2015). Outside 91
   (enterprise) they settle the kind.
2. The name, where the law settles it: a branch office must bear its parent's name followed by a word such as 分公司,
   分厂 or 分店 (企业名称登记管理规定, 2020), so a name that goes on behind 公司 is a branch office.
3. The registered type, as text or as the market regulator's four-digit code, which tells who owns the enterprise.

Ownership is never guessed. A plain 有限责任公司 or 股份有限公司 is a legal form that private, state and collective
owners all use, and registers that know the owner say so (自然人投资或控股, 国有控股 …); without that note the kind is
`unclassified`, to be told by an officer or by a better source, and its share stands beside every figure. Calling them
private would have put most state-owned subsidiaries into the two-new field.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What an organisation is. The order is part of the facts key: append only."""

    unclassified = "unclassified"
    private_enterprise = "private_enterprise"
    foreign_invested = "foreign_invested"
    joint_stock_cooperative = "joint_stock_cooperative"
    self_employed = "self_employed"
    farmers_cooperative = "farmers_cooperative"
    social_association = "social_association"
    social_service = "social_service"
    foundation = "foundation"
    intermediary = "intermediary"
    informal_body = "informal_body"
    state_owned = "state_owned"
    collective = "collective"
    administrative = "administrative"
    union_body = "union_body"
    branch_office = "branch_office"


ENTERPRISE_KINDS = (Kind.private_enterprise, Kind.foreign_invested, Kind.joint_stock_cooperative)
NEW_ECONOMIC_KINDS = (*ENTERPRISE_KINDS, Kind.self_employed, Kind.farmers_cooperative, Kind.informal_body)
NEW_SOCIAL_KINDS = (Kind.social_association, Kind.social_service, Kind.foundation, Kind.intermediary)
TWO_NEW_KINDS = NEW_ECONOMIC_KINDS + NEW_SOCIAL_KINDS


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """The kind, the code of the reason (label `kind_evidence`), and the very text it rests on."""

    kind: Kind
    evidence: str
    matched: str


# First two characters of a USCC; 91 is left to type and name. 32, 34 and 35 (notaries, forensic institutes,
# arbitration) may be public bodies or not, 59 and Y1 are catch-alls, 71 and 72 (religious) belong to no kind here.
PREFIXES: dict[str, Kind] = {
    "11": Kind.administrative, "12": Kind.administrative, "13": Kind.administrative, "19": Kind.administrative,
    "A1": Kind.administrative, "A9": Kind.administrative,
    "31": Kind.intermediary, "33": Kind.intermediary,
    "51": Kind.social_association, "52": Kind.social_service, "53": Kind.foundation,
    "54": Kind.administrative, "55": Kind.administrative,
    "81": Kind.union_body, "89": Kind.union_body,
    "92": Kind.self_employed, "93": Kind.farmers_cooperative,
    "N1": Kind.collective, "N2": Kind.collective, "N3": Kind.collective, "N9": Kind.collective,
}  # fmt: skip

# The market regulator's codes, longest prefix wins. 1xxx domestic companies, 2xxx their branches, 3xxx enterprises
# that are not companies, 4xxx without legal personality, 5xxx/6xxx/7xxx foreign and Hong Kong, Macao, Taiwan.
TYPE_CODES: dict[str, Kind] = {
    "111": Kind.state_owned, "114": Kind.state_owned, "1213": Kind.state_owned, "1223": Kind.state_owned,
    "112": Kind.foreign_invested, "1211": Kind.foreign_invested, "1221": Kind.foreign_invested,
    "113": Kind.private_enterprise, "1151": Kind.private_enterprise, "1152": Kind.private_enterprise,
    "1212": Kind.private_enterprise, "1222": Kind.private_enterprise,
    "2": Kind.branch_office,
    "31": Kind.state_owned, "32": Kind.collective, "34": Kind.joint_stock_cooperative,
    "41": Kind.administrative, "421": Kind.state_owned, "422": Kind.collective,
    "43": Kind.branch_office, "44": Kind.branch_office, "441": Kind.state_owned, "442": Kind.collective,
    "45": Kind.private_enterprise, "455": Kind.branch_office, "456": Kind.branch_office,
    "5": Kind.foreign_invested, "58": Kind.branch_office,
    "6": Kind.foreign_invested, "68": Kind.branch_office,
    "71": Kind.branch_office, "72": Kind.branch_office, "73": Kind.foreign_invested, "731": Kind.branch_office,
    "91": Kind.farmers_cooperative, "92": Kind.branch_office,
}  # fmt: skip

# Registered types as text, the first that matches wins: what sets an office apart comes before who owns it.
TYPE_WORDS: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        ("分支机构|分公司|代表机构|代表处|办事处", Kind.branch_office),
        ("国有.*(经营单位|社团法人营业)", Kind.state_owned),
        ("集体.*(经营单位|社团法人营业)", Kind.collective),
        ("经营单位", Kind.branch_office),
        ("外商|外资|外国|中外|港、?澳|台、?港|侨", Kind.foreign_invested),
        ("国有|全民所有", Kind.state_owned),
        ("集体", Kind.collective),
        ("事业单位|机关", Kind.administrative),
        ("股份合作", Kind.joint_stock_cooperative),
        ("农民专业合作|专业合作社", Kind.farmers_cooperative),
        ("个体", Kind.self_employed),
        ("民办非企业|社会服务机构", Kind.social_service),
        ("社会团体", Kind.social_association),
        ("基金会", Kind.foundation),
        ("律师事务所|律师执业机构", Kind.intermediary),
        ("私营|个人独资|合伙|(?<!非)自然人", Kind.private_enterprise),
    )
)
# These types are given to a business of its own only, so a word like 厂 or 店 behind 公司 does not make it an office.
OWN_BUSINESS = frozenset({Kind.private_enterprise, Kind.joint_stock_cooperative, Kind.self_employed})

BRANCH_ENDING = re.compile("(分公司|支公司|分厂|分店|支行|分行|分社|分理处|储蓄所|代表处|办事处)$")
BEHIND_COMPANY = re.compile(r"公司(?!\(|工会)(?=.{2})(.+)$")
# Supply and marketing co-operatives and the economic organisations of villages are collectively owned.
COLLECTIVE = re.compile("供销合作社|经济合作社|经济联合社|经济合作联社")
TRADES = re.compile(
    r"(律师|会计师|税务师|审计师|评估师?|专利代理|商标代理|造价咨询)事务所((有限|有限责任)公司)?(\(.*合伙\))?$"
)
OTHER_NAMES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (COLLECTIVE, Kind.collective),
    (re.compile("专业合作社"), Kind.farmers_cooperative),
    (TRADES, Kind.intermediary),
    (re.compile(r"\((普通|特殊普通|有限)合伙\)$"), Kind.private_enterprise),
)
# Bodies that deliver and drive without being registered: only asked when there is no code and no type at all.
INFORMAL = re.compile("(配送站|配送点|骑手站|骑手驿站|快递站|快递网点|快递点|外卖站点?|站点)$")


def kind_of(uscc: str | None, registered_type: str | None, name: str) -> KindVerdict:
    """The kind of a registration, with its evidence.

    `uscc` is a normalised 18-character code or None (a 15-digit registration number is not one); `registered_type` is
    the register's text or four-digit code as it came, "N/A" and blanks included.
    """
    named = _plain(name)
    prefix = uscc[:2] if uscc and len(uscc) == 18 else ""
    if prefix and prefix != "91":
        return _by_prefix(prefix, named)
    kind, seen = _by_type(registered_type) if registered_type else (None, "")
    if found := BRANCH_ENDING.search(named):
        return KindVerdict(Kind.branch_office, "name_of_branch_office", found[0])
    if kind not in OWN_BUSINESS and (found := BEHIND_COMPANY.search(named)):
        return KindVerdict(Kind.branch_office, "name_behind_parent", found[1])
    if kind is not None and kind is not Kind.unclassified:
        return _closer(kind, named) or KindVerdict(kind, "registered_type", seen)
    for pattern, told in OTHER_NAMES:
        if found := pattern.search(named):
            return KindVerdict(told, "name", found[0])
    if seen:
        return KindVerdict(Kind.unclassified, "type_without_owner", seen)
    if not prefix and uscc is None and (found := INFORMAL.search(named)):
        return KindVerdict(Kind.informal_body, "informal_name", found[0])
    return KindVerdict(Kind.unclassified, "nothing_told", prefix)


def _by_prefix(prefix: str, named: str) -> KindVerdict:
    kind = PREFIXES.get(prefix)
    if kind is Kind.farmers_cooperative:
        if closer := _closer(kind, named):
            return closer
        if found := BRANCH_ENDING.search(named):
            return KindVerdict(Kind.branch_office, "name_of_branch_office", found[0])
    if prefix == "59":
        # A social organisation for certain; which of the three, only its name can tell.
        kind = Kind.foundation if named.endswith("基金会") else Kind.social_association
    if kind is None:
        return KindVerdict(Kind.unclassified, "prefix_without_kind", prefix)
    return KindVerdict(kind, "uscc_prefix", prefix)


def _closer(kind: Kind, named: str) -> KindVerdict | None:
    """Where a name says more than code or type.

    Law, accounting and tax firms are partnerships or companies by type, and new *social* organisations by trade.
    Village shareholding co-operatives were registered as farmers' co-operatives before they had a code of their own.
    """
    if kind is Kind.private_enterprise and (found := TRADES.search(named)):
        return KindVerdict(Kind.intermediary, "name", found[0])
    if kind is Kind.farmers_cooperative and (found := COLLECTIVE.search(named)):
        return KindVerdict(Kind.collective, "name", found[0])
    return None


@lru_cache(maxsize=4096)
def _by_type(registered_type: str) -> tuple[Kind | None, str]:
    """The kind a registered type tells and the type as read; None when nothing was told at all."""
    text = _plain(registered_type)
    if text.lower() in {"", "n/a", "na", "null", "none", "-", "--", "无", "未知"}:
        return None, ""
    if len(text) == 4 and text.isdigit():
        for length in (4, 3, 2, 1):
            if kind := TYPE_CODES.get(text[:length]):
                return kind, text
        return Kind.unclassified, text
    for pattern, kind in TYPE_WORDS:
        if pattern.search(text):
            return kind, text
    return Kind.unclassified, text


def _plain(text: str) -> str:
    """Half-width brackets and letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())
