"""By line and as one's own: whose workers and roles somebody sees and writes who has no region."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.core.acts import Scope
from app.core.config import Settings
from app.core.errors import Forbidden, NotFound, RuleViolation
from app.core.pagination import Ask
from app.services.workers import reads, service
from app.services.workers.facts import SelectionChannel, WorkerRole
from app.services.workers.roles import reads as role_reads
from app.services.workers.roles import service as roles
from app.services.workers.roles.schemas import RoleFilters, RoleGive
from app.services.workers.schemas import WorkerCreate, WorkerFilters
from tests.conftest import Hands, actor
from tests.kit.members import authority, branch, made
from tests.kit.vaults import sealing_acts
from tests.kit.workers import COUNTY, given, worker

LINE = Scope(lines=((33_001_006_010_000, 33_001_006_011_000),))


def sent(worker_id: UUID) -> RoleGive:
    """A full-time worker of no place."""
    return RoleGive.model_validate(
        {
            "worker_id": worker_id,
            "role": WorkerRole.full_time_worker,
            "selection_channel": SelectionChannel.external,
            "valid_from": "2026-03-01",
        }
    )


@pytest.mark.usefixtures("api")
async def test_a_line_keeps_its_own_workers_alone(client: httpx.AsyncClient, settings: Settings, clock: Hands) -> None:
    body = await made(
        client, "/v1/authorities", code="033001006010000", kind="township", name="某党工委", region_code=COUNTY
    )
    other = await worker(client)
    by = actor("line", "line_officer", LINE)
    draft = WorkerCreate.model_validate(
        {"name": "某人", "formal_member": True, "authority_id": body["id"], "region_code": COUNTY}
    )
    async with sealing_acts(settings, clock) as acts:
        async with acts.open(by) as act:
            entered = await service.enter(act, draft)
            role = await roles.give(act, sent(entered["id"]))
            assert (await role_reads.one(act, role, act.today))["authority_code"] == "033001006010000"
        async with acts.open(by) as act:
            seen = await reads.listed(act, WorkerFilters(), Ask())
            assert [row["id"] for row in seen.rows] == [entered["id"]]
            with pytest.raises(NotFound):
                await reads.one(act, UUID(other["id"]))
        with pytest.raises(Forbidden):
            async with acts.open(by) as act:
                await service.enter(act, draft.model_copy(update={"authority_id": None}))


@pytest.mark.usefixtures("api")
async def test_an_instructor_sees_his_own_roles_alone(
    client: httpx.AsyncClient, settings: Settings, clock: Hands
) -> None:
    mine, other = await worker(client), await worker(client, 2)
    role = await given(client, mine)
    await given(client, other)
    by = actor("instructor", "instructor", Scope(subjects=frozenset({UUID(mine["id"])})))
    async with sealing_acts(settings, clock) as acts, acts.open(by) as act:
        found = await roles.listed(act, RoleFilters(), Ask())
        assert [(str(row["id"]), row["worker_name"]) for row in found.rows] == [(role["id"], mine["name"])]
        seen = await reads.listed(act, WorkerFilters(), Ask())
        assert [str(row["id"]) for row in seen.rows] == [mine["id"]]


@pytest.mark.usefixtures("api")
async def test_a_member_out_of_sight_is_not_known_to_be_formal(
    client: httpx.AsyncClient, settings: Settings, clock: Hands
) -> None:
    """Whoever sees the worker and not the roll is told nothing of the roll."""
    there = await branch(client, region="330108001000", authority_id=await authority(client, "330108001000"))
    someone: dict[str, Any] = await made(
        client, "/v1/members", name="某党员", kind="formal", branch_id=there["id"], since="2026-02-10"
    )
    row = await worker(client, member_id=someone["id"])
    by = actor("county", "region_officer", Scope(((330106000000, 330107000000),)))
    draft = sent(UUID(row["id"])).model_copy(update={"role": WorkerRole.instructor})
    async with sealing_acts(settings, clock) as acts:
        async with acts.open(by) as act:
            told = await reads.one(act, UUID(row["id"]))
            assert (told["name"], told["formal"]) == (None, None)
        with pytest.raises(RuleViolation):
            async with acts.open(by) as act:
                await roles.give(act, draft)
