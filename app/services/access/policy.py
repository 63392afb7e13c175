"""What is laid down about who may hold what, with the documents."""

from dataclasses import dataclass

from app.core.findings import Cited


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Numbers of the separation of duties. They are the law's and no city's, so they are no dated policy."""

    administrator_roles: Cited[int]
    own_grants: Cited[int]


POLICY = AccessPolicy(
    administrator_roles=Cited(1, "GB/T 22239-2019 8.1.5 安全管理中心（系统管理、审计管理、安全管理）"),
    own_grants=Cited(0, "GB/T 22239-2019 8.1.7.1 岗位设置、8.1.4.2 访问控制（权限分离）"),
)
