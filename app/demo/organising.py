"""Founding made-up branches over the API: the superior bodies first, what branches lean on, then the branches."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from app.demo.founding import Branch, Counted
from app.demo.partner import Api
from app.demo.party import Known

BULK = 100  # branches a request
AT_ONCE = 3
DISPATCHED = {
    "industry": ("997", "industry_department", "行业党委"),
    "entrusted": ("996", "entrusted_department", "经济和信息化局党委"),
}
HOSTS = {"attached": ("trade_association", "商会"), "territorial": ("community", "党群服务中心")}
REASON = "演示数据：按当地已有做法组建"


class Founded(NamedTuple):
    """How many branches came of it."""

    founded: int
    refused: int
    first_refusal: str | None


def branch_region(branch: Branch) -> int:
    """The county of a branch, whose departments may manage it."""
    return branch.town // 10**6 * 10**6


def authority_code(branch: Branch) -> str:
    """The party's 15-digit code for the body a branch falls under, made from the region's code."""
    town = branch.town
    above = f"{town // 10**10:03d}{town // 10**8 % 100:03d}{town // 10**6 % 100:03d}"
    last = (
        DISPATCHED[branch.management_mode][0] if branch.management_mode in DISPATCHED else f"{town // 1000 % 1000:03d}"
    )
    return f"{above}{last}000"


def authority(branch: Branch, names: dict[int, str]) -> dict[str, Any]:
    """The body a branch falls under: the town's committee, or the county's department."""
    if branch.management_mode in DISPATCHED:
        _, kind, words = DISPATCHED[branch.management_mode]
        region, level = branch_region(branch), 3
        name = f"中共{names.get(region, region)}{words}"
    else:
        kind, region, level = "township", branch.town, 4
        name = f"中共{names.get(region, region)}委员会"
    return {
        "code": authority_code(branch),
        "kind": kind,
        "name": name,
        "region_code": f"{region:012d}",
        "region_level": level,
    }


def host(branch: Branch, names: dict[int, str]) -> dict[str, Any]:
    """What an attached or territorial branch leans on: the town's chamber, or its service centre."""
    kind, words = HOSTS[branch.formation_mode]
    return {
        "kind": kind,
        "name": f"{names.get(branch.town, branch.town)}{words}",
        "region_code": f"{branch.town:012d}",
        "region_level": 4,
    }


async def ensured(
    api: Api, path: str, key: tuple[str, ...], region: str, wanted: Iterable[dict[str, Any]]
) -> dict[Any, str]:
    """Ids by `key` of everything that is wanted, made where it is not there yet."""
    ids = {tuple(item[name] for name in key): item["id"] async for item in api.pages(path, region=region)}
    for draft in wanted:
        name = tuple(draft[part] for part in key)
        if name not in ids:
            ids[name] = (await api.post(path, draft))["id"]
    return ids


async def found_all(
    api: Api,
    region: str,
    branches: list[Branch],
    ids: dict[str, str],
    names: dict[int, str],
    seen: Callable[[int], None],
) -> Founded:
    """Found branches in bulk. `ids` are organisations' by code, `names` regions' by code; `seen` is told the number."""
    authorities = await ensured(
        api, "/v1/authorities", ("code",), region, (authority(branch, names) for branch in branches)
    )
    leaning = [branch for branch in branches if branch.formation_mode in HOSTS]
    hosts = await ensured(
        api, "/v1/hosts", ("kind", "region_code"), region, (host(branch, names) for branch in leaning)
    )

    def draft(branch: Branch) -> dict[str, Any]:
        leans = (
            hosts[HOSTS[branch.formation_mode][0], f"{branch.town:012d}"] if branch.formation_mode in HOSTS else None
        )
        return {
            "name": branch.name,
            "level": branch.level,
            "formation_mode": branch.formation_mode,
            "management_mode": branch.management_mode,
            "authority_id": authorities[(authority_code(branch),)],
            "host_id": leans,
            "region_code": f"{branch.town:012d}",
            "region_level": 4,
            "founded_on": branch.founded_on.isoformat(),
            "formal_members": branch.formal_members,
            "organization_ids": [ids[known.uscc] for known in branch.covered],
            "departure_reason": REASON,
        }

    places = asyncio.Semaphore(AT_ONCE)

    async def bulk(some: list[Branch]) -> list[dict[str, Any]]:
        async with places:
            answer = await api.post("/v1/branches/bulk", {"items": [draft(branch) for branch in some]})
            seen(len(some))
            items: list[dict[str, Any]] = answer["items"]
            return items

    answers = await asyncio.gather(*(bulk(some) for some in portions(branches)))
    items = [item for answer in answers for item in answer]
    refused = [item["problem"] for item in items if item["problem"] is not None]
    return Founded(len(items) - len(refused), len(refused), told(refused[0]) if refused else None)


def told(problem: dict[str, Any]) -> str:
    """A problem in one line: the findings that refuse, else what is wrong."""
    findings = [each["text"] for each in problem.get("findings", ()) if each["severity"] == "hard"]
    return "; ".join(findings or [problem["detail"], *(each["detail"] for each in problem["errors"])])


def portions(branches: list[Branch]) -> Iterator[list[Branch]]:
    """The branches in lists of at most `BULK`."""
    rest = iter(branches)
    while some := list(islice(rest, BULK)):
        yield some


async def register(api: Api, region: str, seen: Callable[[int], None]) -> tuple[list[Counted], dict[str, str]]:
    """The uncovered organisations with a code that the service knows in a region, and their ids by code."""
    found: list[Counted] = []
    ids: dict[str, str] = {}
    async for item in api.pages("/v1/organizations", region=region, covered=False, status="operating"):
        code = item["uscc"]
        if code is None or item["formal_members_relation"] is None:
            continue
        known = Known(
            code, item["name"], item["kind"], item["industry"] or "", int(item["region_code"]), item["region_level"]
        )
        members = min(item["formal_members_relation"], item["formal_members_working"] or 0)
        found.append(Counted(known, members, item["staff"] or 0))
        ids[code] = item["id"]
        seen(1)
    return found, ids
