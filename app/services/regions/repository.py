"""Set-wise writes of regions: whole provinces from the shipped files, single ones from operators, learnt roads.

All of them need the system's act: row-level security lets nobody else write reference rows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from app.core.acts import Act
from app.core.database import driver
from app.services.regions.facts import PROVINCE, Entry, Retired, Successor, ancestor, span
from app.services.regions.models import RegionProvince, RegionRoad, RetiredRegion
from app.services.regions.spelling import spelled

COLUMNS: Final = ("code", "level", "parent_code", "parent_level", "name", "pinyin", "initials", "source")

_STAGE: Final = text(
    "CREATE TEMP TABLE IF NOT EXISTS region_stage (code bigint, level smallint, parent_code bigint,"
    " parent_level smallint, name text, pinyin text, initials text, source text) ON COMMIT DROP"
)
_CLEAR: Final = text("TRUNCATE region_stage")
_GONE: Final = text(
    "DELETE FROM regions r WHERE r.source = 'shipped' AND r.code >= :low AND r.code < :high"
    " AND NOT EXISTS (SELECT FROM region_stage s WHERE s.code = r.code AND s.level = r.level)"
)
_SHIPPED: Final = text(
    "INSERT INTO regions SELECT code, level, parent_code, parent_level, name, pinyin, initials, source"
    " FROM region_stage s WHERE NOT EXISTS (SELECT FROM retired_regions t WHERE t.source = 'operator'"
    " AND (t.code, t.level, t.name) = (s.code, s.level, s.name)) ORDER BY code, level"
    " ON CONFLICT (code, level) DO UPDATE SET name = excluded.name, pinyin = excluded.pinyin,"
    " initials = excluded.initials, parent_code = excluded.parent_code, parent_level = excluded.parent_level"
    " WHERE regions.source = 'shipped' AND (regions.name, regions.parent_code, regions.parent_level)"
    " IS DISTINCT FROM (excluded.name, excluded.parent_code, excluded.parent_level)"
)
_OPERATOR: Final = text(
    "INSERT INTO regions SELECT code, level, parent_code, parent_level, name, pinyin, initials, source"
    " FROM region_stage ORDER BY code, level"
    " ON CONFLICT (code, level) DO UPDATE SET name = excluded.name, pinyin = excluded.pinyin,"
    " initials = excluded.initials, parent_code = excluded.parent_code, parent_level = excluded.parent_level,"
    " source = excluded.source"
)
_EDITED: Final = text(
    "SELECT EXISTS (SELECT FROM regions WHERE source = 'operator' AND code >= :low AND code < :high)"
    " OR EXISTS (SELECT FROM retired_regions WHERE source = 'operator' AND code >= :low AND code < :high)"
)
_MOVED_ON: Final = text(
    "UPDATE region_provinces SET stamp = stamp + 1, edited = true, recorded_at = :now WHERE code = ANY (:codes)"
)


def staged(entries: Iterable[Entry], source: str) -> bytes:
    """Rows in COPY's text form. Pure and slow (4 µs a row): meant for a thread."""
    lines = []
    for entry in entries:
        pinyin, initials = spelled(entry.name, entry.level)
        parent = f"{entry.parent_code}\t{entry.parent_level}" if entry.level else "\\N\t\\N"
        lines.append(f"{entry.code}\t{entry.level}\t{parent}\t{_plain(entry.name)}\t{pinyin}\t{initials}\t{source}\n")
    return "".join(lines).encode()


def _plain(name: str) -> str:
    return name.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")


async def _stage(act: Act, rows: bytes) -> None:
    await act.session.execute(_STAGE)
    await act.session.execute(_CLEAR)
    raw = await driver(act.session)
    await raw.copy_to_table("region_stage", source=BytesIO(rows), columns=COLUMNS, format="text")


async def put_shipped(act: Act, province: int, rows: bytes, entries: int, fingerprint: str) -> None:
    """Make a province's shipped regions exactly these rows (see ``staged``); operators' rows stay as they are."""
    await _stage(act, rows)
    low, high = span(province, PROVINCE) if province else (0, 1)
    await act.session.execute(_GONE, {"low": low, "high": high})
    await act.session.execute(_SHIPPED)
    await _stamped(act, province, entries, fingerprint)


