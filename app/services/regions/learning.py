"""Learning roads from organisations already placed, province by province.

Only what the addresses themselves state in full is learnt, never what was placed by roads; the result replaces what was
learnt before, so that the same register always teaches the same. It is a stable source between two rebuilds: what a
validation predicts, a commit finds again.
"""

from collections.abc import Iterable
from datetime import datetime

from app.core.acts import Act
from app.services.regions import repository
from app.services.regions.facts import PROVINCE, ancestor
from app.services.regions.gazetteer import Gazetteers
from app.services.regions.placing import hints_at, placer
from app.services.regions.roads import RoadBook
from app.services.regions.teaching import learn


class Learner:
    """Collects what the rows of a register teach. Call ``see`` for each, then ``keep`` once."""

    def __init__(self, gazetteers: Gazetteers) -> None:
        self._gazetteers = gazetteers
        self._books: dict[int, RoadBook] = {}

    def see(self, address: str | None, uscc: str | None, region_code: int, region_level: int) -> None:
        """One organisation: its address, and the region it is placed in, which says province and city."""
        if not address or region_level < PROVINCE:
            return
        province = ancestor(region_code, PROVINCE)
        hints = hints_at(self._gazetteers.outline, uscc, region_code, region_level)
        learn(self._gazetteers, self._books.setdefault(province, RoadBook()), address, hints)

    def see_all(self, rows: Iterable[tuple[str | None, str | None, int, int]]) -> None:
        """Many organisations, each as the arguments of ``see``."""
        for row in rows:
            self.see(*row)

    async def keep(self, act: Act) -> int:
        """Put what was learnt in the place of what was known, for the provinces seen; how many tokens say something."""
        kept = 0
        for province, book in sorted(self._books.items()):
            book.settle()
            rows = sorted(book.rows())
            kept += len(rows)
            await repository.put_roads(act, province, rows)
        return kept


async def learner(act: Act) -> Learner:
    """A learner with the regions as they stand."""
    return Learner((await placer(act)).gazetteers)


async def learnt(act: Act, at: datetime) -> None:
    """Note that the register as it stood at an instant has been learnt from."""
    await repository.learnt(act, at)
