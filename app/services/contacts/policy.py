"""Which contacts a statutory duty needs for as long as the organisation is at work."""

from dataclasses import dataclass

from app.core.findings import Cited
from app.services.contacts.facts import ContactRole

DUTY = "《中华人民共和国个人信息保护法》第十三条第一款第三项、第四十七条"


@dataclass(frozen=True, slots=True)
class ErasurePolicy:
    """The roles whose holders are kept while the organisation is at work."""

    kept_roles: Cited[tuple[ContactRole, ...]]


DEFAULT = ErasurePolicy(kept_roles=Cited((ContactRole.owner, ContactRole.manager), DUTY))
