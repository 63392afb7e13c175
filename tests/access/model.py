"""What should come out, told a second time and independently: a few sets instead of policies and queries."""

from app.services.access.permissions import ROLES, Permission

BY_REGION = frozenset({"own", "child"})
BY_LINE = frozenset({"line_own", "line_child"})
OWN = frozenset({"mine"})
NONE: frozenset[str] = frozenset()
PERSONS = {"instructors": "workers", "assignments": "assignments", "visits": "visits"}
"""By which permission a noun is read that tells of persons."""

STANDING: dict[str, str] = {
    "work_committee_officer": "region",
    "region_officer": "region",
    "officer_of_two": "region",
    "department_partner": "region",
    "portal_reader": "region",
    "auditor": "region",
    "system_administrator": "region",
    "security_administrator": "region",
    "audit_administrator": "region",
    "line_officer": "line",
    "branch_secretary": "branch",
    "instructor": "organization",
    "department_member": "department",
}
"""By what each role of the matrix sees; `officer_of_two` is a region officer whose scope is two ranges."""

SEEN: dict[str, dict[str, frozenset[str]]] = {
    "organizations": {"region": BY_REGION, "line": BY_LINE, "branch": OWN, "organization": OWN},
    # The outflow authority sees its people's branch elsewhere.
    "branches": {"region": BY_REGION, "line": BY_LINE | {"dual"}, "branch": OWN},
    # Each branch under dual management that names nobody at the place of origin.
    "network_findings": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
    # Made to an authority, of its line; a secretary has no branch yet.
    "applications": {"region": BY_REGION, "line": BY_LINE},
    # Whoever sees a branch sees under whom it stands and stood.
    "affiliations": {"region": BY_REGION, "line": BY_LINE | {"dual"}, "branch": OWN},
    **{
        noun: {"region": BY_REGION, "line": BY_LINE | {"dual"}, "branch": OWN}
        for noun in ("terms", "posts", "activities", "documents", "files")
    },
    "hosts": {"region": BY_REGION},
    "host_matches": {"region": BY_REGION},
    # A branch may stand under a body of the regions above.
    "authorities": {"region": BY_REGION | {"parent"}, "line": BY_LINE, "department": OWN},
    "contacts": {"region": BY_REGION},
    "members": {"region": BY_REGION, "line": BY_LINE, "branch": OWN, "organization": OWN},
    "member_transfers": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
    "workers": {"region": BY_REGION, "line": BY_LINE},
    "worker_roles": {"region": BY_REGION, "line": BY_LINE | {"dual"}, "branch": OWN},
    "reviews": {"region": BY_REGION},
    "plans": {"region": BY_REGION},
    "plan_places": {"region": BY_REGION},
    # A task is seen in its place, in its owner's line, and by whoever has its organisation.
    "formation_tasks": {"region": BY_REGION, "line": BY_LINE, "organization": OWN},
    # A worker's year is seen by whoever keeps him, and by himself: nobody of the matrix is a secretary by his own id.
    "worker_targets": {"region": BY_REGION, "line": BY_LINE},
    "worker_reviews": {"region": BY_REGION, "line": BY_LINE},
    # Where one is sent belongs to the line of the branch that covers the organisation; an instructor sees his own.
    "instructors": {"region": BY_REGION, "line": BY_LINE, "organization": OWN},
    "assignments": {"region": BY_REGION, "line": BY_LINE, "organization": OWN},
    "stations": {"region": BY_REGION, "line": BY_LINE},
    "visits": {"region": BY_REGION, "line": BY_LINE, "organization": OWN},
    "clients": {"region": BY_REGION},
    "grants": {"region": BY_REGION},
    "push_tokens": {"region": BY_REGION},
    "access_reviews": {"region": BY_REGION},
    "policies": {
        standing: frozenset({"own", "child", "parent", "sibling", "foreign"}) for standing in STANDING.values()
    },
    "coverage": {"region": BY_REGION},
    "batches": {},  # by who sent them
}

LEARNED = ("attendances", "practice_postings", "certificates")
# What is taught above is open to those below; who learned what is seen by whoever keeps him, and by himself.
SEEN |= {noun: {"region": BY_REGION | {"parent"}, "line": BY_LINE} for noun in ("courses", "training_sessions")}
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "organization": OWN} for noun in LEARNED}

