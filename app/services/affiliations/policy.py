"""By what a branch's superior body is judged and suggested, each with the document it is taken from.

Only that a branch always has a superior is hard. Which kinds of body manage in which mode, and from what size or share
a mode fits, is "normally": a transfer that departs from it states why.
"""

from dataclasses import dataclass
from typing import Literal

from app.core.findings import Cited
from app.services.authorities.facts import AuthorityKind
from app.services.coverage.policy import LOCAL_PRACTICE, TWO_NEW_OPINION
from app.services.organizations.kinds import Kind
from app.services.policies.facts import PolicyKind

CONSTITUTION = "《中国共产党章程》（2022年修改）第十条"
SOCIAL_OPINION = "中共中央办公厅《关于加强社会组织党的建设工作的意见（试行）》（2015年）"
FLOATING_OPINION = "中共中央办公厅《关于加强和改进流动党员管理工作的意见》（2006年）"
SIZES = "国家统计局《统计上大中小微型企业划分办法（2017）》"

EntrustedFrom = Literal["large", "above_scale"]

TERRITORIAL = (
    AuthorityKind.village,
    AuthorityKind.township,
    AuthorityKind.work_committee,
    AuthorityKind.social_work_department,
)


@dataclass(frozen=True, slots=True)
class AffiliationPolicy:
    """Which bodies manage in which mode, and when a mode fits. `version` is told with what was judged."""

    version: str
    superiors: Cited[int]  # superior bodies that a branch has at any time
    territorial_bodies: Cited[tuple[AuthorityKind, ...]]
    industry_bodies: Cited[tuple[AuthorityKind, ...]]
    entrusted_bodies: Cited[tuple[AuthorityKind, ...]]
    dual_bodies: Cited[tuple[AuthorityKind, ...]]
    outflow_bodies: Cited[int]  # bodies at the place of origin that dual management names
    line_trades: Cited[tuple[str, ...]]  # trades with a line of their own, as prefixes of GB/T 4754 codes
    line_kinds: Cited[tuple[Kind, ...]]  # kinds of organisation with a line of their own
    line_percent: Cited[int]  # of a branch's organisations that are of the trade
    social_percent: Cited[int]  # of a branch's organisations that are directly registered social ones
    entrusted_from: Cited[EntrustedFrom]
    large_staff: Cited[int]
    large_revenue_yuan: Cited[int]
    floating_percent: Cited[int]  # of those who take part in a branch that float into it


DEFAULT = AffiliationPolicy(
    version="default-2026",
    superiors=Cited(1, CONSTITUTION),
    territorial_bodies=Cited((*TERRITORIAL, AuthorityKind.unit), TWO_NEW_OPINION),
    industry_bodies=Cited((AuthorityKind.industry_department, AuthorityKind.social_organization_body), SOCIAL_OPINION),
    entrusted_bodies=Cited((AuthorityKind.entrusted_department,), TWO_NEW_OPINION),
    dual_bodies=Cited((*TERRITORIAL, AuthorityKind.unit, AuthorityKind.industry_department), FLOATING_OPINION),
    outflow_bodies=Cited(1, FLOATING_OPINION),
    line_trades=Cited(("L7231", "L7241"), SOCIAL_OPINION),  # 律师及相关法律服务; 会计、审计及税务服务
    line_kinds=Cited((Kind.intermediary, Kind.self_employed), TWO_NEW_OPINION),
    line_percent=Cited(50, LOCAL_PRACTICE),
    social_percent=Cited(50, SOCIAL_OPINION),
    entrusted_from=Cited("large", TWO_NEW_OPINION),
    large_staff=Cited(300, SIZES),
    large_revenue_yuan=Cited(400_000_000, SIZES),
    floating_percent=Cited(50, FLOATING_OPINION),
)

KIND = PolicyKind("affiliations", DEFAULT)
