"""What can be done with matching: compare a region's organisations with its hosts, and decide what came of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from anyio import to_thread

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.versions import claim
from app.services.matching import reads, repository
from app.services.matching.facts import MatchState, Place, Proposal, Sitting
from app.services.matching.models import HostMatch
from app.services.matching.proposing import Book, alone
from app.services.matching.schemas import MatchDecision, MatchRun
from app.services.organizations.leaning import lean
from app.services.regions.facts import CITY, COUNTY, ancestor, span
from app.services.regions.reads import names
from app.services.regions.stated import stated

Books = dict[int, Book]


async def match(act: Act, run: MatchRun) -> dict[str, Any]:
    """Compare all organisations of a region that have no host with the hosts of their county, and keep what may be.

    Open proposals that are none any more go; what was decided stays, and is not proposed again. A host beyond the
    county is never meant. Raises Invalid for what is no region, and for a province and above; NotFound for one that the
    caller does not see whole.
    """
    code, level = stated(run.region, run.region_level, "/region")
    low, high = span(code, level)
    if not act.scope.covers(low, high):
        raise NotFound()
    if level < CITY:
        raise Invalid(errors=(FieldError("/region", "match_region_too_wide"),))
    if (code, level) not in await names(act, [(code, level)]):
        raise Invalid(errors=(FieldError("/region", "region_unknown"),))
    hosts = await repository.hosts_in(act, *span(ancestor(code, min(level, COUNTY)), min(level, COUNTY)))
    books = await to_thread.run_sync(_books, hosts)
    settled = await repository.decided(act, low, high)
    found: list[Proposal] = []
    certain: dict[UUID, UUID] = {}
    regions: dict[UUID, int] = {}
    figures = {"organizations": 0, "without_address": 0, "matched": 0}
    async for sitting in repository.seated_nowhere(act, low, high):
        for proposals in await to_thread.run_sync(_proposed, books, sitting, settled):
            found.extend(proposals)
            figures["matched"] += 1
            if (one := alone(proposals)) is not None:
                certain[one.organization_id] = one.host_id
        regions |= {each.id: each.region_code for each in sitting}
        figures["organizations"] += len(sitting)
        figures["without_address"] += sum(each.address is None for each in sitting)
    kept = await repository.keep(act, low, high, regions, found)
    applied = await _applied(act, certain) if run.apply == "certain" else 0
    return {
        "region_code": f"{code:012d}",
        "region_level": level,
        "as_of": act.now,
        "hosts": len(hosts),
        **figures,
        **kept._asdict(),
        "applied": applied,
    }


def _books(hosts: Sequence[Place]) -> Books:
    counties: dict[int, list[Place]] = {}
    for host in hosts:
        counties.setdefault(ancestor(host.region_code, COUNTY), []).append(host)
    return {county: Book(places) for county, places in counties.items()}


def _proposed(books: Books, sitting: Sequence[Sitting], settled: set[tuple[UUID, UUID]]) -> list[list[Proposal]]:
    found = []
    for each in sitting:
        book = books.get(ancestor(each.region_code, COUNTY))
        proposals = book.propose(each) if book else []
        left = [proposal for proposal in proposals if (each.id, proposal.host_id) not in settled]
        if left:
            found.append(left)
    return found


async def _applied(act: Act, certain: dict[UUID, UUID]) -> int:
    """Seat those whose host is certain; how many. One that has got a host in the meantime is left alone."""
    if not certain:
        return 0
    seated = await lean(act, certain, by_officer=False)
    pairs = sorted((key, host) for key, host in certain.items() if seated.get(key) == host)
    await repository.accept(act, pairs)
    return len(pairs)


async def decide(act: Act, said: MatchDecision) -> dict[str, Any]:
    """Accept or reject a proposal. Accepted, the organisation sits in the host; rejected, it is not proposed again.

    Raises NotFound, StaleVersion, Conflict when it is decided, the host is closed or the organisation has another one,
    and Forbidden for a host out of sight.
    """
    proposal = await claim(act, HostMatch, said.id, said.version)
    if proposal.state != MatchState.open:
        raise Conflict(errors=(FieldError("", "match_decided"),))
    accepting = said.verdict == "accept"
    if accepting:
        await _seat(act, proposal)
    proposal.state = MatchState.accepted if accepting else MatchState.rejected
    proposal.decided_by, proposal.decided_at, proposal.reason = act.by.id, act.now, said.reason
    await repository.save(act, proposal)
    if accepting:
        await repository.withdraw_others(act, [proposal.organization_id])
    return await reads.detail(act, said.id)


async def _seat(act: Act, proposal: HostMatch) -> None:
    stands = await repository.stands(act, proposal.host_id)
    if stands is None:
        raise Forbidden(reason="scope")
    if not stands:
        raise Conflict(errors=(FieldError("", "host_closed"),))
    seated = await lean(act, {proposal.organization_id: proposal.host_id}, by_officer=True)
    if seated.get(proposal.organization_id) != proposal.host_id:
        raise Conflict(errors=(FieldError("", "organization_has_host"),))
