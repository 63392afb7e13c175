"""Places of tasks and targets follow when their region is merged into others or divided among them."""

from app.core.acts import Act
from app.core.labels import label
from app.services.programmes import repository
from app.services.regions.placing import Placer
from app.services.regions.succession import Gone, bounds


async def follow(act: Act, gone: Gone, _: Placer) -> int:
    """What is to be done in a region that is gone is to be done where its ground lies now; how many rows."""
    return await repository.follow(act, bounds(gone), gone.rest, label("target_end", "region_changed", "zh-Hans"))
