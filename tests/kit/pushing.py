"""Drives the engine's apply without HTTP or workers: records in, outcomes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson

from app.catalogues.datasets import DATASETS
from app.core.acts import EVERYWHERE, Actor, Acts
from app.core.streams import RawRecord, json_values
from app.core.strict_json import JsonLimits
from app.services.access.permissions import ROLES
from app.services.exchange import applying, records_repository
from app.services.exchange.contract import Applied, BatchFacts
from app.services.exchange.reading import Reader
from app.services.regions.facts import COUNTRY

PUSHER = Actor("pusher", "pusher", frozenset(ROLES["partner"]), EVERYWHERE, frozenset({"*"}))


@dataclass
class Pusher:
    """Pushes records of one dataset as one actor."""

    acts: Acts
    dataset: str = "registrations"
    actor: Actor = PUSHER
    region: tuple[int, int] = (0, COUNTRY)
    strategy: str = "upsert"

    def facts(self, *, validate: bool = False, time: datetime | None = None) -> BatchFacts:
        """A new batch."""
        return BatchFacts(
            id=uuid4(),
            dataset=self.dataset,
            scope=self.actor.scope,
            region_code=self.region[0],
            region_level=self.region[1],
            strategy=self.strategy,
            validate_only=validate,
            source_time=time or self.acts.clock(),
        )

    async def push(
        self,
        *rows: Mapping[str, Any],
        chunk: int = 1000,
        validate: bool = False,
        time: datetime | None = None,
    ) -> Applied:
        """Apply rows as JSON records, in chunks; the whole batch's outcomes."""
        batch = self.facts(validate=validate, time=time)
        reader = Reader.of(DATASETS[self.dataset], batch, None, lambda raw: json_values(raw, limits=JsonLimits()))
        raw = [RawRecord(line, orjson.dumps(row)) for line, row in enumerate(rows, 1)]
        whole = Applied(b"", [], [])
        for start in range(0, len(raw), chunk):
            part = await self._chunk(reader, raw[start : start + chunk])
            whole = replace(
                whole,
                outcomes=whole.outcomes + part.outcomes,
                subjects=whole.subjects + part.subjects,
                findings=whole.findings + part.findings,
            )
        if validate:
            async with self.acts.open(self.actor) as act:
                await records_repository.forget(act, applying.shadow(batch))
        return whole

    async def _chunk(self, reader: Reader, raw: Sequence[RawRecord]) -> Applied:
        async with self.acts.open(self.actor) as act:
            prepared = await applying.prepare(act, reader, raw)
        async with self.acts.open(self.actor) as act:
            return await applying.apply(act, reader, prepared)
