"""What goes when its time is over, by the retention policy of the country."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.catalogues.datasets import DATASETS
from app.catalogues.policies import RETENTION
from app.core.acts import SYSTEM, Act, Acts
from app.services.contacts import service as contacts
from app.services.contacts.holding import CONTACTS
from app.services.departments.liaisons import service as liaisons
from app.services.departments.liaisons.holding import LIAISONS
from app.services.exchange import holding as reviews
from app.services.joint_meetings.invitations import service as invitations
from app.services.members import service as members
from app.services.members.holding import MEMBERS
from app.services.policies import service as policies
from app.services.privacy import erasing
from app.services.privacy.policy import RetentionPolicy
from app.services.treatment.holding import WORKERS
from app.services.workers import service as workers

NATION = ((0, 0),)
BITE = 500

Step = Callable[[Act, RetentionPolicy], Awaitable[int]]


async def _raw(act: Act, policy: RetentionPolicy) -> int:
    return await reviews.expire_raw(act, act.now - timedelta(days=policy.raw_days.value), BITE)


async def _reviews(act: Act, policy: RetentionPolicy) -> int:
    personal = [dataset.name for dataset in DATASETS.values() if dataset.personal]
    before = act.now - timedelta(days=policy.review_days.value)
    ids = await reviews.outlived(act, personal, before, BITE)
    return await erasing.erase_outlived(act, reviews.HELD_REVIEWS, ids, policy.version)


async def _contacts(act: Act, policy: RetentionPolicy) -> int:
    ids = await contacts.outlived(act, act.now - timedelta(days=policy.after_end_days.value), BITE)
    return await erasing.erase_outlived(act, CONTACTS, ids, policy.version)


async def _members(act: Act, policy: RetentionPolicy) -> int:
    ids = await members.outlived(act, act.now - timedelta(days=policy.after_end_days.value), BITE)
    return await erasing.erase_outlived(act, MEMBERS, ids, policy.version)


async def _workers(act: Act, policy: RetentionPolicy) -> int:
    ids = await workers.outlived(act, act.now - timedelta(days=policy.after_end_days.value), BITE)
    return await erasing.erase_outlived(act, WORKERS, ids, policy.version)


async def _liaisons(act: Act, policy: RetentionPolicy) -> int:
    ids = await liaisons.outlived(act, act.now - timedelta(days=policy.after_end_days.value), BITE)
    return await erasing.erase_outlived(act, LIAISONS, ids, policy.version)


async def _delegates(act: Act, policy: RetentionPolicy) -> int:
    before = act.today - timedelta(days=policy.after_end_days.value)
    return await invitations.forget_delegates(act, before, BITE, policy.version)


STEPS: tuple[Step, ...] = (_raw, _reviews, _contacts, _members, _workers, _liaisons, _delegates)


async def apply_retention(acts: Acts) -> int:
    """Let everything go whose time is over, a bite at a time; how many rows went."""
    gone = 0
    for step in STEPS:
        while True:
            async with acts.open(SYSTEM) as act:
                policy = (await policies.at(act, RETENTION, NATION, act.today)).numbers
                found = await step(act, policy)
            gone += found
            if found == 0:
                break
    return gone
