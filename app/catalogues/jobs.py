"""What is done again and again, without anybody asking: name, when (minute hour day month weekday, UTC), and what."""

from app.catalogues.personal import SEALED
from app.catalogues.retention import apply_retention
from app.catalogues.roads import catch_up, learn_and_place
from app.core import idempotency
from app.core.acts import SYSTEM, Acts
from app.core.jobs import Job
from app.services.coverage import upkeep
from app.services.funding.ledger.years import service as years
from app.services.privacy import resealing


async def fold_coverage(acts: Acts) -> None:
    """Fold what changed into the tallies, so that reports read few rows."""
    async with acts.open(SYSTEM) as act:
        await upkeep.fold(act)


async def refresh_facts(acts: Acts) -> None:
    """Bring facts into line with links that began or ended by date; a bite at a time, so that nobody waits long."""
    while True:
        async with acts.open(SYSTEM) as act:
            if not await upkeep.refresh(act):
                return


async def forget_answers(acts: Acts) -> None:
    """Remove answers whose idempotency keys are past their time."""
    async with acts.open(SYSTEM) as act:
        await idempotency.forget(act)


async def reseal(acts: Acts) -> None:
    """Bring sealed values under the active key, a bite at a time: after a rotation what is left, else nothing."""
    await resealing.reseal(acts, SEALED)


async def number_entries(acts: Acts) -> None:
    """Give the books' entries their numbers, so that no writer has to wait for one."""
    async with acts.open(SYSTEM) as act:
        await years.number_entries(act)


JOBS: tuple[Job, ...] = (
    Job("fold_coverage", "* * * * *", fold_coverage),
    Job("number_entries", "* * * * *", number_entries),
    Job("refresh_facts", "5 16 * * *", refresh_facts),  # just past midnight in Shanghai
    Job("forget_answers", "20 17 * * *", forget_answers),
    Job("apply_retention", "40 17 * * *", apply_retention),
    Job("reseal", "10 18 * * *", reseal),
    Job("learn_roads", "30 18 * * *", learn_and_place),
    Job("catch_up_roads", "5-55/10 * * * *", catch_up),  # soon after a big batch; else it only looks
)
