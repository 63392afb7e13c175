"""What tasks and targets ask of their programme: its policy, who is in office, and whether it may still change."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid
from app.core.findings import judge
from app.services.branches.failures import require_reason
from app.services.branches.founding import recorded
from app.services.policies import service as policies
from app.services.policies.facts import InForce
from app.services.programmes import reads, repository
from app.services.programmes.facts import ProgrammeFacts, ProgrammeState
from app.services.programmes.models import Programme
from app.services.programmes.policy import KIND, ProgrammePolicy
from app.services.programmes.rules import CHANGING
from app.services.regions.stated import lineage

NOTHING = ProgrammeFacts(False, False, 0, 0, 0, 0, 0, 0)


async def policy_at(act: Act, place: tuple[int, int]) -> InForce[ProgrammePolicy]:
    """The policy of programmes in force at a place today."""
    return await policies.at(act, KIND, lineage(place), act.today)


def in_office(act: Act, row: Any) -> bool:
    """Whether a row (its columns by name) stands where the caller is in office, not merely in his sight."""
    return act.scope.holds(int(row["region_code"]), [int(row["authority_code"])])


async def changing(act: Act, programme_id: UUID, reason: str | None, pointer: str | None = None) -> Programme:
    """The programme that something is entered into or changed in, held until the act ends.

    After its approval that is a departure, kept with the programme. Raises Invalid at `pointer` where the payload names
    one that is not to be seen; Forbidden, Conflict once closed, RuleViolation without a reason.
    """
    row = await repository.held(act, programme_id)
    if row is None:
        if pointer is not None and not await reads.seen(act, programme_id):
            raise Invalid(errors=(FieldError(pointer, "reference_unknown"),))
        raise Forbidden(reason="scope")
    if row.state == ProgrammeState.closed:
        raise Conflict(errors=(FieldError("", "programme_closed"),))
    policy = (await policy_at(act, (row.region_code, row.region_level))).numbers
    facts = replace(NOTHING, changing=row.state == ProgrammeState.approved)
    departing = require_reason(judge(CHANGING, facts, policy), reason)
    if departing:
        row.departures = [*row.departures, *recorded(act, departing, policy, reason)]
        await repository.save(act, row)
    return row
