"""Every permission of the service, by noun and verb, and the roles as named sets of them."""

from enum import StrEnum
from typing import Final


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
    contacts_read = "contacts:read"
    contacts_write = "contacts:write"
    contacts_reveal = "contacts:reveal"
    data_subjects_export = "data_subjects:export"
    data_subjects_erase = "data_subjects:erase"
    me_read = "me:read"
    clients_read = "clients:read"
    clients_write = "clients:write"
    grants_read = "grants:read"
    grants_write = "grants:write"
    access_reviews_read = "access_reviews:read"
    access_reviews_decide = "access_reviews:decide"
    audit_read = "audit:read"
    branches_approve = "branches:approve"
    affiliations_write = "affiliations:write"
    members_read = "members:read"
    members_write = "members:write"
    members_reveal = "members:reveal"
    teams_read = "teams:read"
    teams_write = "teams:write"
    activities_read = "activities:read"
    activities_write = "activities:write"
    documents_read = "documents:read"
    documents_write = "documents:write"
    network_read = "network:read"
    plans_read = "plans:read"
    plans_write = "plans:write"
    tasks_read = "tasks:read"
    tasks_write = "tasks:write"
    workers_read = "workers:read"
    workers_write = "workers:write"
    workers_reveal = "workers:reveal"
    assignments_read = "assignments:read"
    assignments_write = "assignments:write"
    visits_read = "visits:read"
    visits_write = "visits:write"
    training_read = "training:read"
    training_write = "training:write"
    treatment_read = "treatment:read"
    treatment_write = "treatment:write"
    treatment_close = "treatment:close"
    worker_reviews_read = "worker_reviews:read"
    worker_reviews_write = "worker_reviews:write"
    worker_reviews_decide = "worker_reviews:decide"
    departments_read = "departments:read"
    departments_write = "departments:write"
    liaisons_read = "liaisons:read"
    liaisons_write = "liaisons:write"
    liaisons_reveal = "liaisons:reveal"
    working_days_read = "working_days:read"
    working_days_write = "working_days:write"
    calendar_feeds_read = "calendar_feeds:read"
    calendar_feeds_write = "calendar_feeds:write"
    joint_meetings_read = "joint_meetings:read"
    joint_meetings_write = "joint_meetings:write"
    joint_meetings_take_part = "joint_meetings:take_part"
    joint_meetings_approve = "joint_meetings:approve"
    action_items_read = "action_items:read"
    action_items_write = "action_items:write"
    action_items_report = "action_items:report"
    notices_read = "notices:read"
    notices_write = "notices:write"
    notices_answer = "notices:answer"
    supervisions_read = "supervisions:read"
    supervisions_write = "supervisions:write"
    supervisions_answer = "supervisions:answer"
    programmes_read = "programmes:read"
    programmes_write = "programmes:write"
    programmes_report = "programmes:report"
    reminders_read = "reminders:read"
    funding_read = "funding:read"
    funding_write = "funding:write"
    funding_post = "funding:post"
    funding_approve = "funding:approve"
    funding_close = "funding:close"
    spending_requests_write = "spending_requests:write"
    spending_requests_approve = "spending_requests:approve"
    spending_requests_approve_large = "spending_requests:approve_large"
    payables_read = "payables:read"
    payables_write = "payables:write"
    levies_read = "levies:read"
    levies_write = "levies:write"


class Role(StrEnum):
    """What a grant in the database makes of its holder."""

    work_committee_officer = "work_committee_officer"
    region_officer = "region_officer"
    line_officer = "line_officer"  # an industry's or an entrusted authority's subtree
    department_partner = "department_partner"  # only its datasets
    department_member = "department_member"  # own department's part in the joint meeting
    branch_secretary = "branch_secretary"  # own branches
    instructor = "instructor"  # own organisations
    portal_reader = "portal_reader"
    auditor = "auditor"
    system_administrator = "system_administrator"
    security_administrator = "security_administrator"
    audit_administrator = "audit_administrator"


P = Permission

RUNNING: Final = frozenset(
    {
        P.clients_read,
        P.clients_write,
        P.grants_read,
        P.grants_write,
        P.access_reviews_read,
        P.access_reviews_decide,
        P.audit_read,
    }
)
"""Who may enter, and what was done: never in the hands of those who do the work itself."""

