"""Whoever sees by line or as a branch's secretary keeps the members there, numbers and all, and no others."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from app.core.acts import Acts, Scope
from app.core.config import Settings
from app.core.errors import Invalid, NotFound
from app.core.pagination import Ask
from app.services.members import reads, service
from app.services.members.facts import MemberKind
from app.services.members.schemas import MemberCreate, MemberFilters, MemberUpdate
from app.services.privacy.schemas import NumberReveal
from tests.conftest import Hands, actor
from tests.kit.members import ACROSS, branch, member
from tests.kit.persons import person
from tests.kit.vaults import sealing_acts

ONE, TWO = person(1), person(2)


@pytest.fixture
async def sealing(settings: Settings, clock: Hands) -> AsyncIterator[Acts]:
    """Acts with the application's ring."""
    async with sealing_acts(settings, clock) as acts:
        yield acts


@pytest.mark.parametrize("by", ["line", "branch"])
async def test_members_are_kept_by_line_and_by_the_secretary(client: httpx.AsyncClient, sealing: Acts, by: str) -> None:
    home, other = await branch(client), await branch(client, region=ACROSS)
    stranger = await member(client, 9, branch_id=other["id"])
    code = int(home["authority_code"])
    own = Scope(lines=((code, code + 10**6),)) if by == "line" else Scope(subjects=frozenset({UUID(home["id"])}))
    someone = actor(scope=own)
    async with sealing.open(someone) as act:
        draft = MemberCreate(
            name=ONE.name, kind=MemberKind.formal, identity_number=ONE.identity_number, branch_id=UUID(home["id"])
        )
        made = await service.enter(act, draft)
        assert made["identity_number"] == "330" + "*" * 14 + ONE.identity_number[-1]
    async with sealing.open(someone) as act:
        changed = await service.correct(act, made["id"], 1, MemberUpdate(phone=TWO.phone))
        assert changed["version"] == 2
        shown = await service.reveal(act, made["id"], NumberReveal(purpose="通知参加党员大会"))
        assert shown == {"id": made["id"], "phone": TWO.phone, "identity_number": ONE.identity_number}
        page = await service.listed(act, MemberFilters(), Ask())
        assert [row["id"] for row in page.rows] == [made["id"]]
    async with sealing.open(someone) as act:
        with pytest.raises(NotFound):
            await reads.detail(act, UUID(stranger["id"]))
        with pytest.raises(Invalid):
            await service.enter(act, draft.model_copy(update={"branch_id": UUID(other["id"]), "name": TWO.name}))
