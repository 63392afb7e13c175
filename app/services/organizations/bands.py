"""Bands: a number known only by the published cut points between which it lies."""

from bisect import bisect_right
from dataclasses import dataclass


class OffCutPoint(ValueError):
    """A threshold that the stored bands cannot decide; `cuts` are those they can."""

    def __init__(self, scale: "Scale", threshold: int) -> None:
        self.scale = scale.name
        self.threshold = threshold
        self.cuts = scale.cuts
        listed = ", ".join(str(cut) for cut in scale.cuts)
        # Label `line.off_cut_point`, for whoever refuses a policy because of it.
        self.code = "off_cut_point"
        self.params = {"cuts": listed}
        super().__init__(f"{scale.name}: {threshold} {scale.unit} is not a published cut point; choose one of {listed}")


@dataclass(frozen=True, slots=True)
class Band:
    """`lower <= number < upper`; no upper means open, no lower means that the number is not known."""

    lower: int | None = None
    upper: int | None = None

    @property
    def known(self) -> bool:
        """Whether the number has been told at all."""
        return self.lower is not None

    def at_least(self, threshold: int) -> bool | None:
        """Whether the number reaches the threshold; None when it is not known. Raises ValueError inside a band."""
        if self.lower is None:
            return None
        if self.lower >= threshold:
            return True
        if self.upper is not None and self.upper <= threshold:
            return False
        raise ValueError(f"{threshold} lies inside the band {self}")

    def __str__(self) -> str:
        """`3-6`, `100+`, `0` or `?`: whole numbers, both ends included."""
        if self.lower is None:
            return "?"
        if self.upper is None:
            return f"{self.lower}+"
        return str(self.lower) if self.upper == self.lower + 1 else f"{self.lower}-{self.upper - 1}"


UNKNOWN = Band()


@dataclass(frozen=True, slots=True)
class Scale:
    """One measure and its published cut points, rising."""

    name: str
    unit: str
    cuts: tuple[int, ...]

    @property
    def bands(self) -> tuple[Band, ...]:
        """The unknown first, then the bands from below: the place in this tuple is what a facts key stores."""
        edges = (0, *self.cuts)
        return (UNKNOWN, *(Band(low, high) for low, high in zip(edges, (*self.cuts, None), strict=True)))

    def band(self, number: int | None) -> Band:
        """The band a number lies in; below nought counts as nought."""
        return UNKNOWN if number is None else self.bands[1 + bisect_right(self.cuts, number)]

    def require(self, threshold: int) -> int:
        """Hand a threshold on if it is a cut point. Raises OffCutPoint, which lists the cut points."""
        if threshold not in self.cuts:
            raise OffCutPoint(self, threshold)
        return threshold


# Where each cut point is published: the statistics bureau's limits for units above a set size (2, 5, 10 and
# 20 million yuan) and its 2017 division into large, medium, small and micro units (400 million yuan; 10, 100, 300
# and 1,000 staff); 50 staff and 50 / 100 members from the party's own rules; 3 and 7 members from the branch rules.
REVENUE = Scale("revenue", "yuan", (2_000_000, 5_000_000, 10_000_000, 20_000_000, 400_000_000))
STAFF = Scale("staff", "persons", (10, 50, 100, 300, 1000))
MEMBERS = Scale("members", "persons", (1, 2, 3, 7, 50, 100))