WORK: Final = frozenset(Permission) - RUNNING
NAMES: Final = frozenset(
    {
        P.contacts_read,
        P.members_read,
        P.teams_read,
        P.workers_read,
        P.assignments_read,
        P.visits_read,
        P.training_read,
        P.treatment_read,
        P.worker_reviews_read,
        P.liaisons_read,
        P.payables_read,
    }
)
"""Lists of persons by name: only for those whose work needs them."""
PERSONS: Final = frozenset(
    {
        P.contacts_reveal,
        P.members_reveal,
        P.workers_reveal,
        P.liaisons_reveal,
        P.data_subjects_export,
        P.data_subjects_erase,
    }
)
"""Numbers in clear, and what a person may demand: the work committee answers for these alone."""
READ: Final = frozenset(permission for permission in WORK if permission.endswith(":read")) - NAMES
QUEUES: Final = frozenset({P.batches_read, P.reviews_read, P.levies_read})
"""What partners sent, record by record, and what firms pay: not for those who only look at results."""
PLACES: Final = frozenset({P.me_read, P.labels_read, P.regions_read, P.working_days_read})
"""What every screen needs."""
PUSHING: Final = PLACES | {P.batches_write, P.batches_read}

ROLES: Final[dict[str, frozenset[Permission]]] = {
    Role.work_committee_officer: WORK,
    Role.region_officer: WORK
    - PERSONS
    - {P.policies_write, P.authorities_write, P.working_days_write, P.spending_requests_approve_large},
    Role.line_officer: (READ - QUEUES)
    | NAMES
    | {
        P.branches_write,
        P.branches_approve,
        P.affiliations_write,
        P.members_write,
        P.teams_write,
        P.activities_write,
        P.documents_write,
        P.tasks_write,
        P.workers_write,
        P.assignments_write,
        P.visits_write,
        P.training_write,
        P.worker_reviews_write,
        P.worker_reviews_decide,
        P.calendar_feeds_write,
        P.notices_answer,
        P.supervisions_answer,
        P.programmes_report,
        P.spending_requests_write,
    },
    Role.department_partner: PUSHING,
    Role.department_member: PLACES
    | {
        P.departments_read,
        P.calendar_feeds_read,
        P.calendar_feeds_write,
        P.joint_meetings_read,
        P.joint_meetings_take_part,
        P.action_items_read,
        P.action_items_report,
        P.notices_read,
        P.notices_answer,
        P.supervisions_read,
        P.supervisions_answer,
        P.programmes_read,
        P.programmes_report,
        P.reminders_read,
    },
    Role.branch_secretary: PLACES
    | {
        P.branches_read,
        P.branches_write,
        P.organizations_read,
        P.hosts_read,
        P.members_read,
        P.members_write,
        P.teams_read,
        P.teams_write,
        P.activities_read,
        P.activities_write,
        P.documents_read,
        P.tasks_read,
        P.tasks_write,
        P.workers_read,
        P.assignments_read,
        P.visits_read,
        P.training_read,
        P.worker_reviews_read,
        P.worker_reviews_write,
        P.notices_read,
        P.supervisions_read,
        P.supervisions_answer,
        P.reminders_read,
        P.calendar_feeds_read,
        P.calendar_feeds_write,
        P.funding_read,
        P.spending_requests_write,
    },
    Role.instructor: PLACES
    | {
        P.organizations_read,
        P.branches_read,
        P.hosts_read,
        P.activities_read,
        P.tasks_read,
        P.tasks_write,
        P.workers_read,
        P.assignments_read,
        P.visits_read,
        P.visits_write,
        P.training_read,
        P.treatment_read,
        P.worker_reviews_read,
        P.worker_reviews_write,
        P.reminders_read,
        P.calendar_feeds_read,
        P.calendar_feeds_write,
    },
    Role.portal_reader: READ - QUEUES,
    Role.auditor: (READ - QUEUES) | {P.audit_read},
    Role.system_administrator: PLACES | {P.clients_read, P.clients_write},
    Role.security_administrator: PLACES
    | {P.clients_read, P.grants_read, P.grants_write, P.access_reviews_read, P.access_reviews_decide},
    Role.audit_administrator: PLACES | {P.grants_read, P.access_reviews_read, P.audit_read},
    # Short names that only tokens of `liangxin token` carry: for trying things out, and for operators in need.
    "officer": WORK,
    "partner": PUSHING,
    "reader": READ,
}
"""Roles as named sets; a grant is a role with region ranges, authority ranges, own objects and datasets."""

ADMINISTRATORS: Final = frozenset({Role.system_administrator, Role.security_administrator, Role.audit_administrator})
"""Nobody holds two of these."""
