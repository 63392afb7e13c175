"""An application's draft: kept without what has columns of its own, and read back as what is to be founded."""

from datetime import date
from typing import Any

from app.core.acts import Act
from app.core.errors import Failure, Invalid
from app.services.branches.applications.schemas import ApplicationUpdate
from app.services.branches.founding import FIRST_DAY, Ready, day_wrong, judge_each
from app.services.branches.models import BranchApplication
from app.services.branches.schemas import BranchCreate, BranchDraft
from app.services.regions.facts import wire

COLUMNS = ("name", "authority_id", "region_code", "region_level", "organization_ids")
"""Fields of a draft that an application keeps in columns."""


def kept(draft: BranchDraft) -> dict[str, Any]:
    """The part of a draft that is kept as JSON."""
    fields = set(BranchDraft.model_fields) - set(COLUMNS)
    return draft.model_dump(mode="json", include=fields)


def founding(row: Any, founded_on: date, **more: Any) -> BranchCreate:
    """What an application asks for, to be founded on a day. `row` has the columns of an application."""
    told = {
        "name": row.name,
        "authority_id": row.authority_id,
        "region_code": wire(row.region_code),
        "region_level": row.region_level,
        "organization_ids": row.organization_ids,
    }
    return BranchCreate.model_validate({**row.draft, **told, "founded_on": founded_on, **more})


def amended(row: BranchApplication, change: ApplicationUpdate) -> BranchCreate:
    """What is asked for after a change. A region that is named anew has its level from its code, unless both are."""
    named: dict[str, Any] = {name: getattr(change, name) for name in change.model_fields_set}
    if "region_code" in named:
        named.setdefault("region_level", None)
    return founding(row, row.applied_on, **named)


async def judged(act: Act, draft: BranchCreate) -> Ready:
    """Judge what is asked for as if it were founded on the day of the application. Raises what stands against it."""
    if wrong := day_wrong("/applied_on", draft.founded_on, FIRST_DAY, act.today):
        raise Invalid(errors=tuple(wrong))
    (outcome,) = await judge_each(act, [draft])
    if isinstance(outcome, Failure):
        raise outcome
    return outcome


def columns(draft: BranchDraft, ready: Ready) -> dict[str, Any]:
    """The columns of an application that follow from its draft."""
    return {
        "name": draft.name,
        "draft": kept(draft),
        "organization_ids": list(draft.organization_ids),
        "authority_id": draft.authority_id,
        "region_code": ready.row["region_code"],
        "region_level": ready.row["region_level"],
        "departures": ready.row["departures"],
    }
