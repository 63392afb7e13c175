"""From a chunk's raw records to readings: hashed, parsed, refined. Pure CPU, for a worker's thread."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.errors import FieldError
from app.core.streams import RawRecord, Values
from app.services.exchange.contract import BatchFacts, Dataset, Reading
from app.services.exchange.parsing import Plan

Parse = Callable[[Sequence[RawRecord]], list[Values]]


@dataclass(slots=True)
class Prepared:
    """A chunk's records with their hashes; readings of those that were not known by hash."""

    raw: Sequence[RawRecord]
    hashes: list[UUID]
    readings: list[Reading | None]
    context: Any


@dataclass(frozen=True, slots=True)
class Reader:
    """How the batch's raw records become readings."""

    dataset: Dataset
    batch: BatchFacts
    plan: Plan
    parse: Parse
    signature: bytes
    line_key: bytes = b""

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        batch: BatchFacts,
        names: tuple[str, ...] | None,
        parse: Parse,
        line_key: bytes = b"",
    ) -> "Reader":
        """`names`: a CSV's headers, None for JSON. The signature makes equal lines under other headers differ.

        With a `line_key` the lines' hashes cannot be tried out by who lacks it.
        """
        signature = repr((dataset.name, dataset.version, names)).encode()
        digest = hashlib.blake2b(signature, digest_size=16).digest()
        return cls(dataset, batch, Plan(dataset, names), parse, digest, line_key)

    def hashes(self, raw: Sequence[RawRecord]) -> list[UUID]:
        """128 bits of each line under this header: equal hash, equal record."""
        seed = hashlib.blake2b(self.signature, digest_size=16, key=self.line_key)
        found = []
        for record in raw:
            one = seed.copy()
            one.update(record.raw)
            found.append(UUID(bytes=one.digest()))
        return found

    def values(self, raw: Sequence[RawRecord]) -> list[Reading]:
        """Typed values of each record; what cannot be read has errors."""
        return [
            self.plan.read(parsed.values)
            if parsed.values is not None
            else Reading(errors=(FieldError(parsed.pointer or "", f"stream.{parsed.problem}"),))
            for parsed in self.parse(raw)
        ]

    def refine(self, readings: Sequence[Reading], context: Any) -> None:
        """Let the dataset find key, place and review of those that are sound so far."""
        refine, batch = self.dataset.refine, self.batch
        for reading in readings:
            if not reading.errors:
                refine(reading, batch, context)
