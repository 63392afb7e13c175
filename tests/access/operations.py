"""Every operation that reads or writes something with a place: how it is asked for one place, and what then should be.

A route that is neither here nor in UNPLACED fails the matrix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.access.places import PLACES
from tests.access.world import Thing, World, mark, uscc

Body = Mapping[str, Any]

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
    "create_client": "enters at the caller's own place, which is not asked for",
    "open_access_review": "covers what the caller sees, and asks for no place",
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
    body: Callable[[World, str], Body] | None = None
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
    """Figures of a region: 404 for one that is not seen whole."""

    method: str
    path: str
    asked: tuple[tuple[str, str], ...] = ()


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


def _reads(noun: str, path: str) -> Object:
    return Object(noun, "GET", path)


def _changes(noun: str, path: str, body: Body, method: str = "POST") -> Object:
    return Object(noun, method, path, lambda *_: body, versioned=True, writes=True, well=(412,))


CODES = {name: f"0990{90 + number:02d}000000000" for number, name in enumerate(PLACES)}
END = {"reason": "试点结束"}

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
    "update_branch": _changes("branches", "/v1/branches/{id}", {"stage": "consolidated"}, "PATCH"),
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
    "list_policies": Rows("policies", "/v1/policies", files=True, counted=False),
    "create_policy": Entry(
        "policies",
        "/v1/policies",
        lambda _w, _c, place: _policy(place, 50),
        lambda _w, place: _policy(place, 51),
    ),
    "read_policy": _reads("policies", "/v1/policies/{id}"),
}


def _policy(place: str, staff: int) -> Body:
    return {
        "kind": "coverage", "valid_from": "2026-05-01", "reason": "试点", **where(place),
        "numbers": {"above_scale_staff": {"value": staff, "document": "试点文件"}},
    }  # fmt: skip
