"""Organisations as a merge target: several sources, one row, each field from the source whose word stands."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.organizations import absorbing_repository as rows
from app.services.organizations.kinds import kind_of
from app.services.organizations.names import character_pairs, name_key, sort_key, syllable_pairs
from app.services.organizations.precedence import OFFICER, Said, read, wins, write
from app.services.regions.facts import span

DATES = frozenset({"status_since", "established_on", "closed_on"})
REGION = ("region_code", "region_level", "placed_by")
COORDINATES = ("longitude_e6", "latitude_e6", "datum")
DERIVED = ("name_key", "name_sort", "name_bigrams", "kind")


class Organizations:
    """The target of every dataset that tells of organisations. Keys are USCCs."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Holders of these codes, whatever the scope; those inside it are locked."""
        found = await rows.locked_by_uscc(act, keys)
        return {code: Subject(*holder) for code, holder in found.items()}

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Found what has no subject, update what has one; the subjects in order. Raises Raced."""
        subjects: list[Subject | None] = [None] * len(items)
        founded = [place for place, item in enumerate(items) if item.subject is None]
        for place, subject in zip(founded, await self._found(act, dataset, [items[p] for p in founded]), strict=True):
            subjects[place] = subject
        changed = [place for place, item in enumerate(items) if item.subject is not None]
        for place, subject in zip(changed, await self._change(act, dataset, [items[p] for p in changed]), strict=True):
            subjects[place] = subject
        return [subject for subject in subjects if subject is not None]

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """Visible organisations of the same name."""
        keys = [name_key(str(said.get("name") or "")) for said in values]
        named = await rows.same_name(act, sorted(set(keys) - {""})) if any(keys) else {}
        return [named.get(key, []) for key in keys]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A visible organisation, locked. Raises NotFound."""
        standing = await rows.standing(act, [subject])
        if subject not in standing:
            raise NotFound()
        return Subject(subject, standing[subject]["region_code"])

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """An officer says where it is. Raises NotFound, and Invalid for a region outside the scope."""
        if not act.scope.contains(code):
            raise Invalid(errors=(FieldError("/region_code", "outside_scope"),))
        standing = await rows.standing(act, [subject])
        if subject not in standing:
            raise NotFound()
        said = read(standing[subject]["provenance"]) | {"region": Said(OFFICER, act.now)}
        placed = {"region_code": code, "region_level": level, "placed_by": OFFICER, "provenance": encoded(said)}
        await rows.update(act, [{"id": subject} | placed])

    async def _found(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        ids = await rows.new_ids(act, len(items))
        said = _Saying(dataset)
        new = [self._founded(act, key, said, item) for key, item in zip(ids, items, strict=True)]
        if await rows.insert(act, new) != len(new):
            raise Raced
        return [Subject(row["id"], row["region_code"]) for row in new]

    def _founded(self, act: Act, key: UUID, said: "_Saying", item: MergeItem) -> rows.Row:
        row: rows.Row = {"id": key}
        fields = []
        for field, value in item.values.items():
            column, stored = stored_as(field, value)
            if column is not None:
                row[column] = stored
                fields.append(column)
        if "coordinates" in item.values:
            row |= located(item.values)
            fields.append("coordinates")
        row |= {name: item.derived[name] for name in REGION}
        fields.append("region")
        row |= {name: item.derived[name] for name in DERIVED} if "name_key" in item.derived else derive(row)
        by_hand = row["placed_by"] == OFFICER  # then the place is a person's word, the rest the dataset's
        row["provenance"] = said.of(tuple(fields), item.time, act.now if by_hand else None)
        return row

    async def _change(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        standing = await rows.standing(act, sorted(item.subject for item in items if item.subject is not None))
        moved: dict[frozenset[str], list[rows.Row]] = {}
        subjects = []
        for item in items:
            assert item.subject is not None  # noqa: S101  (the caller parted them)
            old = standing[item.subject]
            new: rows.Row = merged(dataset, item, old)
            if new:
                moved.setdefault(frozenset(new), []).append({"id": item.subject, **new})
            subjects.append(Subject(item.subject, (old | new)["region_code"]))
        for changed in moved.values():
            await rows.update(act, changed)
        return subjects


class _Saying:
    """Provenance of new rows: the same for all that one dataset tells the same fields of, so each is written once."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset
        self._written: dict[tuple[tuple[str, ...], datetime, datetime | None], str] = {}

    def of(self, fields: tuple[str, ...], time: datetime, placed: datetime | None) -> str:
        """The provenance of a row whose fields were all told at this time; the place at `placed`, if by an officer."""
        written = self._written.get((fields, time, placed))
        if written is None:
            told = dict.fromkeys(fields, Said(self._dataset, time))
            if placed is not None:
                told["region"] = Said(OFFICER, placed)
            written = self._written[fields, time, placed] = encoded(told)
        return written


def merged(dataset: str, item: MergeItem, old: Mapping[str, Any]) -> rows.Row:
    """The columns of a standing row that a record changes, each by its field's precedence; empty when none does."""
    said = read(old["provenance"])
    mine = Said(dataset, item.time)
    new: rows.Row = {}
    heard = dict(said)
    for field, value in item.values.items():
        column, stored = stored_as(field, value)
        if column is None or (item.fill_only and old[column] is not None):
            continue
        if wins(column, dataset, item.time, said.get(column)):
            heard[column] = mine
            if stored != old[column]:
                new[column] = stored
    if _points(dataset, item, old, said.get("coordinates")):
        heard["coordinates"] = mine
        new |= {name: value for name, value in located(item.values).items() if value != old[name]}
    if _moves(dataset, item, old, said.get("region")):
        heard["region"] = mine
        new |= {name: item.derived[name] for name in REGION if item.derived[name] != old[name]}
    if {"name", "uscc", "registered_type"} & new.keys():
        fresh = derive({**old, **new})
        if old["kind_source"] == "officer":
            fresh.pop("kind")
        if "name" not in new:
            fresh = {"kind": fresh["kind"]} if "kind" in fresh else {}
        new |= fresh
    if new:
        new["provenance"] = encoded(heard)
    return new


def _points(dataset: str, item: MergeItem, old: Mapping[str, Any], said: Said | None) -> bool:
    """Whether a record's coordinates are taken over."""
    if "coordinates" not in item.values or (item.fill_only and old["datum"] is not None):
        return False
    return wins("coordinates", dataset, item.time, said)


def _moves(dataset: str, item: MergeItem, old: Mapping[str, Any], said: Said | None) -> bool:
    """Whether a record's place is taken over. A deeper place that stands is kept when the new word stops above it."""
    if "region_code" not in item.derived or item.fill_only or not wins("region", dataset, item.time, said):
        return False
    code, level = item.derived["region_code"], item.derived["region_level"]
    low, high = span(code, level)
    return not (level < old["region_level"] and low <= old["region_code"] < high)


def stored_as(field: str, value: Any) -> tuple[str | None, Any]:
    """A dataset's field as a column and its value; None for hints, which place the row but are not kept in it."""
    if field == "registered_capital":
        return "registered_capital_fen", value.get("fen") if isinstance(value, dict) else None
    if field not in rows.WRITTEN:
        return None, None
    if field in DATES and isinstance(value, str):
        return field, date.fromisoformat(value)
    return field, value


def located(values: Mapping[str, Any]) -> rows.Row:
    """A record's coordinates as their three columns: one statement, taken or left as a whole."""
    told = values["coordinates"] or {}
    return {name: told.get(name) for name in COORDINATES}


def derive(row: Mapping[str, Any]) -> rows.Row:
    """What follows from name, USCC and registered type: the name's keys and the kind."""
    name = row["name"]
    key, reading = name_key(name), sort_key(name)
    return {
        "name_key": key,
        "name_sort": reading,
        "name_bigrams": rows.PARTED.join(character_pairs(key) + syllable_pairs(reading)),
        "kind": str(kind_of(row.get("uscc"), row.get("registered_type"), name).kind),
    }


def encoded(said: Mapping[str, Said]) -> str:
    """Provenance as the JSON text that the merge's COPY takes."""
    return orjson.dumps(write(said)).decode()
