"""The three aims as one whole number, so that exact arithmetic keeps them apart.

A worker's next organisation costs as much as his load then is, which adds up to the least sum of squares. A point of
fit weighs `step`, more than all loads together can differ by; an organisation nobody goes to weighs `nobody`, more than
all fit together. Less is better, and no detour is ever bought with a blank, no even load with a detour.
"""

from dataclasses import dataclass

import numpy as np

from app.services.instructors.proposals.costs import Field, Integers

EXACT = 1 << 50  # up to here sums of a few of these are whole numbers in a float too, which is what scipy counts in


@dataclass(frozen=True, slots=True)
class Objective:
    """The weights, and how many more each worker can take beside how many he has."""

    step: int
    nobody: int
    room: Integers
    load: Integers

    def total(self, fit: int, used: Integers, uncovered: int) -> int:
        """The number for a way to send people: points of fit, how many more each worker has, who is left."""
        loads = int((used * self.load + used * (used + 1) // 2).sum())
        return self.nobody * uncovered + self.step * fit + loads

    def rent(self, prices: Integers) -> int:
        """What all workers' rooms earn at these prices, each by as much as the price is above its load."""
        earned = 0
        for turn in range(int(self.room.max(initial=0))):
            over = np.maximum(0, prices - (self.load + turn + 1))
            earned += int(over[self.room > turn].sum())
        return earned


def objective(field: Field, room: Integers, load: Integers) -> Objective:
    """The weights for these organisations and workers. Raises OverflowError when they are too many to be exact."""
    most = int(min(field.targets, room.sum()))
    highest = int((load + room).max(initial=0))
    step = 1 + most * highest
    nobody = 1 + most * (field.dearest * step + highest)
    if nobody > EXACT:
        raise OverflowError("so many organisations and workers cannot be weighed exactly")
    return Objective(step, nobody, room, load)
