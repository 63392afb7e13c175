"""Coordinates as they are told and as they are kept: micro-degrees on WGS-84, whatever map they were read from.

Chinese maps shift what they show: GCJ-02 (the national web maps) lies up to 700 m off, BD-09 (Baidu) a little further.
Kept in one datum, any two places can be measured; CGCS2000, the country's own, agrees with WGS-84 within a metre.
The shift is the published approximation of GCJ-02 on the Krasovsky ellipsoid; undone by fixed-point steps it is exact
to about a centimetre against itself.
"""

from enum import StrEnum
from math import asin, atan2, cos, pi, radians, sin, sqrt
from typing import Final, NamedTuple

WEST, EAST, SOUTH, NORTH = 73_000_000, 136_000_000, 3_000_000, 54_000_000
"""Micro-degrees that hold China: swapped values, and those of (0, 0), lie outside."""
MICRO: Final = 1_000_000
STEPS: Final = 6  # each brings the error down about a thousandfold
SEMI_MAJOR: Final = 6_378_245.0  # Krasovsky 1940, metres
ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
BAIDU: Final = pi * 3000 / 180
EARTH: Final = 6_371_008.8  # mean radius, metres


class Datum(StrEnum):
    """What coordinates were told in."""

    wgs84 = "wgs84"
    cgcs2000 = "cgcs2000"
    gcj02 = "gcj02"
    bd09 = "bd09"


ALLOWED: Final = (
    "num_nonnulls(longitude_e6, latitude_e6, datum) IN (0, 3)"
    f" AND longitude_e6 BETWEEN {WEST} AND {EAST} AND latitude_e6 BETWEEN {SOUTH} AND {NORTH}"
    f" AND datum IN ({', '.join(repr(str(datum)) for datum in Datum)})"
)
"""What a table that keeps coordinates demands: all three or none, in China."""


class Point(NamedTuple):
    """A place on WGS-84, in micro-degrees."""

    longitude_e6: int
    latitude_e6: int


def kept(longitude_e6: int, latitude_e6: int, datum: Datum) -> Point | None:
    """Coordinates told in a datum (micro-degrees) as they are kept; None when that is not in China."""
    if not (WEST <= longitude_e6 <= EAST and SOUTH <= latitude_e6 <= NORTH):
        return None
    longitude, latitude = longitude_e6 / MICRO, latitude_e6 / MICRO
    if datum is Datum.bd09:
        longitude, latitude = _from_baidu(longitude, latitude)
    if datum in (Datum.gcj02, Datum.bd09):
        longitude, latitude = _unshifted(longitude, latitude)
    point = Point(round(longitude * MICRO), round(latitude * MICRO))
    return point if WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH else None


def metres(one: Point, other: Point) -> float:
    """Great-circle distance between two places, on a sphere of the mean radius (within 0.6 %)."""
    west, south = (radians(value / MICRO) for value in one)
    east, north = (radians(value / MICRO) for value in other)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def _from_baidu(longitude: float, latitude: float) -> tuple[float, float]:
    """BD-09 to GCJ-02, degrees."""
    x, y = longitude - 0.0065, latitude - 0.006
    radius = sqrt(x * x + y * y) - 0.00002 * sin(y * BAIDU)
    angle = atan2(y, x) - 0.000003 * cos(x * BAIDU)
    return radius * cos(angle), radius * sin(angle)


def _unshifted(longitude: float, latitude: float) -> tuple[float, float]:
    """GCJ-02 to WGS-84, degrees: the place whose shifted image this is."""
    true = (longitude, latitude)
    for _ in range(STEPS):
        seen = shifted(*true)
        true = (true[0] + longitude - seen[0], true[1] + latitude - seen[1])
    return true


def shifted(longitude: float, latitude: float) -> tuple[float, float]:
    """WGS-84 to GCJ-02, degrees."""
    x, y = longitude - 105.0, latitude - 35.0
    short = 20.0 * (sin(6 * x * pi) + sin(2 * x * pi)) * 2 / 3
    east = 300.0 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + short
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3 * pi)) * 2 / 3
    east += (150.0 * sin(x / 12 * pi) + 300.0 * sin(x / 30 * pi)) * 2 / 3
    north = -100.0 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + short
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3 * pi)) * 2 / 3
    north += (160.0 * sin(y / 12 * pi) + 320.0 * sin(y * pi / 30)) * 2 / 3
    flatness = 1 - ECCENTRICITY_SQUARED * sin(radians(latitude)) ** 2
    north_metres = SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / (flatness * sqrt(flatness))
    east_metres = SEMI_MAJOR / sqrt(flatness) * cos(radians(latitude))
    return longitude + east / (radians(1) * east_metres), latitude + north / (radians(1) * north_metres)
