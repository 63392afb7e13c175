"""Payrolls as a merge target: a firm's wages of a year, known by the firm's code and the year."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.funding.levies.payrolls import repository
from app.services.funding.levies.payrolls.facts import Payroll, heard
from app.services.organizations.absorbing import Organizations


def record_key(code: str, year: int) -> str:
    """The key of a record: whose wages, and of which year."""
    return f"{code}/{year}"


class Payrolls:
    """The target of the datasets that tell of wages. The subject of a record is the firm: it is never founded here."""

    def __init__(self) -> None:
        self._firms = Organizations()

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Firms by code, whatever the scope; those inside it are locked."""
        codes = {key: key.rpartition("/")[0] for key in keys}
        found = await self._firms.find(act, sorted(set(codes.values())))
        return {key: found[code] for key, code in codes.items() if code in found}

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Write what each record says of its firm's year; the firms in order. Raises Raced when one is out of sight."""
        del dataset
        places = await repository.firms(act, [_firm(item) for item in items])
        if not all(_firm(item) in places for item in items):
            raise Raced  # it moved meanwhile: asked again, the record is refused with the reason
        stands = await repository.known(act, [(_firm(item), _year(item)) for item in items])
        written: dict[tuple[UUID, int], Payroll] = {}
        for item in items:
            key = (_firm(item), _year(item))
            after = heard(stands.get(key), key, item.values, item.time, fill_only=item.fill_only)
            if after is not None:
                stands[key] = written[key] = after
        await repository.write(act, [written[key] for key in sorted(written)])
        return [Subject(_firm(item), places[_firm(item)]) for item in items]

    async def candidates(self, act: Act, values: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """Visible organisations of the same name."""
        return await self._firms.candidates(act, [dict(said) for said in values])

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A visible organisation, locked. Raises NotFound."""
        return await self._firms.holds(act, subject)

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """Wages stand where the firm stands. Raises Invalid."""
        del act, subject, code, level
        raise Invalid(errors=(FieldError("/verdict", "verdict_not_fitting"),))


def _firm(item: MergeItem) -> UUID:
    assert item.subject is not None  # noqa: S101  (the dataset founds none)
    return item.subject


def _year(item: MergeItem) -> int:
    """The year is in the key; a record that a person matched has it among its values alone."""
    return int(item.derived["year"] if "year" in item.derived else item.values["year"])
