"""Coordinates in a dataset: two fields and what they were read from, kept as one statement on one datum."""

from typing import Any, Final

from app.core.errors import FieldError
from app.services.exchange.contract import Field, Role
from app.services.regions.coordinates import Datum, kept

DATUMS: Final = {
    "CGCS2000": "cgcs2000",
    "2000国家大地坐标系": "cgcs2000",
    "国家2000": "cgcs2000",
    "天地图": "cgcs2000",
    "WGS84": "wgs84",
    "WGS-84": "wgs84",
    "GPS": "wgs84",
    "GCJ02": "gcj02",
    "GCJ-02": "gcj02",
    "火星坐标": "gcj02",
    "高德": "gcj02",
    "腾讯": "gcj02",
    "BD09": "bd09",
    "BD-09": "bd09",
    "百度": "bd09",
}

FIELDS: Final = (
    Field("longitude", "degrees", Role.reporter, "120.153576", ("经度", "东经", "lng", "lon")),
    Field("latitude", "degrees", Role.reporter, "30.287459", ("纬度", "北纬", "lat")),
    Field("datum", "choice", Role.hint, "CGCS2000", ("坐标系", "坐标系统", "大地基准"), choices=DATUMS),
)
"""Without a datum they are taken for CGCS2000, the one that departments are bound to use."""


def settle(values: dict[str, Any]) -> list[FieldError]:
    """Put `coordinates` (micro-degrees on WGS-84, and what they were told in; None withdraws) in place of the fields.

    (0, 0) is how many programs write that they know nothing.
    """
    told = values.keys() & {"longitude", "latitude"}
    longitude, latitude = values.pop("longitude", None), values.pop("latitude", None)
    datum = Datum(values.pop("datum", None) or Datum.cgcs2000)
    if not told or (longitude, latitude) == (0, 0):
        return []
    if longitude is None or latitude is None:
        if longitude is None and latitude is None and len(told) == 2:
            values["coordinates"] = None
            return []
        return [FieldError("/longitude" if longitude is None else "/latitude", "missing")]
    point = kept(longitude, latitude, datum)
    if point is None:
        swapped = kept(latitude, longitude, datum) is not None
        return [FieldError("/longitude", "coordinates_swapped" if swapped else "coordinates_outside")]
    values["coordinates"] = {**point._asdict(), "datum": str(datum)}
    return []
