"""Two thousand things happen to branches at random; whatever is derived is held against its source after each.

Not a speed: the first step after which something does not agree ends the measurement with what it was.
"""

from tests.bench.table import Asked, Row
from tests.storms.lives import alone

OPERATIONS = 2_000
SEED = 1


def run(_: Asked) -> list[Row]:
    """Live through it. Raises AssertionError with the rows that do not agree."""
    lives = alone(OPERATIONS, SEED)
    kinds = len(lives.done)
    return [
        Row(f"lives: operations of {kinds} kinds, all agreed after each", lives.done.total(), "operations", None, None,
            "higher"),
        Row("lives: branches read as of a past instant, equal to what was read then", len(lives.remembered),
            "branches", None, None, "higher"),
    ]  # fmt: skip
