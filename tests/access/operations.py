"""Every operation that reads or writes something with a place: how it is asked for one place, and what then should be.

A route that is neither here nor in UNPLACED fails the matrix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.access.places import PLACES
from tests.access.world import Thing, World, mark, uscc

Body = Mapping[str, Any]
BANK = "/v1/funding/bank"
FEBRUARY = (("month", "2026-02"),)  # other lists are there to be paid

UNPLACED = {
    "read_liveness": "nothing is read",
    "read_readiness": "nothing is read",
    "list_labels": "texts of the product",
    "list_languages": "texts of the product",
    "issue_token": "identity",
    "list_signing_keys": "public keys",
    "read_authorization_server": "public metadata",
    "read_me": "the caller's own",
    "list_regions": "known to everybody",
    "resolve_addresses": "known to everybody",
    "read_region": "known to everybody",
    "list_region_children": "known to everybody",
    "list_datasets": "part of the product",
    "read_dataset": "part of the product",
    "read_policy_in_force": "policies bind downwards and are known to everybody",
    "list_indicators": "part of the product",
    "list_working_days": "the country's calendar, known to everybody",
    "load_working_days": "the country's calendar: tests/routers/test_working_days.py",
    "read_joint_meeting_calendar": "the token says whose it is: tests/routers/test_calendar_feeds.py",
    "read_reminder_calendar": "the token says whose it is: tests/routers/test_calendar_feeds.py",
    "count_reminders": "the list of them, counted: tests/routers/test_reminders.py",
    "list_worker_duties": "policies bind downwards and are known to everybody",
    "open_worker_reviews": "opens what the caller keeps of a region: tests/routers/test_worker_reviews.py",
    "list_supervision_templates": "part of the product",
    "create_client": "enters at the caller's own place, which is not asked for",
    "open_access_review": "covers what the caller sees, and asks for no place",
    "merge_branches": "takes several branches, which must all be the caller's: tests/routers/test_branch_life.py",
    "bring_bank_statement": "takes a file: tests/routers/funding/test_bank_statements.py",
    "push_batch": "is applied under the pusher's scope: tests/services/exchange",
}


@dataclass(frozen=True, slots=True)
class Object:
    """An operation on one row: 404 (`unseen`) when it is not seen, 403 when it is only seen, else one of `well`.

    A writing one is sent a version that is long past, so that it is known to have been let through and changes nothing.
    """

    noun: str
    method: str
    path: str
    body: Callable[[World, str], Body | list[Body]] | None = None
    versioned: bool = False
    writes: bool = False
    well: tuple[int, ...] = (200,)
    unseen: tuple[int, ...] = (404,)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: exactly what is seen stands in it, in each of its forms."""

    noun: str
    path: str
    files: bool = False
    counted: bool = True
    asked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation that enters a row at a place. Where it may, it is sent one that is refused for another reason."""

    noun: str
    path: str
    valid: Callable[[World, str, str], Body]
    refused: Callable[[World, str], Body]
    items: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a region: 404 for one that is not seen whole.

    Rows that are `regions` are known to everybody, and there need be none: nothing else may show through.
    """

    method: str
    path: str
    asked: tuple[tuple[str, str], ...] = ()
    regions: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """An operation over several rows of which the answer tells one by one."""

    noun: str
    path: str
    body: Callable[[Thing], Body]
    told: Callable[[Any], bool]
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Trail:
    """What was done to organisations and branches: their ids stand in it where they are seen, and nowhere else."""

    path: str


Operation = Object | Rows | Entry | Figures | Items | Trail


def where(place: str) -> dict[str, Any]:
    """A place as payloads name it."""
    return {"region_code": PLACES[place].region, "region_level": PLACES[place].level}


def _branch(world: World, place: str, authority: str, **more: Any) -> Body:
    key = world.things["authorities"][authority].id
    return {
        "name": "支部", "formation_mode": "territorial", "authority_id": key, "founded_on": "2026-02-01",
        "formal_members": 3, **where(place), **more,
    }  # fmt: skip


def _fresh_branch(world: World, caller: str, place: str) -> Body:
    """A branch that only its place stands against; its authority is one the caller sees, where there is one."""
    return _branch(world, place, "own" if "officer" in caller and caller != "line_officer" else place)


def _covered_branch(world: World, place: str) -> Body:
    return _branch(world, place, place, organization_ids=[world.things["organizations"][place].id])


def _without_days(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "founded_on"}


def _reads(noun: str, path: str) -> Object:
    return Object(noun, "GET", path)


def _changes(noun: str, path: str, body: Body, method: str = "POST") -> Object:
    return Object(noun, method, path, lambda *_: body, versioned=True, writes=True, well=(412,))


def _once_more(noun: str, path: str, body: Callable[[World, str], Body]) -> Object:
    """What the worker there has already: whoever is let in is told so."""
    return Object(
        noun,
        "POST",
        path,
        lambda world, place: {"worker_id": world.things["instructors"][place].id, **body(world, place)},
        writes=True,
        well=(409,),
        unseen=(422,),
    )


def _given(path: str, body: Body, well: int) -> Object:
    """What a department is given from a day on."""
    return Object(
        "departments",
        "POST",
        f"/v1/{path}",
        lambda world, place: {
            "department_id": world.things["departments"][place].id, "valid_from": "2026-02-01", **body,
        },
        writes=True,
        well=(well,),
        unseen=(422,),
    )  # fmt: skip


CODES = {name: f"0990{90 + number:02d}000000000" for number, name in enumerate(PLACES)}
END = {"reason": "试点结束"}
LEFT = {"valid_to": "2026-03-01", **END}
HELD = {
    "starts_at": "2026-02-03T09:00:00+08:00", "ends_at": "2026-02-03T12:00:00+08:00", "minutes": 180, "place": "某处",
}  # fmt: skip
JOINS = {"holder_name": "某人", "formal_member": True, "role": "committee_member", "selection_channel": "external"}

GIVEN = "/v1/funding/appropriations"
PROJECTS = "/v1/funding/brand-projects"