TREATED = ("honours", "conditions", "entitlements")
# What somebody is given is seen by whoever keeps him, and by himself; the list of a region by who has the region.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "organization": OWN} for noun in TREATED}
SEEN |= {"treatment_months": {"region": BY_REGION}}

PROPOSED = ("assignment_proposals", "assignment_proposal_pairs")
# Whom to send in a region is proposed to whoever has the region; an instructor learns of it when he is sent.
SEEN |= {noun: {"region": BY_REGION} for noun in PROPOSED}

DEPARTMENTS = ("departments", "department_duties", "department_liaisons", "department_datasets")
# A committee's departments are seen in its place, in its line, and by themselves; so is that there is a calendar.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in (*DEPARTMENTS, "calendar_feeds")}

MEETINGS = ("meeting_schedules", "joint_meetings", "meeting_minutes")
TAKING_PART = ("agenda_items", "agenda_papers", "meeting_invitations")
# A committee's meetings are seen as its departments are; what is a department's own it writes itself.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in (*MEETINGS, *TAKING_PART)}

# A notice and a tour are the committee's, a tour also its leading department's; what is told to somebody is also his.
SEEN |= {
    "notices": {"region": BY_REGION, "line": BY_LINE},
    "notice_recipients": {"region": BY_REGION, "line": BY_LINE, "department": OWN},
    "supervisions": {"region": BY_REGION, "line": BY_LINE, "department": OWN},
    "rectifications": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
}

DECIDED = ("action_items", "action_item_evidence")
# So is what a meeting decides; on its own the responsible department reports.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in DECIDED}

PROGRAMMES = ("programmes", "programme_tasks", "programme_targets")
# A committee's programme is a draft here: what is approved is known below as well (tests/routers/test_programmes.py).
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in PROGRAMMES}

BUDGETS = ("budgets", "budget_adjustments", "budget_lines", "budget_totals")
# A committee's budget is seen in its place and in its line.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE} for noun in BUDGETS}

BANKING = ("bank_statements", "bank_statement_lines", "bank_matches")
# What the bank says of a committee's account is seen where the committee's books are.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE} for noun in BANKING}

LEVYING = ("payrolls", "levy_ratios", "levies", "levy_set_asides")
# What is kept of a firm is seen where the firm stands, in its branch's line, and by that branch; by who may see wages.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "branch": OWN} for noun in LEVYING}

SPENDING = ("spending_requests", "spending_payments", "spending_evidence", "spending_files")
# What is asked of an account stands with it, and is its branch's own.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "branch": OWN} for noun in SPENDING}

# What a committee gives is seen in its place and line; what was posted, and what was asked for, by the branch as well.
SEEN |= {"appropriations": {"region": BY_REGION, "line": BY_LINE}}
GIVEN = ("appropriation_items", "brand_projects")
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE, "branch": OWN} for noun in GIVEN}

BOOKS = ("funding_years", "funding_entries")
# A committee's books are seen in its place and line; an account where its holder stands, and by the branch it is of.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE} for noun in BOOKS}
SEEN |= {"funding_accounts": {"region": BY_REGION, "line": BY_LINE, "branch": OWN}}

WAGES = ("payment_runs", "payables", "payable_debts")
# What a committee pays workers stands with its account; it is drawn up by who has the whole of the place.
SEEN |= {noun: {"region": BY_REGION, "line": BY_LINE} for noun in WAGES}
SEEN |= {"payment_run_places": {"region": BY_REGION}}

