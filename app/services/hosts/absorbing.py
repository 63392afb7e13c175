"""Hosts as a merge target: known by kind, name and place; an officer's word stands; a place only gets deeper.

A host's key is its kind, its name and the region that a record is placed in. It means the one open host so called whose
region holds that one or lies in it. Records never close a host, which takes a reason, and never
open one again: what is said of one that was closed is kept with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid, NotFound
from app.services.exchange.contract import MergeItem, Raced, Subject
from app.services.hosts import absorbing_repository as rows
from app.services.hosts.absorbing_repository import Namesake
from app.services.regions.facts import COUNTY, span

PARTED = "\x1f"  # no name holds it


class Key(NamedTuple):
    """What a host is known by."""

    kind: str
    name: str
    region_code: int
    region_level: int

    def written(self) -> str:
        """As the engine keeps it."""
        return PARTED.join((self.kind, f"{self.region_code:012d}", str(self.region_level), self.name))

    @classmethod
    def read(cls, text: str) -> "Key":
        """The key that was written so."""
        kind, code, level, name = text.split(PARTED, 3)
        return cls(kind, name, int(code), int(level))

    def fits(self, host: Namesake) -> bool:
        """Whether a host of this kind and name may be the one: its region holds the key's, or lies in it."""
        if (host.kind, one_writing(host.name)) != (self.kind, one_writing(self.name)) or host.region_level < COUNTY:
            return False
        low, high = span(self.region_code, self.region_level)
        host_low, host_high = span(host.region_code, host.region_level)
        return low <= host.region_code < high or host_low <= self.region_code < host_high


def one_writing(name: str) -> str:
    """A name with its brackets in one form."""
    return name.replace("（", "(").replace("）", ")")


def writings(name: str) -> frozenset[str]:
    """The forms in which the same name may stand in the table."""
    half = one_writing(name)
    return frozenset({name, half, half.replace("(", "（").replace(")", "）")})


class Hosts:
    """The target of every dataset that tells of hosts."""

    async def find(self, act: Act, keys: Sequence[str]) -> dict[str, Subject]:
        """Visible open hosts by key, locked. Where several fit, the records wait for a person and none is found."""
        wanted = {text: Key.read(text) for text in keys}
        named = await rows.namesakes(act, sorted({form for key in wanted.values() for form in writings(key.name)}))
        found = {}
        for text, key in wanted.items():
            fitting = [host for host in named if key.fits(host)]
            if len(fitting) == 1:
                found[text] = Subject(fitting[0].id, fitting[0].region_code)
        await rows.standing(act, sorted({subject.id for subject in found.values()}))
        return found

    async def merge(self, act: Act, dataset: str, items: Sequence[MergeItem]) -> list[Subject]:
        """Found what has no subject, update what has one; the subjects in order. Raises Raced."""
        del dataset
        founded = [place for place, item in enumerate(items) if item.subject is None]
        changed = [place for place, item in enumerate(items) if item.subject is not None]
        subjects: dict[int, Subject] = dict(
            zip(founded, await self._found(act, [items[place] for place in founded]), strict=True)
        )
        subjects |= zip(changed, await self._change(act, [items[place] for place in changed]), strict=True)
        return [subjects[place] for place in range(len(items))]

    async def candidates(self, act: Act, values: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """Visible open hosts of the same kind and name, at most five a record."""
        named = await rows.namesakes(act, sorted({form for said in values for form in writings(said["name"])}))
        return [
            [
                {
                    "host_id": str(host.id),
                    "name": host.name,
                    "kind": host.kind,
                    "region_code": f"{host.region_code:012d}",
                    "region_level": host.region_level,
                }
                for host in named
                if (host.kind, one_writing(host.name)) == (said["kind"], one_writing(said["name"]))
            ][:5]
            for said in values
        ]

    async def holds(self, act: Act, subject: UUID) -> Subject:
        """A visible open host, locked. Raises NotFound."""
        standing = (await rows.standing(act, [subject])).get(subject)
        if standing is None or standing["closed_on"] is not None:
            raise NotFound()
        return Subject(subject, standing["region_code"])

    async def place(self, act: Act, subject: UUID, code: int, level: int) -> None:
        """An officer says where it is. Raises NotFound, and Invalid for a region outside the scope."""
        if not act.scope.contains(code):
            raise Invalid(errors=(FieldError("/region_code", "outside_scope"),))
        standing = await rows.standing(act, [subject])
        if subject not in standing:
            raise NotFound()
        corrected = sorted({*standing[subject]["corrected"], "region"})
        await rows.update(act, [{"id": subject, "region_code": code, "region_level": level, "corrected": corrected}])

    async def _found(self, act: Act, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        ids = await rows.new_ids(act, len(items))
        new = [
            {
                "id": key,
                **_columns(item.values),
                "kind": item.values["kind"],
                "name": item.values["name"],
                "region_code": item.derived["region_code"],
                "region_level": item.derived["region_level"],
            }
            for key, item in zip(ids, items, strict=True)
        ]
        if await rows.insert(act, new) != len(new):
            raise Raced
        return [Subject(row["id"], row["region_code"]) for row in new]

    async def _change(self, act: Act, items: Sequence[MergeItem]) -> list[Subject]:
        if not items:
            return []
        standing = await rows.standing(act, sorted(item.subject for item in items if item.subject is not None))
        changed: dict[frozenset[str], list[dict[str, Any]]] = {}
        subjects = []
        for item in items:
            assert item.subject is not None  # noqa: S101  (the caller parted them)
            old = standing[item.subject]
            new = _heard(item, old)
            if new:
                changed.setdefault(frozenset(new), []).append({"id": item.subject, **new})
            subjects.append(Subject(item.subject, (old | new)["region_code"]))
        for alike in changed.values():
            await rows.update(act, alike)
        return subjects


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says, as columns; nothing of what it does not speak of."""
    told = {name: values[name] for name in ("address", "opened_on") if name in values}
    if "aliases" in values:
        told["aliases"] = values["aliases"] or []
    if "coordinates" in values:
        point = values["coordinates"] or {}
        told |= {name: point.get(name) for name in ("longitude_e6", "latitude_e6", "datum")}
    return told


def _heard(item: MergeItem, old: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a record changes: not what an officer has put right, and with fill_only nothing that stands."""
    said = {field: value for field, value in item.values.items() if field not in old["corrected"]}
    new = {
        name: value
        for name, value in _columns(said).items()
        if value != old[name] and not (item.fill_only and old[name] not in (None, []))
    }
    if "region_code" in item.derived and "region" not in old["corrected"] and not item.fill_only:
        low, high = span(old["region_code"], old["region_level"])
        code, level = item.derived["region_code"], item.derived["region_level"]
        if level > old["region_level"] and low <= code < high:
            new |= {"region_code": code, "region_level": level}
    return new
