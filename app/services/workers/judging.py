"""The policy that party workers are judged by, and what it makes of today."""

from datetime import date

from app.core.acts import Act
from app.services.branches.facts import months_after
from app.services.policies import service as policies
from app.services.regions.stated import lineage
from app.services.workers.policy import KIND, WorkerPolicy

FIRST_DAY = date(1921, 7, 1)  # nobody worked for the party before it was


async def policy_at(act: Act, place: tuple[int, int]) -> WorkerPolicy:
    """The policy in force at a place (code, level) today: what is entered is judged by the rules of that day."""
    return (await policies.at(act, KIND, lineage(place), act.today)).numbers


def soon(act: Act, policy: WorkerPolicy) -> date:
    """What ends on a day up to this one is ending soon."""
    return months_after(act.today, policy.ending_soon_months.value)
