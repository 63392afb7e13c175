"""Conditions on facts as conditions on the bits of the facts key, which an index holds beside region and id."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.services.organizations.encodings import Coded
from app.services.organizations.facts import LAYOUT, VERSION_BITS, Field

Wanted = Mapping[str, tuple[Any, ...]]
"""Fact (a name of the layout) to the values that pass."""


def _places() -> dict[str, tuple[Field, int]]:
    places, shift = {}, VERSION_BITS
    for field in LAYOUT:
        places[field.name] = (field, shift)
        shift += field.bits
    return places


_PLACES = _places()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the key: the bits `(key >> shift) & mask` are among the values."""

    shift: int
    mask: int
    values: tuple[int, ...]

    def passes(self, key: int) -> bool:
        """Whether a key meets it."""
        return (key >> self.shift) & self.mask in self.values

    def literal(self) -> dict[str, Any]:
        """The condition as the database's search takes it; the values as an array's text."""
        return {"shift": self.shift, "mask": self.mask, "values": "{" + ",".join(map(str, self.values)) + "}"}


def conditions(wanted: Wanted) -> list[Condition]:
    """The conditions on the key that these facts mean."""
    found = []
    for name, values in wanted.items():
        field, shift = _PLACES[name]
        numbers = tuple(field.encoding.encode(value) for value in values)
        found.append(Condition(shift, (1 << field.bits) - 1, numbers))
    return found


def facet(counts: Mapping[int, int], name: str, wanted: Wanted) -> list[dict[str, Any]]:
    """Rows by the value of one coded fact, most first, under all wanted conditions but this fact's own.

    `counts` is facts key to rows. A fact that is null is left out.
    """
    field, shift = _PLACES[name]
    if not isinstance(field.encoding, Coded):
        raise TypeError(name)
    mask = (1 << field.bits) - 1
    rows: Counter[int] = Counter()
    others = conditions({other: values for other, values in wanted.items() if other != name})
    for key, count in counts.items():
        if all(each.passes(key) for each in others):
            rows[(key >> shift) & mask] += count
    ranked = sorted(
        ((field.encoding.decode(number), count) for number, count in rows.items()), key=lambda pair: -pair[1]
    )
    return [{"value": str(value), "count": count} for value, count in ranked if value is not None]
