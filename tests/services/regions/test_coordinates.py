"""Coordinates of any Chinese map, brought onto one datum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.regions.coordinates import EAST, MICRO, NORTH, SOUTH, WEST, Datum, Point, kept, metres, shifted

INNER = st.tuples(st.integers(74 * MICRO, 135 * MICRO), st.integers(4 * MICRO, 53 * MICRO))


def test_a_published_pair_agrees() -> None:
    """Tiananmen's surroundings, a pair that the common converters agree on."""
    east, north = shifted(116.404, 39.915)
    assert (round(east, 8), round(north, 8)) == (116.41024450, 39.91640428)
    assert kept(116_410_244, 39_916_404, Datum.gcj02) == Point(116_404_000, 39_915_000)
    # Baidu lies about 1.2 km from the truth there.
    assert 900 < metres(Point(116_404_000, 39_915_000), kept(116_404_000, 39_915_000, Datum.bd09) or Point(0, 0)) < 1500


@given(INNER)
def test_a_shift_is_undone_to_a_few_centimetres(place: tuple[int, int]) -> None:
    true = Point(*place)
    seen = shifted(true.longitude_e6 / MICRO, true.latitude_e6 / MICRO)
    back = kept(round(seen[0] * MICRO), round(seen[1] * MICRO), Datum.gcj02)
    assert back is not None
    assert metres(true, back) < 0.5


@given(INNER, st.sampled_from([Datum.wgs84, Datum.cgcs2000]))
def test_the_datum_of_the_country_is_kept_as_told(place: tuple[int, int], datum: Datum) -> None:
    assert kept(*place, datum) == Point(*place)


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(0, 0), (30_287_459, 120_153_576), (WEST - 1, SOUTH), (EAST + 1, NORTH), (120_000_000, -30_000_000)],
)
def test_what_is_not_in_china_is_none(longitude: int, latitude: int) -> None:
    assert all(kept(longitude, latitude, datum) is None for datum in Datum)


def test_distances_are_metres() -> None:
    assert metres(Point(120_000_000, 30_000_000), Point(120_000_000, 30_000_000)) == 0
    assert metres(Point(120_000_000, 30_000_000), Point(120_000_000, 31_000_000)) == pytest.approx(111_195, rel=1e-3)
    assert metres(Point(120_000_000, 30_000_000), Point(121_000_000, 30_000_000)) == pytest.approx(96_297, rel=1e-3)
