"""Every permission of the service, by noun and verb."""

from enum import StrEnum


class Permission(StrEnum):
    """What a grant may allow. The value is what tokens carry."""

    regions_read = "regions:read"
    organizations_read = "organizations:read"
    organizations_write = "organizations:write"
    hosts_read = "hosts:read"
    hosts_write = "hosts:write"
    branches_read = "branches:read"
    branches_write = "branches:write"
    authorities_read = "authorities:read"
    authorities_write = "authorities:write"
    coverage_read = "coverage:read"
    policies_read = "policies:read"
    policies_write = "policies:write"
    batches_read = "batches:read"
    batches_write = "batches:write"
    reviews_read = "reviews:read"
    reviews_decide = "reviews:decide"
    labels_read = "labels:read"


READ = frozenset(permission for permission in Permission if permission.endswith(":read"))

ROLES: dict[str, frozenset[Permission]] = {
    "officer": frozenset(Permission),
    "partner": frozenset(
        {Permission.batches_write, Permission.batches_read, Permission.regions_read, Permission.labels_read}
    ),
    "reader": READ,
}
"""Roles as named sets; a grant is a role with region ranges and datasets."""