WRITTEN: dict[str, dict[str, frozenset[str]]] = {
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in WAGES},
    "payment_run_places": {"region": BY_REGION},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in (*BOOKS, "funding_accounts")},
    "appropriations": {"region": BY_REGION, "line": BY_LINE},
    "brand_projects": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
    **{noun: {"region": BY_REGION, "line": BY_LINE, "branch": OWN} for noun in SPENDING},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in BUDGETS},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in LEVYING},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in BANKING},
    **{noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in PROGRAMMES},
    "calendar_feeds": {"region": BY_REGION, "line": BY_LINE, "department": OWN},
    **{noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in DECIDED},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in ("notices", "supervisions")},
    "notice_recipients": {"region": BY_REGION, "line": BY_LINE, "department": OWN},
    "rectifications": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in MEETINGS},
    **{noun: {"region": BY_REGION, "line": BY_LINE, "department": OWN} for noun in TAKING_PART},
    **{noun: {"region": BY_REGION} for noun in PROPOSED},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in DEPARTMENTS},
    **{noun: {"region": BY_REGION, "line": BY_LINE} for noun in ("honours", "conditions")},
    "treatment_months": {"region": BY_REGION},
    **{
        noun: {"region": BY_REGION, "line": BY_LINE}
        for noun in ("courses", "training_sessions", "attendances", "practice_postings", "certificates")
    },
    "branches": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
    "applications": {"region": BY_REGION, "line": BY_LINE},
    "formation_tasks": {"region": BY_REGION, "line": BY_LINE, "organization": OWN},
    "workers": {"region": BY_REGION, "line": BY_LINE},
    "worker_roles": {"region": BY_REGION, "line": BY_LINE, "branch": OWN},
    **{
        noun: {"region": BY_REGION, "line": BY_LINE, "branch": OWN}
        for noun in ("members", "member_transfers", "terms", "activities", "documents", "files")
    },
    "worker_targets": {"region": BY_REGION, "line": BY_LINE},
    "worker_reviews": {"region": BY_REGION, "line": BY_LINE},
    "assignments": {"region": BY_REGION, "line": BY_LINE},
    "stations": {"region": BY_REGION, "line": BY_LINE},
    "instructors": {"region": BY_REGION, "line": BY_LINE},
    "visits": {"region": BY_REGION, "line": BY_LINE, "organization": OWN},
    **{
        noun: {"region": BY_REGION}
        for noun in (
            *("organizations", "hosts", "host_matches", "authorities", "contacts", "reviews", "policies"),
            *("clients", "grants", "push_tokens", "access_reviews", "plans", "plan_places"),
        )
    },
}


def role_of(caller: str) -> str:
    """The role that a caller of the matrix has."""
    return "region_officer" if caller == "officer_of_two" else caller


def may(caller: str, permission: str) -> bool:
    """Whether the caller's role holds a permission."""
    return Permission(permission) in ROLES[role_of(caller)]


def sees(caller: str, noun: str, place: str) -> bool:
    """Whether the caller, permissions apart, sees what a noun has at a place."""
    if noun == "batches":
        return caller == place
    if noun == "contacts" and not may(caller, "contacts:read"):
        return False  # names are seen by nobody whose work does not need them
    if noun in ("members", "member_transfers") and not may(caller, "members:read"):
        return False
    if noun in ("workers", "worker_roles") and not may(caller, "workers:read"):
        return False
    if noun in ("terms", "posts") and not may(caller, "teams:read"):
        return False
    if noun == "calendar_feeds" and not may(caller, "calendar_feeds:write"):
        return False  # who subscribes to what is seen by whoever may take it back
    if noun == "department_liaisons" and not may(caller, "liaisons:read"):
        return False
    if noun in PROPOSED and not may(caller, "assignments:read"):
        return False
    if noun in ("instructors", "assignments", "visits") and not may(caller, f"{PERSONS[noun]}:read"):
        return False
    if noun in ("worker_targets", "worker_reviews") and not may(caller, "worker_reviews:read"):
        return False
    if noun in ("courses", "training_sessions", *LEARNED) and not may(caller, "training:read"):
        return False
    if noun in ("payables", "payable_debts") and not may(caller, "payables:read"):
        return False
    if noun in LEVYING and not may(caller, "levies:read"):
        return False
    if noun in ("treatment_months", *TREATED) and not may(caller, "treatment:read"):
        return False
    if (caller, place) == ("officer_of_two", "parent") and noun in ("authorities", "courses", "training_sessions"):
        return False  # it is above one of the two ranges alone
    return place in SEEN[noun].get(STANDING[caller], NONE)


def writes(caller: str, noun: str, place: str) -> bool:
    """Whether the caller, permissions apart, may write a noun at a place."""
    if noun == "batches":
        return caller == place
    return place in WRITTEN[noun].get(STANDING[caller], NONE)