async def put_retired(act: Act, rows: Sequence[Retired], fingerprint: str) -> None:
    """Make the shipped retired regions exactly these rows."""
    await act.session.execute(delete(RetiredRegion).where(RetiredRegion.source == "shipped"))
    values = [
        {
            "code": row.code,
            "level": row.level,
            "name": row.name,
            "until": row.until,
            "successors": [{"code": heir.code, "level": heir.level} for heir in row.successors],
            "source": "shipped",
        }
        for row in rows
    ]
    await act.session.execute(insert(RetiredRegion).on_conflict_do_nothing(), values)
    await _stamped(act, 0, len(rows), fingerprint)


async def _stamped(act: Act, province: int, entries: int, fingerprint: str) -> None:
    low, high = span(province, PROVINCE)
    edited = await act.session.scalar(_EDITED, {"low": low, "high": high}) if province else False
    row = insert(RegionProvince).values(
        code=province,
        fingerprint=fingerprint,
        entries=entries,
        edited=edited,
        stamp=1,
        roads_stamp=0,
        recorded_at=act.now,
    )
    await act.session.execute(
        row.on_conflict_do_update(
            index_elements=["code"],
            set_={
                "fingerprint": row.excluded.fingerprint,
                "entries": row.excluded.entries,
                "edited": row.excluded.edited,
                "stamp": RegionProvince.stamp + 1,
                "recorded_at": row.excluded.recorded_at,
            },
        )
    )


async def put_operators(act: Act, entries: Sequence[Entry]) -> None:
    """Add or rename regions by an operator's word, which later shipped files do not undo. Parents must be there."""
    await _stage(act, staged(entries, "operator"))
    await act.session.execute(_OPERATOR)
    provinces = sorted({entry.code // 10**10 * 10**10 for entry in entries})
    await act.session.execute(_MOVED_ON, {"now": act.now, "codes": provinces})


async def retire(act: Act, row: Retired) -> None:
    """Take a region out of force by an operator's word and say who has its ground now.

    One that lists itself among them stays in force. What its roads taught is forgotten until they are learnt anew.
    """
    if Successor(row.code, row.level) not in row.successors:
        await act.session.execute(
            text("DELETE FROM regions WHERE code = :code AND level = :level AND name = :name"),
            {"code": row.code, "level": row.level, "name": row.name},
        )
    low, high = span(row.code, row.level)
    await act.session.execute(
        delete(RegionRoad).where(
            RegionRoad.area_code >= ancestor(row.code, PROVINCE),
            RegionRoad.area_code < ancestor(row.code, PROVINCE) + 10**10,
            RegionRoad.area_code.between(low, high - 1) | RegionRoad.region_code.between(low, high - 1),
        )
    )
    values = {
        "code": row.code,
        "level": row.level,
        "name": row.name,
        "until": row.until,
        "successors": [{"code": heir.code, "level": heir.level} for heir in row.successors],
        "source": "operator",
    }
    statement = insert(RetiredRegion).values(values)
    await act.session.execute(statement.on_conflict_do_update(index_elements=["code", "level", "name"], set_=values))
    await act.session.execute(_MOVED_ON, {"now": act.now, "codes": [0, row.code // 10**10 * 10**10]})


async def put_roads(act: Act, province: int, counts: Iterable[tuple[int, str, int, int]]) -> None:
    """Replace what roads of a province taught: rows of (area, token, region, how many). One at a time does it."""
    low, high = span(province, PROVINCE)
    await act.session.execute(
        text("SELECT FROM region_provinces WHERE code = :code FOR NO KEY UPDATE"), {"code": province}
    )
    await act.session.execute(delete(RegionRoad).where(RegionRoad.area_code >= low, RegionRoad.area_code < high))
    await act.session.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS road_stage"
            " (area_code bigint, token text, region_code bigint, rows integer) ON COMMIT DROP"
        )
    )
    await act.session.execute(text("TRUNCATE road_stage"))
    raw = await driver(act.session)
    await raw.copy_records_to_table("road_stage", records=counts)
    await act.session.execute(
        text("INSERT INTO region_roads SELECT area_code, token, region_code, rows FROM road_stage ORDER BY 1, 2, 3")
    )
    await act.session.execute(
        text("UPDATE region_provinces SET roads_stamp = roads_stamp + 1, recorded_at = :now WHERE code = :code"),
        {"now": act.now, "code": province},
    )


async def learnt(act: Act, at: datetime) -> None:
    """Note that roads have been learnt from the register as it stood at an instant."""
    await act.session.execute(
        text("UPDATE region_provinces SET learnt_at = :at, recorded_at = :now WHERE code = 0"),
        {"at": at, "now": act.now},
    )