OPERATIONS: dict[str, Operation] = {
    "list_audit_rows": Trail("/v1/audit"),
    "list_clients": Rows("clients", "/v1/clients", counted=False),
    "read_client": _reads("clients", "/v1/clients/{id}"),
    "add_client_secret": _changes("clients", "/v1/clients/{id}/secrets", {"old_ends_at": "2026-03-09T09:00:00+08:00"}),
    "end_client_secret": _changes("clients", "/v1/clients/{id}/secrets/{secret}/end", {}),
    "disable_client": _changes("clients", "/v1/clients/{id}/disable", END),
    "list_push_tokens": Rows("push_tokens", "/v1/push-tokens", counted=False),
    "create_push_token": Object(
        "grants",
        "POST",
        "/v1/push-tokens",
        lambda world, place: {
            "grant_id": world.things["grants"][place].id,
            "name": "又一个",
            "dataset": "registrations",
            "addresses": ["10.0.0.0/8"],
            "ends_at": "2026-12-31T00:00:00+08:00",
        },
        writes=True,
        well=(201,),
    ),
    "read_push_token": _reads("push_tokens", "/v1/push-tokens/{id}"),
    "revoke_push_token": Object(
        "push_tokens", "POST", "/v1/push-tokens/{id}/revoke", lambda *_: END, writes=True, well=(200, 409)
    ),
    "list_grants": Rows("grants", "/v1/grants", counted=False),
    "give_grant": Entry(
        "grants",
        "/v1/grants",
        lambda _w, _c, place: {"subject": "person:li", "role": "portal_reader", "regions": [where(place)], **END},
        lambda _w, place: {"subject": "client-" + "0" * 32, "role": "portal_reader", "regions": [where(place)], **END},
    ),
    "read_grant": _reads("grants", "/v1/grants/{id}"),
    "end_grant": _changes("grants", "/v1/grants/{id}/end", END),
    "list_access_reviews": Rows("access_reviews", "/v1/access-reviews", counted=False),
    "read_access_review": _reads("access_reviews", "/v1/access-reviews/{id}"),
    "list_access_review_grants": _reads("access_reviews", "/v1/access-reviews/{id}/grants"),
    "decide_access_review": Items(
        "grants",
        "/v1/access-reviews/{review}/decide",
        lambda thing: {"items": [{"grant_id": thing.id, "verdict": "keep"}]},
        lambda told: told["items"][0]["status"] == 200,
        writes=True,
    ),
    "close_access_review": Object(
        "access_reviews", "POST", "/v1/access-reviews/{id}/close", versioned=True, writes=True, well=(412,)
    ),
    "list_hosts": Rows("hosts", "/v1/hosts", files=True),
    "create_host": Entry(
        "hosts",
        "/v1/hosts",
        lambda _w, _c, place: {"name": "某园区", "kind": "park", **where(place)},
        lambda _w, place: {"name": mark("hosts", place), "kind": "park", **where(place)},
    ),
    "read_host": _reads("hosts", "/v1/hosts/{id}"),
    "update_host": _changes("hosts", "/v1/hosts/{id}", {"address": "某路 1 号"}, "PATCH"),
    "close_host": _changes("hosts", "/v1/hosts/{id}/close", {"closed_on": "2026-03-01", **END}),
    "list_host_versions": _reads("hosts", "/v1/hosts/{id}/history"),
    "list_host_matches": Rows("host_matches", "/v1/host-matches", files=True, asked=(("state", "rejected"),)),
    "match_hosts": Figures("POST", "/v1/host-matches"),
    "decide_host_matches": Items(
        "host_matches",
        "/v1/host-matches/decide",
        lambda thing: {"items": [{"id": thing.id, "version": 99, "verdict": "reject"}]},
        lambda told: told["items"][0]["status"] == 412,
        writes=True,
    ),
    "read_host_match": _reads("host_matches", "/v1/host-matches/{id}"),
    "list_host_match_versions": _reads("host_matches", "/v1/host-matches/{id}/history"),
    "read_network": _reads("authorities", "/v1/network?root={id}"),
    "list_network_findings": Rows("network_findings", "/v1/network/checks", files=True),
    "list_authorities": Rows("authorities", "/v1/authorities", files=True),
    "create_authority": Entry(
        "authorities",
        "/v1/authorities",
        lambda _w, _c, place: {"name": "某党委", "code": CODES[place], "kind": "unit", **where(place)},
        lambda _w, place: {"name": "某党委", "code": PLACES[place].authority, "kind": "unit", **where(place)},
    ),
    "read_authority": _reads("authorities", "/v1/authorities/{id}"),
    "update_authority": _changes("authorities", "/v1/authorities/{id}", {"name": "某党委"}, "PATCH"),
    "dissolve_authority": _changes(
        "authorities", "/v1/authorities/{id}/dissolve", {"dissolved_on": "2026-03-01", **END}
    ),
    "list_authority_versions": _reads("authorities", "/v1/authorities/{id}/history"),
    "list_authority_line": _reads("authorities", "/v1/authorities/{id}/tree"),
    "list_authority_children": _reads("authorities", "/v1/authorities/{id}/children"),
    "read_line_figures": _reads("authorities", "/v1/authorities/{id}/figures"),
    "list_authority_hand_overs": _reads("authorities", "/v1/authorities/{id}/hand-overs"),
    "hand_over_authority": Object(
        "authorities",
        "POST",
        "/v1/authorities/{id}/hand-over",
        lambda world, _: {
            "successor_id": world.things["authorities"]["own"].id,
            "on": "2026-03-01",
            "dissolve": False,
            **END,
        },
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "list_committee_seats": _reads("authorities", "/v1/authorities/{id}/seats"),
    "add_committee_seat": _changes(
        "authorities",
        "/v1/authorities/{id}/seats",
        {
            "department": "other",
            "department_name": "某局",
            "duty": "member",
            "post": "局长",
            "valid_from": "2026-03-01",
        },
    ),
    "end_committee_seat": _changes(
        "authorities", "/v1/authorities/{id}/seats/{seat}/end", {"valid_to": "2026-03-01", **END}
    ),
    "list_missing_work_committees": Figures("GET", "/v1/work-committees/missing", (("count", "exact"),), regions=True),
    "list_affiliations": Rows("affiliations", "/v1/affiliations"),
    "list_branch_affiliations": _reads("branches", "/v1/branches/{id}/affiliations"),
    "read_affiliation_suggestion": _reads("branches", "/v1/branches/{id}/affiliation-suggestion"),
    "transfer_branch": Object(
        "branches",
        "POST",
        "/v1/branches/{id}/transfer",
        lambda world, place: {
            "authority_id": world.things["authorities"][place].id,
            "management_mode": "territorial",
            "on": "2026-03-01",
            **END,
        },
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "suggest_affiliation": Object(
        "organizations",
        "POST",
        "/v1/affiliation-suggestions",
        lambda world, place: {
            "region_code": PLACES["own"].region,
            "organization_ids": [world.things["organizations"][place].id],
        },
        unseen=(422,),
    ),
    "list_branches": Rows("branches", "/v1/branches", files=True),
    "found_branch": Entry("branches", "/v1/branches", _fresh_branch, _covered_branch),
    "found_branches": Entry(
        "branches",
        "/v1/branches/bulk",
        lambda world, caller, place: {"items": [_fresh_branch(world, caller, place)]},
        lambda world, place: {"items": [_covered_branch(world, place)]},
        items=True,
    ),
    "read_branch": _reads("branches", "/v1/branches/{id}"),
    "update_branch": _changes("branches", "/v1/branches/{id}", {"name": "某支部"}, "PATCH"),
    "dissolve_branch": _changes("branches", "/v1/branches/{id}/dissolve", {"dissolved_on": "2026-03-01", **END}),
    "list_covered_organizations": _reads("branches", "/v1/branches/{id}/organizations"),
    "cover_organization": Object(
        "branches",
        "POST",
        "/v1/branches/{id}/organizations",
        lambda world, place: {"organization_id": world.things["organizations"][place].id, "valid_from": "2026-03-01"},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "uncover_organization": _changes(
        "branches", "/v1/branches/{id}/organizations/{organization}/end", {"valid_to": "2026-03-01", **END}
    ),
    "list_branch_versions": _reads("branches", "/v1/branches/{id}/history"),
    "file_branch": _changes("branches", "/v1/branches/{id}/file", {}),
    "extend_branch": _changes("branches", "/v1/branches/{id}/extend", {"ends_on": "2026-12-31", **END}),
    "split_branch": Object(
        "branches",
        "POST",
        "/v1/branches/{id}/split",
        lambda world, place: {
            "on": "2026-03-01",
            "successors": [_without_days(_branch(world, place, place))],
            "remains": True,
            **END,
        },
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "reform_branch": Object(
        "branches",
        "POST",
        "/v1/branches/{id}/reform",
        lambda world, place: {"on": "2026-03-01", "successor": _without_days(_branch(world, place, place)), **END},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "list_branch_successions": _reads("branches", "/v1/branches/{id}/successions"),
    "list_branch_applications": Rows("applications", "/v1/branch-applications", files=True),
    "apply_for_branch": Entry(
        "applications",
        "/v1/branch-applications",
        lambda world, caller, place: _without_days(_fresh_branch(world, caller, place)),
        lambda world, place: _without_days(_covered_branch(world, place)),
    ),
    "read_branch_application": _reads("applications", "/v1/branch-applications/{id}"),
    "update_branch_application": _changes("applications", "/v1/branch-applications/{id}", {"name": "某支部"}, "PATCH"),
    "approve_branch_application": _changes("applications", "/v1/branch-applications/{id}/approve", {}),
    "return_branch_application": _changes("applications", "/v1/branch-applications/{id}/return", END),
    "resubmit_branch_application": _changes("applications", "/v1/branch-applications/{id}/resubmit", {}),
    "withdraw_branch_application": _changes("applications", "/v1/branch-applications/{id}/withdraw", END),
    "found_applied_branch": _changes(
        "applications",
        "/v1/branch-applications/{id}/found",
        {"founded_on": "2026-03-01", "election": "elected"},
    ),
    "file_branch_application": _changes("applications", "/v1/branch-applications/{id}/file", {}),
    "list_branch_application_versions": _reads("applications", "/v1/branch-applications/{id}/history"),
    "list_terms": Rows("terms", "/v1/terms", files=True),
    "begin_term": Object(
        "branches",
        "POST",
        "/v1/terms",
        lambda world, place: {
            "branch_id": world.things["branches"][place].id,
            "election": "elected",
            "valid_from": "2026-03-01",
            "posts": [{**JOINS, "role": "deputy_secretary"}],
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_term": _reads("terms", "/v1/terms/{id}"),
    "extend_term": _changes("terms", "/v1/terms/{id}/extend", {"until": "2029-01-02", "departure_reason": "搬迁"}),
    "end_term": _changes("terms", "/v1/terms/{id}/end", {"valid_to": "2026-03-01", **END}),
    "add_post": _changes("terms", "/v1/terms/{id}/posts", {**JOINS, "valid_from": "2026-03-01"}),
    "update_post": _changes("terms", "/v1/terms/{id}/posts/{post}", {"qualifications": ["law"]}, "PATCH"),
    "end_post": _changes("terms", "/v1/terms/{id}/posts/{post}/end", {"valid_to": "2026-03-01", **END}),
    "list_term_versions": _reads("terms", "/v1/terms/{id}/history"),
    "list_posts": Rows("posts", "/v1/posts", files=True),
    "list_documents": Rows("documents", "/v1/documents", files=True),
    "create_document": Object(
        "applications",
        "POST",
        "/v1/documents",
        lambda world, place: {"kind": "approval", "subject_id": world.things["applications"][place].id},
        writes=True,
        well=(409,),
    ),
    "read_document": _reads("documents", "/v1/documents/{id}"),
    "update_document": _changes("documents", "/v1/documents/{id}", {"recipient": "某单位"}, "PATCH"),
    "issue_document": _changes("documents", "/v1/documents/{id}/issue", {"word": "某工委"}),
    "void_document": _changes("documents", "/v1/documents/{id}/void", END),
    "download_document": _reads("documents", "/v1/documents/{id}/docx"),
    "list_document_versions": _reads("documents", "/v1/documents/{id}/history"),
    # Without a body: whoever is let in is told that the file is empty.
    "attach_scan": Object("documents", "POST", "/v1/documents/{id}/scans?filename=a.pdf", writes=True, well=(422,)),
    "attach_file": Object(
        "documents", "POST", "/v1/documents/{id}/attachments?filename=a.pdf", writes=True, well=(422,)
    ),
    "download_file": _reads("files", "/v1/files/{id}"),
    "remove_file": _changes("files", "/v1/files/{id}/remove", END),
    "list_activities": Rows("activities", "/v1/activities", files=True),
    "record_activity": Object(
        "branches",
        "POST",
        "/v1/activities",
        lambda world, place: {
            "branch_id": world.things["branches"][place].id,
            "kind": "theme_day",
            "held_on": "2025-01-03",
            "topic": mark("activities", place),
            "attended": 3,
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_activity": _reads("activities", "/v1/activities/{id}"),
    "correct_activity": _changes("activities", "/v1/activities/{id}", {"attended": 4}, "PATCH"),
    "cancel_activity": _changes("activities", "/v1/activities/{id}/cancel", END),
    "list_activity_versions": _reads("activities", "/v1/activities/{id}/history"),
    "list_activity_rhythm": Rows("branches", "/v1/activity-rhythm", files=True),
    "read_stage_review": _reads("branches", "/v1/branches/{id}/stage-review"),
    "advance_branch": _changes("branches", "/v1/branches/{id}/advance", {"stage": "consolidated"}),
    "step_branch_back": _changes("branches", "/v1/branches/{id}/step-back", {"stage": "established", **END}),
    "list_stage_steps": _reads("branches", "/v1/branches/{id}/stage-steps"),
    "list_hollow_branches": Rows("branches", "/v1/hollow-branches", files=True),
    "list_organizations": Rows("organizations", "/v1/organizations", files=True, asked=(("facets", "true"),)),
    "create_organization": Entry(
        "organizations",
        "/v1/organizations",
        lambda _w, _c, place: {"name": "某公司", **where(place)},
        lambda _w, place: {"name": "某公司", "uscc": uscc("foreign"), **where(place)},
    ),
    "read_organization": _reads("organizations", "/v1/organizations/{id}"),
    "update_organization": _changes("organizations", "/v1/organizations/{id}", {"staff": 5}, "PATCH"),
    "close_organization": _changes("organizations", "/v1/organizations/{id}/close", {"closed_on": "2026-03-01", **END}),
    "reopen_organization": _changes(
        "organizations", "/v1/organizations/{id}/reopen", {"reopened_on": "2026-03-01", **END}
    ),
    "list_organization_versions": _reads("organizations", "/v1/organizations/{id}/history"),
    "read_organization_coverage": _reads("organizations", "/v1/organizations/{id}/coverage"),
    "list_contacts": Rows("contacts", "/v1/contacts", files=True),
    "create_contact": Object(
        "contacts",
        "POST",
        "/v1/contacts",
        lambda world, place: {
            "organization_id": world.things["organizations"][place].id,
            "name": mark("contacts", place),
            "role": "owner",
            "phone": "13700000000",
        },
        well=(409,),
        unseen=(422,),
    ),
    "search_contacts": Items(
        "contacts",
        "/v1/contacts/search",
        lambda thing: {"phone": thing.more["phone"]},
        lambda told: bool(told["items"]),
    ),
    "read_contact": _reads("contacts", "/v1/contacts/{id}"),
    "correct_contact": _changes("contacts", "/v1/contacts/{id}", {"role": "manager"}, "PATCH"),
    "reveal_contact": Object(
        "contacts", "POST", "/v1/contacts/{id}/reveal", lambda *_: {"purpose": "电话通知参加座谈会"}
    ),
    "erase_contact": _changes(
        "contacts", "/v1/contacts/{id}/erase", {"ground": "consent_withdrawn", "reason": "本人申请"}
    ),
    "list_contact_versions": _reads("contacts", "/v1/contacts/{id}/history"),
    "export_data_subject": Items(
        "contacts",
        "/v1/data-subjects/export",
        lambda thing: {"phone": thing.more["phone"], "reason": "本人申请查阅"},
        lambda told: bool(told["items"]),
    ),
    # Owners of an organisation at work are kept by law: what is seen is told, and nothing is erased.
    "erase_data_subject": Items(
        "contacts",
        "/v1/data-subjects/erase",
        lambda thing: {"phone": thing.more["phone"], "ground": "consent_withdrawn", "reason": "本人申请删除"},
        lambda told: bool(told["items"]),
    ),
    "list_members": Rows("members", "/v1/members", files=True),
    "enter_member": Object(
        "members",
        "POST",
        "/v1/members",
        lambda world, place: {
            "branch_id": world.things["branches"][place].id,
            "name": "某人",
            "kind": "formal",
            "identity_number": world.things["members"][place].more["identity_number"],
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "search_members": Items(
        "members",
        "/v1/members/search",
        lambda thing: {"phone": thing.more["phone"]},
        lambda told: bool(told["items"]),
    ),
    "read_member": _reads("members", "/v1/members/{id}"),
    "correct_member": _changes("members", "/v1/members/{id}", {"name": "某人"}, "PATCH"),
    "confirm_member": _changes("members", "/v1/members/{id}/confirm", {"formal_on": "2026-03-01"}),
    "transfer_member": _changes(
        "members", "/v1/members/{id}/transfer", {"destination": "外省", "effective_on": "2026-03-01", **END}
    ),
    "end_member": _changes("members", "/v1/members/{id}/end", {"ended_on": "2026-03-01"}),
    "list_member_relations": _reads("members", "/v1/members/{id}/relations"),
    "list_member_versions": _reads("members", "/v1/members/{id}/history"),
    "reveal_member": Object("members", "POST", "/v1/members/{id}/reveal", lambda *_: {"purpose": "通知参加党员大会"}),
    "erase_member": _changes(
        "members", "/v1/members/{id}/erase", {"ground": "consent_withdrawn", "reason": "本人申请"}
    ),
    "list_member_transfers": Rows("member_transfers", "/v1/member-transfers", files=True),
    "read_member_transfer": _reads("member_transfers", "/v1/member-transfers/{id}"),
    "accept_member_transfer": _changes("member_transfers", "/v1/member-transfers/{id}/accept", {}),
    "refuse_member_transfer": _changes("member_transfers", "/v1/member-transfers/{id}/refuse", END),
    "withdraw_member_transfer": _changes("member_transfers", "/v1/member-transfers/{id}/withdraw", END),
    "list_workers": Rows("workers", "/v1/workers", files=True, counted=False),
    "enter_worker": Entry(
        "workers",
        "/v1/workers",
        lambda _w, _c, place: {"name": "某人", **where(place)},
        lambda _w, place: {"name": "某人", "since": "2100-01-01", **where(place)},
    ),
    "search_workers": Items(
        "workers",
        "/v1/workers/search",
        lambda thing: {"phone": thing.more["phone"]},
        lambda told: bool(told["items"]),
    ),
    "read_worker": _reads("workers", "/v1/workers/{id}"),
    "correct_worker": _changes("workers", "/v1/workers/{id}", {"full_time": True}, "PATCH"),
    "end_worker": _changes("workers", "/v1/workers/{id}/end", {"ended_on": "2026-03-01", **END}),
    "list_worker_versions": _reads("workers", "/v1/workers/{id}/history"),
    "reveal_worker": Object("workers", "POST", "/v1/workers/{id}/reveal", lambda *_: {"purpose": "通知参加培训"}),
    "erase_worker": _changes(
        "workers", "/v1/workers/{id}/erase", {"ground": "consent_withdrawn", "reason": "本人申请"}
    ),
    "list_worker_roles": Rows("worker_roles", "/v1/worker-roles", files=True, counted=False),
    "give_worker_role": Object(
        "workers",
        "POST",
        "/v1/worker-roles",
        lambda _w, place: {
            "worker_id": _w.things["workers"][place].id,
            "role": "instructor",
            "selection_channel": "internal",
            "valid_from": "2026-03-01",
            "valid_to": "2036-03-01",
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_worker_role": _reads("worker_roles", "/v1/worker-roles/{id}"),
    "extend_worker_role": _changes("worker_roles", "/v1/worker-roles/{id}/extend", {"until": "2029-01-02"}),
    "end_worker_role": _changes("worker_roles", "/v1/worker-roles/{id}/end", {"ended_on": "2026-03-01", **END}),
    "list_worker_role_versions": _reads("worker_roles", "/v1/worker-roles/{id}/history"),
    # Of each organisation three members were reported, and one is entered.
    "list_member_differences": Rows("organizations", "/v1/member-differences", files=True, counted=False),
    "keep_branch_roll": _changes("branches", "/v1/branches/{id}/keep-roll", {}),
    "stop_branch_roll": Object(
        "branches", "POST", "/v1/branches/{id}/stop-keeping-roll", versioned=True, writes=True, well=(412,)
    ),
    "list_batches": Rows("batches", "/v1/batches"),
    "read_batch": _reads("batches", "/v1/batches/{id}"),
    "list_batch_records": _reads("batches", "/v1/batches/{id}/records"),
    "download_batch_rejects": _reads("batches", "/v1/batches/{id}/rejects.csv"),
    "follow_batch": _reads("batches", "/v1/batches/{id}/events"),
    "cancel_batch": Object("batches", "POST", "/v1/batches/{id}/cancel", well=(409,)),
    "list_reviews": Rows("reviews", "/v1/reviews"),
    "read_review": _reads("reviews", "/v1/reviews/{id}"),
    "decide_review": _changes("reviews", "/v1/reviews/{id}/decide", {"verdict": "discard"}),
    "decide_reviews": Items(
        "reviews",
        "/v1/reviews/decide",
        lambda thing: {"items": [{"id": thing.id, "version": 99, "verdict": "discard"}]},
        lambda told: told["items"][0]["status"] == 412,
        writes=True,
    ),
    "read_coverage": Figures("GET", "/v1/coverage", (("by", "child"),)),
    "read_coverage_history": Figures("GET", "/v1/coverage/history", (("since", "2026-03-01"),)),
    "list_coverage_gaps": Figures("GET", "/v1/coverage/gaps", (("count", "exact"),)),
    "try_coverage": Figures("POST", "/v1/coverage/what-if"),
    "list_plans": Rows("plans", "/v1/plans", files=True),
    "create_plan": Entry(
        "plans",
        "/v1/plans",
        lambda _w, _c, place: {"title": "某计划", **where(place)},
        lambda _w, place: {"title": "某计划", "limits": {"joint_most": 1}, **where(place)},
    ),
    "compare_plans": _reads("plans", "/v1/plans/compare?a={id}&b={id}"),
    "read_plan": _reads("plans", "/v1/plans/{id}"),
    "approve_plan": Object(
        "plans",
        "POST",
        "/v1/plans/{id}/approve",
        lambda world, place: {"authority_id": world.things["authorities"][place].id},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "discard_plan": _changes("plans", "/v1/plans/{id}/discard", END),
    "list_plan_versions": _reads("plans", "/v1/plans/{id}/history"),
    "list_plan_places": _reads("plans", "/v1/plans/{id}/places"),
    "read_plan_place": _reads("plan_places", "/v1/plans/{plan}/places/{id}"),
    "update_plan_place": Object(
        "plan_places",
        "PATCH",
        "/v1/plans/{plan}/places/{id}",
        lambda world, place: {"organization_ids": [world.things["organizations"][place].id]},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "drop_plan_place": _changes("plan_places", "/v1/plans/{plan}/places/{id}/drop", END),
    "read_worker_year": _reads("worker_reviews", "/v1/worker-duties/{worker}"),
    # Others who hold a role stand in it as well.
    "list_worker_figures": Rows(
        "worker_reviews", "/v1/worker-figures", files=True, counted=False, asked=(("year", "2025"),)
    ),
    "list_worker_targets": Rows("worker_targets", "/v1/worker-targets", files=True),
    "create_worker_target": Object(
        "worker_reviews",
        "POST",
        "/v1/worker-targets",
        lambda world, place: {
            "worker_id": world.things["worker_reviews"][place].more["worker"],
            "year": 2025,
            "indicator": "tasks_done",
            "value": 1,
            "reason": "试点",
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_worker_target": _reads("worker_targets", "/v1/worker-targets/{id}"),
    "update_worker_target": _changes("worker_targets", "/v1/worker-targets/{id}", {"value": 2, **END}, "PATCH"),
    "withdraw_worker_target": _changes("worker_targets", "/v1/worker-targets/{id}/withdraw", END),
    "list_worker_target_versions": _reads("worker_targets", "/v1/worker-targets/{id}/history"),
    "list_worker_reviews": Rows("worker_reviews", "/v1/worker-reviews", files=True),
    "read_worker_review": _reads("worker_reviews", "/v1/worker-reviews/{id}"),
    "report_worker_year": _changes(
        "worker_reviews", "/v1/worker-reviews/{id}/self-report", {"report": "走访企业，协助组建党支部一个。"}
    ),
    "list_worker_opinions": _reads("worker_reviews", "/v1/worker-reviews/{id}/opinions"),
    "enter_worker_opinion": Object(
        "worker_reviews",
        "POST",
        "/v1/worker-reviews/{id}/opinions",
        lambda world, place: {"branch_id": world.things["branches"][place].id, "answer": "satisfied"},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "correct_worker_opinion": _changes(
        "worker_reviews", "/v1/worker-reviews/{id}/opinions/{opinion}", {"answer": "not"}, "PATCH"
    ),
    "close_worker_opinions": _changes("worker_reviews", "/v1/worker-reviews/{id}/close-opinions", {}),
    "decide_worker_review": _changes(
        "worker_reviews", "/v1/worker-reviews/{id}/decide", {"band": "competent", "consequence": "continue"}
    ),
    "reopen_worker_review": _changes("worker_reviews", "/v1/worker-reviews/{id}/reopen", END),
    "list_worker_review_versions": _reads("worker_reviews", "/v1/worker-reviews/{id}/history"),
    "list_instructors": Rows("instructors", "/v1/instructors", files=True),
    "read_instructor": _reads("instructors", "/v1/instructors/{id}"),
    "leave_instructor": _changes("instructors", "/v1/instructors/{id}/leave", {"on": "2026-03-01", **END}),
    "list_assignments": Rows("assignments", "/v1/assignments", files=True),
    # He is sent there already: whoever is let in is told so.
    "create_assignment": Object(
        "assignments",
        "POST",
        "/v1/assignments",
        lambda world, place: {
            "worker_id": world.things["instructors"][place].id,
            "organization_id": world.things["organizations"][place].id,
            "purpose": "work_coverage",
            "valid_from": "2026-03-02",
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_assignment": _reads("assignments", "/v1/assignments/{id}"),
    "end_assignment": _changes("assignments", "/v1/assignments/{id}/end", {"ended_on": "2026-03-02", **END}),
    "hand_over_assignment": Object(
        "assignments",
        "POST",
        "/v1/assignments/{id}/hand-over",
        lambda world, place: {"worker_id": world.things["instructors"][place].id, "on": "2026-03-02", **END},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "list_assignment_versions": _reads("assignments", "/v1/assignments/{id}/history"),
    "list_assignment_proposals": Rows("assignment_proposals", "/v1/assignment-proposals", files=True),
    "create_assignment_proposal": Entry(
        "assignment_proposals",
        "/v1/assignment-proposals",
        lambda _w, _c, place: {"title": "某方案", **where(place)},
        lambda _w, place: {"title": "某方案", "options": {"most": 0}, **where(place)},
    ),
    "read_assignment_proposal": _reads("assignment_proposals", "/v1/assignment-proposals/{id}"),
    "approve_assignment_proposal": _changes("assignment_proposals", "/v1/assignment-proposals/{id}/approve", {}),
    "discard_assignment_proposal": _changes("assignment_proposals", "/v1/assignment-proposals/{id}/discard", END),
    "list_assignment_proposal_versions": _reads("assignment_proposals", "/v1/assignment-proposals/{id}/history"),
    "list_assignment_proposal_pairs": _reads("assignment_proposals", "/v1/assignment-proposals/{id}/pairs"),
    "read_assignment_proposal_pair": _reads(
        "assignment_proposal_pairs", "/v1/assignment-proposals/{proposal}/pairs/{id}"
    ),
    "update_assignment_proposal_pair": Object(
        "assignment_proposal_pairs",
        "PATCH",
        "/v1/assignment-proposals/{proposal}/pairs/{id}",
        lambda world, place: {"worker_id": world.things["instructors"][place].id},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "drop_assignment_proposal_pair": _changes(
        "assignment_proposal_pairs", "/v1/assignment-proposals/{proposal}/pairs/{id}/drop", END
    ),
    "list_stations": Rows("stations", "/v1/stations", files=True),
    "create_station": Entry(
        "stations",
        "/v1/stations",
        lambda _w, _c, place: {"name": "某指导站", **where(place)},
        lambda _w, place: {"name": mark("stations", place), **where(place)},
    ),
    "read_station": _reads("stations", "/v1/stations/{id}"),
    "update_station": _changes("stations", "/v1/stations/{id}", {"address": "某路 1 号"}, "PATCH"),
    "close_station": _changes("stations", "/v1/stations/{id}/close", {"closed_on": "2026-03-01", **END}),
    "list_station_versions": _reads("stations", "/v1/stations/{id}/history"),
    "list_station_members": _reads("stations", "/v1/stations/{id}/members"),
    "join_station": Object(
        "stations",
        "POST",
        "/v1/stations/{id}/members",
        lambda world, place: {"worker_id": world.things["instructors"][place].id, "valid_from": "2026-03-01"},
        versioned=True,
        writes=True,
        well=(412,),
    ),
    "leave_station": _changes("stations", "/v1/stations/{id}/members/{member}/end", {"valid_to": "2026-03-01"}),
    "list_notices": Rows("notices", "/v1/notices", files=True),
    # For a day that has passed: whoever is let in is told so. A committee above is seen, and its notices are not.
    "create_notice": Object(
        "notices",
        "POST",
        "/v1/notices",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "title": "通知",
            "text": "请予办理",
            "needs": "report",
            "due_on": "2026-01-01",
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_notice": _reads("notices", "/v1/notices/{id}"),
    "update_notice": _changes("notices", "/v1/notices/{id}", {"title": "又一个"}, "PATCH"),
    "issue_notice": _changes("notices", "/v1/notices/{id}/issue", {}),
    "chase_notice": Object("notices", "POST", "/v1/notices/{id}/chase", lambda *_: {}, writes=True, well=(409,)),
    "close_notice": _changes("notices", "/v1/notices/{id}/close", END),
    "drop_notice": _changes("notices", "/v1/notices/{id}/drop", END),
    "list_recipients_of_notice": _reads("notices", "/v1/notices/{id}/recipients"),
    "list_notice_versions": _reads("notices", "/v1/notices/{id}/history"),
    "list_notice_recipients": Rows("notice_recipients", "/v1/notice-recipients", files=True),
    "read_notice_recipient": _reads("notice_recipients", "/v1/notice-recipients/{id}"),
    "receive_notice": _changes("notice_recipients", "/v1/notice-recipients/{id}/receive", {}),
    "answer_notice": _changes("notice_recipients", "/v1/notice-recipients/{id}/answer", {"text": "已办理"}),
    "list_notice_recipient_versions": _reads("notice_recipients", "/v1/notice-recipients/{id}/history"),
    # Without bytes: whoever is let in is told so.
    "attach_notice_file": Object(
        "notice_recipients",
        "POST",
        "/v1/notice-recipients/{id}/files?filename=a.pdf",
        writes=True,
        well=(422,),
    ),
    "download_notice_file": Object("notice_recipients", "GET", "/v1/notice-recipients/{id}/files/{id}", well=(404,)),
    "list_supervisions": Rows("supervisions", "/v1/supervisions", files=True, counted=False),
    "plan_supervision": Object(
        "supervisions",
        "POST",
        "/v1/supervisions",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "title": "督查",
            "starts_on": "2026-03-02",
            "ends_on": "2026-03-01",
            "template": "two_new",
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "list_supervised": Rows("authorities", "/v1/supervisions/subjects", files=True, counted=False),
    "read_supervision": _reads("supervisions", "/v1/supervisions/{id}"),
    "update_supervision": _changes("supervisions", "/v1/supervisions/{id}", {"title": "又一次"}, "PATCH"),
    "start_supervision": _changes("supervisions", "/v1/supervisions/{id}/start", {}),
    "cancel_supervision": _changes("supervisions", "/v1/supervisions/{id}/cancel", END),
    "list_supervision_subjects": _reads("supervisions", "/v1/supervisions/{id}/subjects"),
    "list_supervision_findings": _reads("supervisions", "/v1/supervisions/{id}/findings"),
    # By a line that its checklist does not have.
    "enter_supervision_finding": Object(
        "supervisions",
        "POST",
        "/v1/supervisions/{id}/findings",
        lambda world, place: {
            "subject_id": world.things["supervisions"][place].more["subject"],
            "check_code": "nothing",
            "what": "情况",
            "found_on": "2026-03-02",
            "severity": "ok",
        },
        writes=True,
        well=(422,),
    ),
    "close_supervision": _changes("supervisions", "/v1/supervisions/{id}/close", END),
    "list_supervision_versions": _reads("supervisions", "/v1/supervisions/{id}/history"),
    "list_rectifications": Rows("rectifications", "/v1/rectifications", files=True),
    "read_rectification": _reads("rectifications", "/v1/rectifications/{id}"),
    "answer_rectification": _changes("rectifications", "/v1/rectifications/{id}/answer", {"text": "已整改"}),
    "accept_rectification": _changes("rectifications", "/v1/rectifications/{id}/accept", {"result": "属实"}),
    "send_back_rectification": _changes(
        "rectifications", "/v1/rectifications/{id}/send-back", {"result": "不足", "due_on": "2026-03-31"}
    ),
    "list_rectification_versions": _reads("rectifications", "/v1/rectifications/{id}/history"),
    "attach_rectification_file": Object(
        "rectifications", "POST", "/v1/rectifications/{id}/files?filename=a.pdf", writes=True, well=(422,)
    ),
    "download_rectification_file": Object("rectifications", "GET", "/v1/rectifications/{id}/files/{id}", well=(404,)),
    "list_departments": Rows("departments", "/v1/departments", files=True),
    "create_department": Object(
        "authorities",
        "POST",
        "/v1/departments",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "name": mark("departments", place),
            "kind": "union",
            "valid_from": "2026-02-01",
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_department": _reads("departments", "/v1/departments/{id}"),
    "update_department": _changes("departments", "/v1/departments/{id}", {"kind": "tax"}, "PATCH"),
    "end_department": _changes("departments", "/v1/departments/{id}/end", LEFT),
    "list_department_versions": _reads("departments", "/v1/departments/{id}/history"),
    "read_department_freshness": _reads("departments", "/v1/departments/{id}/freshness"),
    "list_department_freshness": Rows("department_datasets", "/v1/department-freshness", files=True),
    "list_department_duties": Rows("department_duties", "/v1/department-duties", files=True, counted=False),
    "create_department_duty": _given("department-duties", {"text": "某职责", "source": "某文件"}, 201),
    "read_department_duty": _reads("department_duties", "/v1/department-duties/{id}"),
    "update_department_duty": _changes(
        "department_duties", "/v1/department-duties/{id}", {"source": "某文件第二条"}, "PATCH"
    ),
    "end_department_duty": _changes("department_duties", "/v1/department-duties/{id}/end", LEFT),
    "list_department_duty_versions": _reads("department_duties", "/v1/department-duties/{id}/history"),
    "list_department_liaisons": Rows("department_liaisons", "/v1/department-liaisons", files=True),
    # Each department has its main liaison, and the dataset, already.
    "create_department_liaison": _given("department-liaisons", {"name": "某人", "post": "科长", "main": True}, 409),
    "read_department_liaison": _reads("department_liaisons", "/v1/department-liaisons/{id}"),
    "update_department_liaison": _changes(
        "department_liaisons", "/v1/department-liaisons/{id}", {"post": "副科长"}, "PATCH"
    ),
    "end_department_liaison": _changes("department_liaisons", "/v1/department-liaisons/{id}/end", LEFT),
    "reveal_department_liaison": Object(
        "department_liaisons", "POST", "/v1/department-liaisons/{id}/reveal", lambda *_: {"purpose": "电话通知参加会议"}
    ),
    "list_department_liaison_versions": _reads("department_liaisons", "/v1/department-liaisons/{id}/history"),
    "list_calendar_feeds": Rows("calendar_feeds", "/v1/calendar-feeds", files=True),
    "create_calendar_feed": Object(
        "calendar_feeds",
        "POST",
        "/v1/calendar-feeds",
        lambda world, place: {
            "kind": "joint_meetings",
            "subject_id": world.things["department_liaisons"][place].id,
            "name": "又一个",
        },
        writes=True,
        well=(201,),
        unseen=(422, 403),
    ),
    "read_calendar_feed": _reads("calendar_feeds", "/v1/calendar-feeds/{id}"),
    "revoke_calendar_feed": _changes("calendar_feeds", "/v1/calendar-feeds/{id}/revoke", END),
    "list_calendar_feed_versions": _reads("calendar_feeds", "/v1/calendar-feeds/{id}/history"),
    "list_department_datasets": Rows("department_datasets", "/v1/department-datasets", files=True),
    "create_department_dataset": _given("department-datasets", {"dataset": "registrations", "every_days": 7}, 409),
    "read_department_dataset": _reads("department_datasets", "/v1/department-datasets/{id}"),
    "update_department_dataset": _changes(
        "department_datasets", "/v1/department-datasets/{id}", {"every_days": 7}, "PATCH"
    ),
    "end_department_dataset": _changes("department_datasets", "/v1/department-datasets/{id}/end", LEFT),
    "list_department_dataset_versions": _reads("department_datasets", "/v1/department-datasets/{id}/history"),
    "list_meeting_schedules": Rows("meeting_schedules", "/v1/joint-meeting-schedules", files=True),
    "create_meeting_schedule": Object(
        "authorities",
        "POST",
        "/v1/joint-meeting-schedules",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "purpose": "study",
            "title": "某系列",
            "rrule": "FREQ=MONTHLY;COUNT=4",
            "first_on": "2026-03-04",
            "starts_at": "09:00",
            "minutes": 60,
            "place": "某处",
            "shift": "next",
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_meeting_schedule": _reads("meeting_schedules", "/v1/joint-meeting-schedules/{id}"),
    "update_meeting_schedule": _changes(
        "meeting_schedules", "/v1/joint-meeting-schedules/{id}", {"place": "别处"}, "PATCH"
    ),
    "end_meeting_schedule": _changes(
        "meeting_schedules", "/v1/joint-meeting-schedules/{id}/end", {"ended_on": "2026-06-01", **END}
    ),
    "add_schedule_exception": _changes(
        "meeting_schedules",
        "/v1/joint-meeting-schedules/{id}/exceptions",
        {"on_day": "2026-03-04", "kind": "cancelled", **END},
    ),
    "withdraw_schedule_exception": _changes(
        "meeting_schedules", "/v1/joint-meeting-schedules/{id}/exceptions/{id}/withdraw", END
    ),
    "list_schedule_occurrences": _reads("meeting_schedules", "/v1/joint-meeting-schedules/{id}/occurrences"),
    "list_meeting_schedule_versions": _reads("meeting_schedules", "/v1/joint-meeting-schedules/{id}/history"),
    "list_joint_meetings": Rows("joint_meetings", "/v1/joint-meetings", files=True),
    # At short notice without a reason: whoever is let in is asked for one.
    "plan_joint_meeting": Object(
        "joint_meetings",
        "POST",
        "/v1/joint-meetings",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "purpose": "study",
            "title": "专题会",
            "starts_at": "2026-03-03T09:00:00+08:00",
            "minutes": 60,
            "place": "某处",
        },
        writes=True,
        well=(409,),
        unseen=(403, 409, 422),  # a committee of a region above is seen, and its meetings are not
    ),
    "read_joint_meeting": _reads("joint_meetings", "/v1/joint-meetings/{id}"),
    "update_joint_meeting": _changes("joint_meetings", "/v1/joint-meetings/{id}", {"place": "别处"}, "PATCH"),
    "invite_to_joint_meeting": _changes("joint_meetings", "/v1/joint-meetings/{id}/invite", {}),
    "hold_joint_meeting": _changes("joint_meetings", "/v1/joint-meetings/{id}/hold", {"attendance": []}),
    "cancel_joint_meeting": _changes("joint_meetings", "/v1/joint-meetings/{id}/cancel", END),
    "list_joint_meeting_versions": _reads("joint_meetings", "/v1/joint-meetings/{id}/history"),
    "order_agenda": _changes(
        "joint_meetings",
        "/v1/joint-meetings/{id}/agenda",
        {"item_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"]},
        "PATCH",
    ),
    # The meeting was held and its minutes are approved: whoever is let in is told so.
    "propose_agenda_item": Object(
        "agenda_items",
        "POST",
        "/v1/joint-meetings/{meeting}/agenda-items",
        lambda world, place: {
            "kind": "other",
            "title": "议题",
            "department_id": world.things["departments"][place].id,
        },
        writes=True,
        well=(409,),
    ),
    "list_minutes": _reads("joint_meetings", "/v1/joint-meetings/{id}/minutes"),
    "write_minutes": Object(
        "joint_meetings",
        "POST",
        "/v1/joint-meetings/{id}/minutes",
        lambda *_: {"paragraphs": [{"text": "更正"}]},
        writes=True,
        well=(422,),
    ),
    "revise_minutes": Object(
        "joint_meetings",
        "PATCH",
        "/v1/joint-meetings/{id}/minutes",
        lambda *_: {"paragraphs": [{"text": "更正"}]},
        versioned=True,
        writes=True,
        well=(409,),
    ),
    "approve_minutes": Object(
        "joint_meetings", "POST", "/v1/joint-meetings/{id}/minutes/approve", versioned=True, writes=True, well=(409,)
    ),
    "read_minutes": _reads("meeting_minutes", "/v1/joint-meetings/{meeting}/minutes/editions/1"),
    "list_decisions": _reads("joint_meetings", "/v1/joint-meetings/{id}/decisions"),
    "take_decision": Object(
        "joint_meetings",
        "POST",
        "/v1/joint-meetings/{id}/decisions",
        lambda *_: {"what": "某事", "due_on": "2026-06-30"},
        writes=True,
        well=(409,),
    ),
    "change_decision": Object(
        "joint_meetings",
        "PATCH",
        "/v1/joint-meetings/{id}/decisions/{decision}",
        lambda *_: {"what": "某事"},
        versioned=True,
        writes=True,
        well=(409,),
    ),
    "withdraw_decision": Object(
        "joint_meetings",
        "POST",
        "/v1/joint-meetings/{id}/decisions/{decision}/withdraw",
        lambda *_: END,
        versioned=True,
        writes=True,
        well=(409,),
    ),
    "list_agenda_items": Rows("agenda_items", "/v1/agenda-items", files=True),
    "read_agenda_item": _reads("agenda_items", "/v1/agenda-items/{id}"),
    "update_agenda_item": _changes("agenda_items", "/v1/agenda-items/{id}", {"title": "议题"}, "PATCH"),
    "accept_agenda_item": _changes("agenda_items", "/v1/agenda-items/{id}/accept", {}),
    "decline_agenda_item": _changes("agenda_items", "/v1/agenda-items/{id}/decline", END),
    "list_agenda_item_versions": _reads("agenda_items", "/v1/agenda-items/{id}/history"),
    "add_agenda_paper": Object(
        "agenda_items", "POST", "/v1/agenda-items/{id}/papers?filename=a.pdf", writes=True, well=(409,)
    ),
    "download_agenda_paper": _reads("agenda_papers", "/v1/agenda-items/{item}/papers/{id}"),
    "remove_agenda_paper": _changes("agenda_papers", "/v1/agenda-items/{item}/papers/{id}/remove", END),
    "list_meeting_invitations": Rows("meeting_invitations", "/v1/meeting-invitations", files=True),
    "read_meeting_invitation": _reads("meeting_invitations", "/v1/meeting-invitations/{id}"),
    "answer_meeting_invitation": _changes(
        "meeting_invitations", "/v1/meeting-invitations/{id}/answer", {"answer": "attending"}
    ),
    "list_meeting_invitation_versions": _reads("meeting_invitations", "/v1/meeting-invitations/{id}/history"),
    "list_action_items": Rows("action_items", "/v1/action-items", files=True),
    # Due before it is decided: whoever is let in is told so.
    "create_action_item": Object(
        "action_items",
        "POST",
        "/v1/action-items",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "department_id": world.things["departments"][place].id,
            "what": "某事",
            "due_on": "2026-01-31",
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_action_item": _reads("action_items", "/v1/action-items/{id}"),
    "report_action_item": _changes("action_items", "/v1/action-items/{id}/report", {"text": "已办理"}),
    "accept_action_item": _changes("action_items", "/v1/action-items/{id}/accept", {}),
    "send_back_action_item": _changes("action_items", "/v1/action-items/{id}/send-back", END),
    "carry_over_action_item": _changes(
        "action_items", "/v1/action-items/{id}/carry-over", {"due_on": "2026-12-31", **END}
    ),
    "withdraw_action_item": _changes("action_items", "/v1/action-items/{id}/withdraw", END),
    "set_action_item_supporters": _changes("action_items", "/v1/action-items/{id}/supporters", {"supporters": []}),
    "list_action_item_entries": _reads("action_items", "/v1/action-items/{id}/entries"),
    "list_action_item_versions": _reads("action_items", "/v1/action-items/{id}/history"),
    # No file has an ending that is not known: whoever is let in is told so.
    "add_action_item_evidence": Object(
        "action_items", "POST", "/v1/action-items/{id}/evidence?filename=a.pdf", writes=True, well=(422,)
    ),
    "download_action_item_evidence": _reads("action_item_evidence", "/v1/action-items/{item}/evidence/{id}"),
    "remove_action_item_evidence": _changes(
        "action_item_evidence", "/v1/action-items/{item}/evidence/{id}/remove", END
    ),
    "list_department_figures": Rows("departments", "/v1/department-figures", files=True),
    "list_programmes": Rows("programmes", "/v1/programmes", files=True),
    # For a year that has one: whoever is let in is told so. A committee above is seen, and not written for.
    "create_programme": Object(
        "programmes",
        "POST",
        "/v1/programmes",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "year": 2026,
            "title": "又一个",
            "plan_title": "某计划",
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_programme": _reads("programmes", "/v1/programmes/{id}"),
    "update_programme": _changes("programmes", "/v1/programmes/{id}", {"title": "又一个"}, "PATCH"),
    "approve_programme": _changes("programmes", "/v1/programmes/{id}/approve", {}),
    "close_programme": _changes("programmes", "/v1/programmes/{id}/close", {}),
    "list_programme_versions": _reads("programmes", "/v1/programmes/{id}/history"),
    "list_programme_tasks": Rows("programme_tasks", "/v1/programme-tasks", files=True),
    # Of nobody: whoever is let in is told so.
    "create_programme_task": Object(
        "programmes",
        "POST",
        "/v1/programme-tasks",
        lambda world, place: {
            "programme_id": world.things["programmes"][place].id,
            "what": "某事",
            "due_on": "2026-09-30",
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_programme_task": _reads("programme_tasks", "/v1/programme-tasks/{id}"),
    "update_programme_task": _changes("programme_tasks", "/v1/programme-tasks/{id}", {"due_on": "2026-10-31"}, "PATCH"),
    "report_programme_task": _changes(
        "programme_tasks", "/v1/programme-tasks/{id}/report", {"progress": 10, "text": "进行中"}
    ),
    "mark_programme_task": _changes(
        "programme_tasks",
        "/v1/programme-tasks/{id}/mark",
        {"mark": "planned", "marked_on": "2026-03-01", "reference": "推进会"},
    ),
    "unmark_programme_task": _changes("programme_tasks", "/v1/programme-tasks/{id}/unmark", {"mark": "planned", **END}),
    "drop_programme_task": _changes("programme_tasks", "/v1/programme-tasks/{id}/drop", END),
    "list_programme_task_reports": _reads("programme_tasks", "/v1/programme-tasks/{id}/reports"),
    "list_programme_task_versions": _reads("programme_tasks", "/v1/programme-tasks/{id}/history"),
    "list_programme_targets": Rows("programme_targets", "/v1/programme-targets", files=True),
    # On a figure that there is not: whoever is let in is told so.
    "create_programme_target": Object(
        "programmes",
        "POST",
        "/v1/programme-targets",
        lambda world, place: {
            "programme_id": world.things["programmes"][place].id,
            "indicator": "nothing",
            "target": 9,
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_programme_target": _reads("programme_targets", "/v1/programme-targets/{id}"),
    "update_programme_target": _changes("programme_targets", "/v1/programme-targets/{id}", {"target": 8}, "PATCH"),
    "withdraw_programme_target": _changes("programme_targets", "/v1/programme-targets/{id}/withdraw", END),
    "list_programme_target_versions": _reads("programme_targets", "/v1/programme-targets/{id}/history"),
    "list_payrolls": Rows("payrolls", "/v1/funding/payrolls", files=True),
    # Of a year that somebody has told: whoever is let in is told so.
    "create_payroll": Object(
        "payrolls",
        "POST",
        "/v1/funding/payrolls",
        lambda world, place: {
            "organization_id": world.things["organizations"][place].id,
            "year": 2025,
            "payroll_fen": 1,
            "document": "又一份",
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_payroll": _reads("payrolls", "/v1/funding/payrolls/{id}"),
    "update_payroll": _changes("payrolls", "/v1/funding/payrolls/{id}", {"staff": 1, "document": "又一份"}, "PATCH"),
    "list_payroll_versions": _reads("payrolls", "/v1/funding/payrolls/{id}/history"),
    "list_levy_ratios": Rows("levy_ratios", "/v1/funding/levy-ratios", files=True),
    "file_levy_ratio": Object(
        "levy_ratios",
        "POST",
        "/v1/funding/levy-ratios",
        lambda world, place: {
            "organization_id": world.things["organizations"][place].id,
            "year": 2025,
            "permyriad": 80,
            "document": "又一份",
            "filed_on": "2025-01-20",
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_levy_ratio": _reads("levy_ratios", "/v1/funding/levy-ratios/{id}"),
    "withdraw_levy_ratio": _changes("levy_ratios", "/v1/funding/levy-ratios/{id}/withdraw", END),
    "list_levy_ratio_versions": _reads("levy_ratios", "/v1/funding/levy-ratios/{id}/history"),
    "list_levies": Rows("levies", "/v1/funding/levies", files=True),
    # Of a year that has not begun: whoever is let in is told so.
    "compute_levies": Object(
        "levies",
        "POST",
        "/v1/funding/levies",
        lambda world, place: {"committee_id": world.things["authorities"][place].id, "year": 2199},
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_levy": _reads("levies", "/v1/funding/levies/{id}"),
    "settle_levy": _changes("levies", "/v1/funding/levies/{id}/settle", {}),
    "discard_levy": _changes("levies", "/v1/funding/levies/{id}/discard", END),
    "list_levy_adjustments": _reads("levies", "/v1/funding/levies/{id}/adjustments"),
    "list_levy_versions": _reads("levies", "/v1/funding/levies/{id}/history"),
    "list_levy_set_asides": Rows("levy_set_asides", "/v1/funding/levy-set-asides", files=True),
    # Under the key of what was put aside there, with another amount: whoever is let in is told so.
    "create_levy_set_aside": Object(
        "levies",
        "POST",
        "/v1/funding/levy-set-asides",
        lambda world, place: {
            "levy_id": world.things["levies"][place].id,
            "amount_fen": 6,
            "booked_on": "2025-03-31",
            "business_key": f"kit-{place}",
            "text": "又一笔",
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_levy_set_aside": _reads("levy_set_asides", "/v1/funding/levy-set-asides/{id}"),
    "reverse_levy_set_aside": _changes(
        "levy_set_asides", "/v1/funding/levy-set-asides/{id}/reverse", {"booked_on": "2026-03-01", **END}
    ),
    "list_levy_set_aside_versions": _reads("levy_set_asides", "/v1/funding/levy-set-asides/{id}/history"),
    "list_funding_years": Rows("funding_years", "/v1/funding/years", files=True, counted=False),
    # One that there is already: whoever is let in is told so.
    "open_funding_year": Object(
        "funding_years",
        "POST",
        "/v1/funding/years",
        lambda world, place: {"committee_id": world.things["authorities"][place].id, "year": 2026},
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_funding_year": _reads("funding_years", "/v1/funding/years/{id}"),
    "close_funding_year": _changes("funding_years", "/v1/funding/years/{id}/close", {}),
    "list_funding_year_versions": _reads("funding_years", "/v1/funding/years/{id}/history"),
    "list_funding_carry_overs": _reads("funding_years", "/v1/funding/years/{id}/carry-overs"),
    "read_year_report": _reads("funding_years", "/v1/funding/years/{id}/report"),
    "list_funding_accounts": Rows("funding_accounts", "/v1/funding/accounts", files=True, counted=False),
    "open_funding_account": Object(
        "funding_accounts",
        "POST",
        "/v1/funding/accounts",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "purse": "higher_grant",
            "kind": "funds",
            "holder_kind": "branch",
            "holder_id": world.things["branches"][place].id,
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_funding_account": _reads("funding_accounts", "/v1/funding/accounts/{id}"),
    "close_funding_account": _changes("funding_accounts", "/v1/funding/accounts/{id}/close", {}),
    "list_funding_account_versions": _reads("funding_accounts", "/v1/funding/accounts/{id}/history"),
    "read_account_statement": _reads("funding_accounts", "/v1/funding/accounts/{id}/statement"),
    "list_funding_balances": Rows("funding_accounts", "/v1/funding/balances", files=True, counted=False),
    "list_funding_entries": Rows("funding_entries", "/v1/funding/entries", files=True, counted=False),
    # Of accounts that nobody has: whoever is let in is told so.
    "post_funding_entry": Object(
        "funding_entries",
        "POST",
        "/v1/funding/entries",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "purse": "fiscal_budget",
            "kind": "income",
            "business_key": "又一笔",
            "text": "又一笔",
            "lines": [
                {"account_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0a11", "amount_fen": -1},
                {"account_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0a12", "amount_fen": 1},
            ],
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_funding_entry": _reads("funding_entries", "/v1/funding/entries/{id}"),
    # Before its own day: whoever is let in is told so.
    "reverse_funding_entry": Object(
        "funding_entries",
        "POST",
        "/v1/funding/entries/{id}/reverse",
        lambda *_: {"reason": "又一次冲回", "booked_on": "2020-01-01"},
        writes=True,
        well=(422,),
    ),
    "list_budgets": Rows("budgets", "/v1/funding/budgets", files=True),
    # For a year and purse that has one: whoever is let in is told so.
    "create_budget": Object(
        "budgets",
        "POST",
        "/v1/funding/budgets",
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "year": 2026,
            "purse": "fiscal_budget",
            "title": "又一个",
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_budget": _reads("budgets", "/v1/funding/budgets/{id}"),
    "update_budget": _changes("budgets", "/v1/funding/budgets/{id}", {"title": "又一个"}, "PATCH"),
    "approve_budget": _changes("budgets", "/v1/funding/budgets/{id}/approve", {}),
    "discard_budget": _changes("budgets", "/v1/funding/budgets/{id}/discard", END),
    "list_budget_editions": _reads("budgets", "/v1/funding/budgets/{id}/editions"),
    "list_budget_takings": _reads("budgets", "/v1/funding/budgets/{id}/takings"),
    "list_budget_versions": _reads("budgets", "/v1/funding/budgets/{id}/history"),
    "list_budget_adjustments": Rows("budget_adjustments", "/v1/funding/budget-adjustments", files=True),
    # By nothing: whoever is let in is told so.
    "create_budget_adjustment": Object(
        "budgets",
        "POST",
        "/v1/funding/budget-adjustments",
        lambda world, place: {
            "budget_id": world.things["budgets"][place].id,
            "reason": "年中调整",
            "lines": [{"title": "新项目", "delta_fen": 0}],
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_budget_adjustment": _reads("budget_adjustments", "/v1/funding/budget-adjustments/{id}"),
    "update_budget_adjustment": _changes(
        "budget_adjustments", "/v1/funding/budget-adjustments/{id}", {"reason": "年中再调整"}, "PATCH"
    ),
    "approve_budget_adjustment": _changes("budget_adjustments", "/v1/funding/budget-adjustments/{id}/approve", {}),
    "discard_budget_adjustment": _changes("budget_adjustments", "/v1/funding/budget-adjustments/{id}/discard", END),
    "list_budget_adjustment_versions": _reads("budget_adjustments", "/v1/funding/budget-adjustments/{id}/history"),
    "list_budget_execution": Rows("budget_lines", "/v1/funding/budget-execution", files=True),
    "list_budget_totals": Rows(
        "budget_totals",
        "/v1/funding/budget-execution/totals",
        files=True,
        asked=(("group_by", "committee"), ("year", "2026")),
    ),
    "list_bank_statements": Rows("bank_statements", f"{BANK}-statements", files=True),
    "read_bank_statement": _reads("bank_statements", f"{BANK}-statements/{{id}}"),
    "list_bank_statement_lines": _reads("bank_statements", f"{BANK}-statements/{{id}}/lines"),
    "read_bank_statement_sheet": _reads("bank_statements", f"{BANK}-statements/{{id}}/sheet"),
    "list_bank_open_items": _reads("bank_statements", f"{BANK}-statements/{{id}}/open-items"),
    "match_bank_statement_again": _changes("bank_statements", f"{BANK}-statements/{{id}}/match-again", {}),
    "list_bank_start_items": _reads("bank_statements", f"{BANK}-statements/{{id}}/start-items"),
    "add_bank_start_item": _changes(
        "bank_statements",
        f"{BANK}-statements/{{id}}/start-items",
        {"on_day": "2025-12-31", "amount_fen": 1, "reason": "利息未入账"},
    ),
    "remove_bank_start_item": _changes("bank_statements", f"{BANK}-statements/{{id}}/start-items/{{id}}/remove", {}),
    "settle_bank_statement": _changes("bank_statements", f"{BANK}-statements/{{id}}/settle", {}),
    "reopen_bank_statement": _changes("bank_statements", f"{BANK}-statements/{{id}}/reopen", END),
    "discard_bank_statement": _changes("bank_statements", f"{BANK}-statements/{{id}}/discard", END),
    "list_bank_statement_versions": _reads("bank_statements", f"{BANK}-statements/{{id}}/history"),
    "read_bank_statement_line": _reads("bank_statement_lines", f"{BANK}-statement-lines/{{id}}"),
    "list_bank_line_candidates": _reads("bank_statement_lines", f"{BANK}-statement-lines/{{id}}/candidates"),
    "confirm_bank_suggestion": _changes("bank_statement_lines", f"{BANK}-statement-lines/{{id}}/confirm", {}),
    "reject_bank_suggestion": _changes("bank_statement_lines", f"{BANK}-statement-lines/{{id}}/reject", {}),
    "explain_bank_line": _changes(
        "bank_statement_lines", f"{BANK}-statement-lines/{{id}}/explain", {"kind": "other", "reason": "查明中"}
    ),
    "withdraw_bank_explanation": _changes(
        "bank_statement_lines", f"{BANK}-statement-lines/{{id}}/withdraw-explanation", {}
    ),
    "list_bank_matches": Rows("bank_matches", f"{BANK}-matches", files=True),
    # Two lines that do not come to nothing: whoever is let in is told so.
    "create_bank_match": Object(
        "bank_statement_lines",
        "POST",
        f"{BANK}-matches",
        lambda world, place: {
            "statement_lines": [
                world.things["bank_statement_lines"][place].id,
                world.things["bank_statement_lines"][place].more["other"],
            ]
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_bank_match": _reads("bank_matches", f"{BANK}-matches/{{id}}"),
    "undo_bank_match": _changes("bank_matches", f"{BANK}-matches/{{id}}/undo", {}),
    "list_appropriations": Rows("appropriations", GIVEN, files=True),
    # Of the levy, which is the organisations' own: whoever is let in is told so.
    "create_appropriation": Object(
        "appropriations",
        "POST",
        GIVEN,
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "year": 2026,
            "purse": "enterprise_levy",
            "title": "又一个",
            "kinds": ["brand_project"],
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_appropriation": _reads("appropriations", f"{GIVEN}/{{id}}"),
    "update_appropriation": _changes("appropriations", f"{GIVEN}/{{id}}", {"title": "又一个"}, "PATCH"),
    "refresh_appropriation": _changes("appropriations", f"{GIVEN}/{{id}}/refresh", {}),
    "adjust_appropriation": _changes(
        "appropriations",
        f"{GIVEN}/{{id}}/adjustments",
        {"branch_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0b11", "amount_fen": 1, "reason": "追加经费"},
    ),
    "remove_appropriation_adjustment": Object(
        "appropriations", "DELETE", f"{GIVEN}/{{id}}/adjustments/{{item}}", versioned=True, writes=True, well=(412,)
    ),
    "approve_appropriation": _changes("appropriations", f"{GIVEN}/{{id}}/approve", {}),
    "post_appropriation": _changes("appropriations", f"{GIVEN}/{{id}}/post", {"booked_on": "2026-03-02"}),
    "reverse_appropriation": _changes("appropriations", f"{GIVEN}/{{id}}/reverse", {"booked_on": "2026-03-02", **END}),
    "discard_appropriation": _changes("appropriations", f"{GIVEN}/{{id}}/discard", END),
    "list_appropriation_versions": _reads("appropriations", f"{GIVEN}/{{id}}/history"),
    "list_appropriation_items": Rows("appropriation_items", "/v1/funding/appropriation-items", files=True),
    "read_appropriation_item": _reads("appropriation_items", "/v1/funding/appropriation-items/{id}"),
    "list_brand_projects": Rows("brand_projects", PROJECTS, files=True),
    # What the branch asked for already: whoever is let in is told so.
    "create_brand_project": Object(
        "brand_projects",
        "POST",
        PROJECTS,
        lambda world, place: {
            "committee_id": world.things["authorities"][place].id,
            "branch_id": world.things["branches"][place].id,
            "year": 2026,
            "title": f"标志 brand_projects.{place}.",
            "purpose": "结对共建",
            "asked_fen": 1,
        },
        writes=True,
        well=(409,),
        unseen=(403, 422),
    ),
    "read_brand_project": _reads("brand_projects", f"{PROJECTS}/{{id}}"),
    "update_brand_project": _changes("brand_projects", f"{PROJECTS}/{{id}}", {"title": "又一个"}, "PATCH"),
    "withdraw_brand_project": _changes("brand_projects", f"{PROJECTS}/{{id}}/withdraw", END),
    "approve_brand_project": _changes("brand_projects", f"{PROJECTS}/{{id}}/approve", {"approved_fen": 1}),
    "refuse_brand_project": _changes("brand_projects", f"{PROJECTS}/{{id}}/refuse", END),
    "list_brand_project_versions": _reads("brand_projects", f"{PROJECTS}/{{id}}/history"),
    "list_payment_runs": Rows("payment_runs", "/v1/funding/payment-runs", files=True),
    # Of a list that nobody has: whoever is let in is told so.
    "create_payment_run": Object(
        "payment_run_places",
        "POST",
        "/v1/funding/payment-runs",
        lambda world, place: {
            "account_id": world.things["payment_runs"][place].more["account"],
            "month_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0b11",
            "use": "worker_subsidies",
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_payment_run": _reads("payment_runs", "/v1/funding/payment-runs/{id}"),
    "recompute_payment_run": _changes("payment_runs", "/v1/funding/payment-runs/{id}/recompute", {}),
    "approve_payment_run": _changes("payment_runs", "/v1/funding/payment-runs/{id}/approve", {}),
    # It is a draft.
    "pay_payment_run": Object(
        "payment_runs",
        "POST",
        "/v1/funding/payment-runs/{id}/pay",
        lambda *_: {"paid_on": "2026-03-02"},
        writes=True,
        well=(409,),
    ),
    "discard_payment_run": _changes("payment_runs", "/v1/funding/payment-runs/{id}/discard", END),
    "list_payment_run_versions": _reads("payment_runs", "/v1/funding/payment-runs/{id}/history"),
    "list_payables": Rows("payables", "/v1/funding/payables", files=True),
    "read_payable": _reads("payables", "/v1/funding/payables/{id}"),
    "return_payable": _changes(
        "payables", "/v1/funding/payables/{id}/return", {"returned_on": "2026-03-02", "reason": "户名不符"}
    ),
    "drop_payable": _changes("payables", "/v1/funding/payables/{id}/drop", {"reason": "户名不符"}),
    "list_payable_versions": _reads("payables", "/v1/funding/payables/{id}/history"),
    "list_payable_debts": Rows("payable_debts", "/v1/funding/payable-debts", files=True),
    "list_spending_requests": Rows("spending_requests", "/v1/funding/spending-requests", files=True),
    # With a line of a budget that nobody has: whoever is let in is told so.
    "create_spending_request": Object(
        "spending_requests",
        "POST",
        "/v1/funding/spending-requests",
        lambda world, place: {
            "account_id": world.things["spending_requests"][place].more["account"],
            "use": "branch_activities",
            "title": "又一个",
            "reason": "又一次活动",
            "amount_fen": 1,
            "budget_line_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0b11",
        },
        writes=True,
        well=(422,),
        unseen=(403, 422),
    ),
    "read_spending_request": _reads("spending_requests", "/v1/funding/spending-requests/{id}"),
    "update_spending_request": _changes(
        "spending_requests", "/v1/funding/spending-requests/{id}", {"title": "又一个"}, "PATCH"
    ),
    "submit_spending_request": _changes("spending_requests", "/v1/funding/spending-requests/{id}/submit", {}),
    "withdraw_spending_request": _changes("spending_requests", "/v1/funding/spending-requests/{id}/withdraw", END),
    "approve_spending_request": _changes("spending_requests", "/v1/funding/spending-requests/{id}/approve", {}),
    "reject_spending_request": _changes("spending_requests", "/v1/funding/spending-requests/{id}/reject", END),
    "send_back_spending_request": _changes("spending_requests", "/v1/funding/spending-requests/{id}/send-back", END),
    "pay_spending_request": _changes(
        "spending_requests",
        "/v1/funding/spending-requests/{id}/payments",
        {"amount_fen": 1, "paid_on": "2026-03-02", "payee": "某公司", "business_key": "又一笔"},
    ),
    "close_spending_request": _changes("spending_requests", "/v1/funding/spending-requests/{id}/close", END),
    # It is paid, and takes no papers any more.
    "create_request_evidence": Object(
        "spending_requests",
        "POST",
        "/v1/funding/spending-requests/{id}/evidence",
        lambda *_: {"kind": "plan", "title": "又一份"},
        writes=True,
        well=(409,),
    ),
    "list_spending_request_versions": _reads("spending_requests", "/v1/funding/spending-requests/{id}/history"),
    "list_spending_payments": Rows("spending_payments", "/v1/funding/spending-payments", files=True),
    "read_spending_payment": _reads("spending_payments", "/v1/funding/spending-payments/{id}"),
    "cancel_spending_payment": _changes("spending_payments", "/v1/funding/spending-payments/{id}/cancel", END),
    "hand_in_spending_receipt": _changes(
        "spending_payments", "/v1/funding/spending-payments/{id}/hand-in", {"spent_fen": 0}
    ),
    "accept_spending_receipt": _changes("spending_payments", "/v1/funding/spending-payments/{id}/accept", {}),
    "return_spending_receipt": _changes("spending_payments", "/v1/funding/spending-payments/{id}/return", END),
    "give_back_spending_payment": _changes(
        "spending_payments", "/v1/funding/spending-payments/{id}/give-back", {"amount_fen": 1, **END}
    ),
    # An invoice without its number: whoever is let in is told so.
    "create_payment_evidence": Object(
        "spending_payments",
        "POST",
        "/v1/funding/spending-payments/{id}/evidence",
        lambda *_: {"kind": "invoice", "title": "又一张", "amount_fen": 1},
        writes=True,
        well=(422,),
    ),
    "list_spending_payment_versions": _reads("spending_payments", "/v1/funding/spending-payments/{id}/history"),
    "read_spending_evidence": _reads("spending_evidence", "/v1/funding/spending-evidence/{id}"),
    "remove_spending_evidence": _changes("spending_evidence", "/v1/funding/spending-evidence/{id}/remove", END),
    # Without content: whoever may bring it is told so.
    "add_spending_evidence_file": Object(
        "spending_evidence",
        "POST",
        "/v1/funding/spending-evidence/{id}/files?filename=a.pdf",
        writes=True,
        well=(422,),
    ),
    "download_spending_evidence_file": _reads("spending_files", "/v1/funding/spending-evidence/{item}/files/{id}"),
    "remove_spending_evidence_file": _changes(
        "spending_files", "/v1/funding/spending-evidence/{item}/files/{id}/remove", END
    ),
    "list_region_figures": Figures("GET", "/v1/region-figures", regions=True),
    # Teams whose time is nearly over; nobody is missing anywhere.
    "list_staffing_gaps": Rows("terms", "/v1/staffing-gaps", files=True),
    # One kind of what is due; each kind is narrowed as its own noun's list.
    "list_reminders": Rows(
        "formation_tasks", "/v1/reminders", files=True, asked=(("kind", "formation_task"), ("until", "2026-12-31"))
    ),
    "list_visits": Rows("visits", "/v1/visits", files=True),
    "record_visit": Object(
        "visits",
        "POST",
        "/v1/visits",
        lambda world, place: {
            "assignment_id": world.things["assignments"][place].id,
            "visited_on": "2026-03-02",
            "kind": "on_site",
            "did": ["other"],
        },
        writes=True,
        well=(409,),
        unseen=(422,),
    ),
    "read_visit": _reads("visits", "/v1/visits/{id}"),
    "correct_visit": _changes("visits", "/v1/visits/{id}", {"did": ["other"]}, "PATCH"),
    "cancel_visit": _changes("visits", "/v1/visits/{id}/cancel", END),
    # Due on a day that has passed: whoever is let in is told so.
    "add_visit_problem": Object(
        "visits",
        "POST",
        "/v1/visits/{id}/problems",
        lambda *_: {"what": "场所", "owner_kind": "community", "owner_name": "某社区", "due_on": "2026-03-01"},
        writes=True,
        well=(422,),
    ),
    "list_visit_versions": _reads("visits", "/v1/visits/{id}/history"),
    "list_visit_dues": Rows("assignments", "/v1/visit-dues", files=True, asked=(("due_before", "2026-12-31"),)),
    "list_courses": Rows("courses", "/v1/courses", files=True),
    "create_course": Entry(
        "courses",
        "/v1/courses",
        lambda _w, _c, place: {"title": "某班", "kind": "theory", "body": "党校", **where(place)},
        lambda _w, place: {
            "title": "某班",
            "kind": "theory",
            "body": "党校",
            "authority_id": str(UUID(int=7)),
            **where(place),
        },
    ),
    "read_course": _reads("courses", "/v1/courses/{id}"),
    "correct_course": _changes("courses", "/v1/courses/{id}", {"kind": "law_and_policy"}, "PATCH"),
    "withdraw_course": _changes("courses", "/v1/courses/{id}/withdraw", END),
    "list_course_versions": _reads("courses", "/v1/courses/{id}/history"),
    "list_training_sessions": Rows("training_sessions", "/v1/training-sessions", files=True),
    "create_training_session": Entry(
        "training_sessions",
        "/v1/training-sessions",
        lambda world, _c, place: {"course_id": world.things["courses"][place].id, **HELD, **where(place)},
        lambda _w, place: {"course_id": str(UUID(int=7)), **HELD, **where(place)},
    ),
    "read_training_session": _reads("training_sessions", "/v1/training-sessions/{id}"),
    "correct_training_session": _changes("training_sessions", "/v1/training-sessions/{id}", {"place": "线上"}, "PATCH"),
    "cancel_training_session": _changes("training_sessions", "/v1/training-sessions/{id}/cancel", END),
    "list_training_session_versions": _reads("training_sessions", "/v1/training-sessions/{id}/history"),
    # Whoever sees a session may say who of his came; nobody is called so.
    "take_in_attendances": Object(
        "training_sessions",
        "POST",
        "/v1/training-sessions/{id}/attendances",
        lambda *_: [{"name": "无此人"}],
    ),
    "list_attendances": Rows("attendances", "/v1/attendances", files=True),
    "record_attendance": _once_more(
        "attendances",
        "/v1/attendances",
        lambda _w, place: {"course_title": mark("attendances", place), "held_on": "2026-02-02", "minutes": 90},
    ),
    "read_attendance": _reads("attendances", "/v1/attendances/{id}"),
    "correct_attendance": _changes("attendances", "/v1/attendances/{id}", {"minutes": 45}, "PATCH"),
    "cancel_attendance": _changes("attendances", "/v1/attendances/{id}/cancel", END),
    "list_attendance_versions": _reads("attendances", "/v1/attendances/{id}/history"),
    "list_practice_postings": Rows("practice_postings", "/v1/practice-postings", files=True),
    "create_practice_posting": _once_more(
        "practice_postings",
        "/v1/practice-postings",
        lambda *_: {"body": "某企业", "purpose": "enterprise", "valid_from": "2026-02-02"},
    ),
    "read_practice_posting": _reads("practice_postings", "/v1/practice-postings/{id}"),
    "correct_practice_posting": _changes(
        "practice_postings", "/v1/practice-postings/{id}", {"purpose": "government"}, "PATCH"
    ),
    "cancel_practice_posting": _changes("practice_postings", "/v1/practice-postings/{id}/cancel", END),
    "list_practice_posting_versions": _reads("practice_postings", "/v1/practice-postings/{id}/history"),
    "list_certificates": Rows("certificates", "/v1/certificates", files=True),
    "create_certificate": _once_more(
        "certificates",
        "/v1/certificates",
        lambda *_: {"body": "市委", "kind": "instructor", "issued_on": "2026-02-02"},
    ),
    "read_certificate": _reads("certificates", "/v1/certificates/{id}"),
    "correct_certificate": _changes("certificates", "/v1/certificates/{id}", {"kind": "party_work"}, "PATCH"),
    "cancel_certificate": _changes("certificates", "/v1/certificates/{id}/cancel", END),
    "list_certificate_versions": _reads("certificates", "/v1/certificates/{id}/history"),
    # Secretaries too hold roles: the instructors alone.
    "list_training_dues": Rows("instructors", "/v1/training-dues", files=True, asked=(("role", "instructor"),)),
    "read_training_due": _reads("instructors", "/v1/training-dues/{id}"),
    "list_honours": Rows("honours", "/v1/treatment/honours", files=True),
    # Nothing but its day stands against it: of whoever is not seen the same is told.
    "record_honour": Object(
        "honours",
        "POST",
        "/v1/treatment/honours",
        lambda world, place: {
            "worker_id": world.things["instructors"][place].id,
            "kind": "honour",
            "title": "某荣誉",
            "body": "某党委",
            "awarded_on": "2027-01-01",
        },
        writes=True,
        well=(422,),
        unseen=(422,),
    ),
    "read_honour": _reads("honours", "/v1/treatment/honours/{id}"),
    "correct_honour": _changes("honours", "/v1/treatment/honours/{id}", {"body": "某党委"}, "PATCH"),
    "cancel_honour": _changes("honours", "/v1/treatment/honours/{id}/cancel", END),
    "list_honour_versions": _reads("honours", "/v1/treatment/honours/{id}/history"),
    "list_conditions": Rows("conditions", "/v1/treatment/conditions", files=True),
    "record_condition": _once_more(
        "conditions",
        "/v1/treatment/conditions",
        lambda *_: {"kind": "office", "provided": True, "since": "2026-02-02"},
    ),
    "read_condition": _reads("conditions", "/v1/treatment/conditions/{id}"),
    "update_condition": _changes("conditions", "/v1/treatment/conditions/{id}", {"provided": False}, "PATCH"),
    "list_condition_versions": _reads("conditions", "/v1/treatment/conditions/{id}/history"),
    "list_treatment_months": Rows("treatment_months", "/v1/treatment/months", files=True, asked=FEBRUARY),
    "create_treatment_month": Entry(
        "treatment_months",
        "/v1/treatment/months",
        lambda _w, _c, place: {"month": "2026-02", **where(place)},
        lambda _w, place: {"month": "2026-02", **where(place)},
    ),
    "read_treatment_month": _reads("treatment_months", "/v1/treatment/months/{id}"),
    "recompute_treatment_month": _changes("treatment_months", "/v1/treatment/months/{id}/recompute", {}),
    "close_treatment_month": _changes("treatment_months", "/v1/treatment/months/{id}/close", {}),
    "discard_treatment_month": _changes("treatment_months", "/v1/treatment/months/{id}/discard", END),
    "list_treatment_month_versions": _reads("treatment_months", "/v1/treatment/months/{id}/history"),
    "list_entitlements": Rows("entitlements", "/v1/treatment/entitlements", files=True, asked=FEBRUARY),
    "read_entitlement": _reads("entitlements", "/v1/treatment/entitlements/{id}"),
    "list_formation_tasks": Rows("formation_tasks", "/v1/formation-tasks", files=True),
    "create_formation_task": Entry(
        "formation_tasks",
        "/v1/formation-tasks",
        lambda _w, _c, place: _publicity(place, "2026-06-30"),
        lambda _w, place: _publicity(place, "2026-01-01"),
    ),
    "read_formation_task": _reads("formation_tasks", "/v1/formation-tasks/{id}"),
    "update_formation_task": _changes("formation_tasks", "/v1/formation-tasks/{id}", {"due_on": "2026-07-31"}, "PATCH"),
    "list_formation_task_entries": _reads("formation_tasks", "/v1/formation-tasks/{id}/entries"),
    "log_formation_task": _changes(
        "formation_tasks", "/v1/formation-tasks/{id}/entries", {"done_on": "2026-03-01", "did": "talked"}
    ),
    "finish_formation_task": _changes("formation_tasks", "/v1/formation-tasks/{id}/finish", {"ended_on": "2026-03-01"}),
    "drop_formation_task": _changes("formation_tasks", "/v1/formation-tasks/{id}/drop", END),
    "list_formation_task_versions": _reads("formation_tasks", "/v1/formation-tasks/{id}/history"),
    "list_policies": Rows("policies", "/v1/policies", files=True, counted=False),
    "create_policy": Entry(
        "policies",
        "/v1/policies",
        lambda _w, _c, place: _policy(place, 50),
        lambda _w, place: _policy(place, 51),
    ),
    "read_policy": _reads("policies", "/v1/policies/{id}"),
}


def _publicity(place: str, due_on: str) -> Body:
    return {"kind": "publicity", "owner_kind": "union", "owner_name": "某工会", "due_on": due_on, **where(place)}


def _policy(place: str, staff: int) -> Body:
    return {
        "kind": "coverage", "valid_from": "2026-05-01", "reason": "试点", **where(place),
        "numbers": {"above_scale_staff": {"value": staff, "document": "试点文件"}},
    }  # fmt: skip
