"""What the nouns make of a grant's own objects today: by role, more than was granted or less."""

from uuid import UUID

from app.core.acts import Act, Acts
from app.services.access import holders
from app.services.access.facts import Held, Holding
from tests.conftest import actor

WORKER, ASSIGNED, BRANCH = UUID(int=1), UUID(int=2), UUID(int=3)


async def _brought(_: Act, named: frozenset[UUID]) -> frozenset[UUID]:
    return named | {ASSIGNED} if WORKER in named else frozenset()


async def test_own_objects_bring_others_along_for_their_role_alone(acts: Acts) -> None:
    secretary = Holding(UUID(int=11), "branch_secretary", subjects=frozenset({BRANCH, WORKER}))
    instructor = Holding(UUID(int=12), "instructor", subjects=frozenset({WORKER}))
    officer = Holding(UUID(int=13), "region_officer", ranges=((330000000000, 340000000000),))
    held = Held("person:张", "张", (secretary, instructor, officer))
    async with acts.open(actor()) as act:
        found = await holders.widened(act, held, {"instructor": _brought, "region_officer": _brought})
    assert [each.subjects for each in found.holdings] == [{BRANCH, WORKER}, {WORKER, ASSIGNED}, frozenset()]
    assert found.holdings[1].id == instructor.id
    assert holders.scope_of(found.holdings[1]).subjects == {WORKER, ASSIGNED}


async def test_what_has_ended_is_nobodys_own(acts: Acts) -> None:
    gone = Holding(UUID(int=14), "department_member", subjects=frozenset({BRANCH}))
    async with acts.open(actor()) as act:
        found = await holders.widened(act, Held("person:张", "张", (gone,)), {"department_member": _brought})
    (holding,) = found.holdings
    scope = holders.scope_of(holding)
    assert not holding.subjects
    assert (scope.beyond, scope.hull) == (False, (0, 0))
