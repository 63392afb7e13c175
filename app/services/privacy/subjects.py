"""A person's own rights: what is held about them, and its erasure. The person is named by a whole number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.core.acts import Act
from app.core.errors import RuleViolation
from app.core.findings import Finding
from app.core.history import note
from app.services.privacy import erasing, keeping
from app.services.privacy.contract import Holder, Personal, Row
from app.services.privacy.facts import Ground, PersonalKind

SUBJECT: Final = "data_subjects"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which fields are personal, and who answers for the tables they belong to."""

    fields: Sequence[Personal]
    holders: Mapping[str, Holder]


async def held(act: Act, catalogue: Catalogue, kind: PersonalKind, value: str) -> list[tuple[Holder, Row]]:
    """The visible rows about whoever has this number."""
    found: list[tuple[Holder, Row]] = []
    for holder in catalogue.holders.values():
        keys: set[str] = set()
        for field in catalogue.fields:
            if field.table == holder.name and field.kind == kind:
                keys |= set(await keeping.holding(act, field.table, field.column, value))
        if keys:
            found += [(holder, row) for row in await holder.rows(act, sorted(keys))]
    return found


async def export(act: Act, catalogue: Catalogue, kind: PersonalKind, value: str, why: str) -> list[dict[str, Any]]:
    """All that the visible rows say of a person, in clear, for that person. One audit row, in the same transaction."""
    rows = await held(act, catalogue, kind, value)
    await note(act, "export", SUBJECT, why=why, kind=kind, ids=[str(row.id) for _, row in rows])
    told: list[dict[str, Any]] = []
    for holder in catalogue.holders.values():
        ids = [row.id for owner, row in rows if owner is holder]
        told += [{"table": holder.name, "data": data} for data in (await holder.told(act, ids) if ids else [])]
    return told


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of one row: erased, or kept for the reasons found."""

    table: str
    id: UUID
    findings: tuple[Finding, ...]


async def erase(
    act: Act, catalogue: Catalogue, kind: PersonalKind, value: str, ground: Ground, why: str
) -> list[Erased]:
    """Erase what the law lets go; what it keeps is told with its reason."""
    done = []
    for holder, row in await held(act, catalogue, kind, value):
        findings: tuple[Finding, ...] = ()
        try:
            await erasing.erase(act, holder, row.id, ground, why)
        except RuleViolation as refused:
            findings = refused.findings
        done.append(Erased(holder.name, row.id, findings))
    return done
