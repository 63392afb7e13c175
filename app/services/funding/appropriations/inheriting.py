"""What a branch was given for members goes on with them: pure, by the year's successions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from app.services.funding.appropriations.facts import Passing
from app.services.funding.appropriations.sharing import shares


def inherited(given: Mapping[UUID, int], passings: Sequence[Passing], members: Mapping[UUID, int]) -> dict[UUID, int]:
    """What each successor has had through the branches that went on in it, in fen.

    A branch that ended hands on all that it had, what came to it that way included. Where it went on in several, that
    is shared by the members these have, and adds up to what it had.
    """
    heirs: dict[UUID, list[UUID]] = defaultdict(list)
    before: dict[UUID, set[UUID]] = defaultdict(set)
    for each in passings:
        heirs[each.predecessor_id].append(each.successor_id)
        before[each.successor_id].add(each.predecessor_id)
    came: dict[UUID, int] = defaultdict(int)
    waiting = set(heirs)
    while ready := sorted(key for key in waiting if not before[key] & waiting):
        for key in ready:
            after = sorted(set(heirs[key]))
            had = given.get(key, 0) + came[key]
            for heir, part in zip(after, shares(had, [members.get(heir, 0) for heir in after]), strict=True):
                came[heir] += part
        waiting.difference_update(ready)
    return {key: fen for key, fen in came.items() if fen}
