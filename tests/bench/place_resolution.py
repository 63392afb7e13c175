"""Place resolution on a real register: how deep rows are placed, how fast, beside naive name matching in the same run.

`python -m tests.bench.place_resolution --data FILE` prints the figures; `--sample N` prints N placements drawn with a
fixed seed, to be read by eye; what such readings found stands in docs/decisions/0013-placing-addresses.md.
"""

import argparse
import csv
import gzip
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from app.services.regions import shipped
from app.services.regions.facts import CITY, COUNTY, STREET, VILLAGE, Entry, Hints, Placement, ancestor
from app.services.regions.gazetteer import Gazetteer, Gazetteers
from app.services.regions.names import CITY_WORDS, COUNTY_WORDS, STREET_WORDS, bare
from app.services.regions.outline import Outline
from app.services.regions.resolving import resolve
from app.services.regions.roads import RoadBook
from app.services.regions.teaching import learn
from tests.bench.table import Asked, Row

SEED = 20261124
LEVELS = {COUNTY: "county", STREET: "street", VILLAGE: "village"}

Record = tuple[str, Hints]


def opened(path: Path) -> TextIO:
    """A register file, gzipped or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open("rt", encoding="utf-8-sig", newline="")


def records(path: Path) -> list[Record]:
    """Address and hints of every row."""
    with opened(path) as file:
        return [
            (row["注册地址"], Hints(row["统一社会信用代码"], row["所在省份"], row["地区"], None, row["企业名称"]))
            for row in csv.DictReader(file)
        ]


class Naive:
    """The longest name of a county, then of a street, that occurs in the address, inside the stated city."""

    def __init__(self, entries: list[Entry]) -> None:
        self.cities: dict[str, int] = {}
        self.counties: dict[int, list[tuple[str, int]]] = {}
        self.streets: dict[int, list[tuple[str, int]]] = {}
        for entry in entries:
            if entry.level == CITY:
                self.cities[bare(entry.name, CITY_WORDS)] = entry.code
            elif entry.level == COUNTY:
                names = {entry.name, bare(entry.name, COUNTY_WORDS)}
                self.counties.setdefault(ancestor(entry.code, CITY), []).extend((name, entry.code) for name in names)
            elif entry.level == STREET:
                names = {entry.name, bare(entry.name, STREET_WORDS)}
                self.streets.setdefault(ancestor(entry.code, COUNTY), []).extend((name, entry.code) for name in names)
        for known in (*self.counties.values(), *self.streets.values()):
            known.sort(key=lambda pair: -len(pair[0]))

    def place(self, address: str, hints: Hints) -> tuple[int, int]:
        """The code and level it claims."""
        city = self.cities.get(hints.city or "", 0)
        county = next((code for name, code in self.counties.get(city, ()) if name in address), 0)
        for code in [county] if county else sorted({code for _, code in self.counties.get(city, ())}):
            street = next((code for name, code in self.streets.get(code, ()) if name in address), 0)
            if street:
                return street, STREET
        return (county, COUNTY) if county else (city, CITY if city else 0)


def gazetteers() -> Gazetteers:
    """The shipped regions."""
    upper = [entry for code in shipped.provinces() for entry in shipped.entries(code) if entry.level <= COUNTY]
    return Gazetteers(Outline(upper, shipped.retired()), lambda code: Gazetteer(code, shipped.entries(code)))


def reached(levels: list[int], level: int) -> float:
    """The share of rows placed at a level or deeper, in per cent."""
    return 100 * sum(one >= level for one in levels) / len(levels)


def measured(path: Path) -> tuple[list[Row], list[tuple[Record, Placement]], Gazetteers]:
    """The figures, and every row with its placement once roads were learnt from the same file."""
    rows = records(path)
    places = gazetteers()
    provinces = sorted({place.code // 10**10 for place in (resolve(places, *row) for row in rows[:500])} - {0})
    naive = Naive([entry for code in provinces for entry in shipped.entries(code * 10**10)])
    claimed = [naive.place(*row) for row in rows]
    floor = [level for _, level in claimed]

    began = time.process_time()
    unlearnt = [resolve(places, *row).level for row in rows]
    first = len(rows) / (time.process_time() - began)
    book = RoadBook()
    began = time.process_time()
    for row in rows:
        learn(places, book, *row)
    book.settle()
    taught = len(rows) / (time.process_time() - began)
    began = time.process_time()
    placed = [resolve(places, *row, book) for row in rows]
    speed = len(rows) / (time.process_time() - began)

    figures = []
    for level, name in LEVELS.items():
        base = round(reached(floor, level), 2) if level < VILLAGE else None
        for how, levels in (("roads learnt", [one.level for one in placed]), ("no roads yet", unlearnt)):
            share = round(reached(levels, level), 2)
            ratio = round(share / base, 3) if base else None
            figures.append(Row(f"placed at {name}, {how}", share, "%", base, ratio, "higher"))
    stated = [
        (ancestor(one.code, STREET), code)
        for one, (code, level) in zip(placed, claimed, strict=True)
        if level == STREET and one.level >= STREET and "address_street" in one.evidence
    ]
    astray = 100 * sum(street != code for street, code in stated) / len(stated) if stated else 0.0
    unsaid = sum(level == STREET > one.level for one, (_, level) in zip(placed, claimed, strict=True))
    figures += [
        Row("naive street that contradicts the stated one", round(astray, 2), "%", None, None, "lower"),
        Row("naive street where none is certain", round(100 * unsaid / len(rows), 2), "%", None, None, "lower"),
        Row("placing, roads learnt", round(speed), "rows per CPU second", None, None, "higher"),
        Row("placing, no roads yet", round(first), "rows per CPU second", None, None, "higher"),
        Row("learning roads", round(taught), "rows per CPU second", None, None, "higher"),
    ]
    return figures, list(zip(rows, placed, strict=True)), places


def run(asked: Asked) -> list[Row]:
    """The figures for `make bench`; none without a register file."""
    return measured(asked.register)[0] if asked.register else []


def described(sample: list[tuple[Record, Placement]], places: Gazetteers) -> Iterator[str]:
    """Placements as lines to be read."""
    villages: dict[int, str] = {}
    for (address, hints), placement in sample:
        code, level = placement.code, placement.level
        names = [places.outline.names.get((ancestor(code, up), up), "") for up in (CITY, COUNTY) if up <= level]
        if level >= STREET:
            province = places.province(ancestor(code, 1))
            names.append(province.street_names.get(ancestor(code, STREET), ""))
        if level == VILLAGE:
            if code not in villages:
                villages |= {one.code: one.name for one in shipped.entries(ancestor(code, 1)) if one.level == VILLAGE}
            names.append(villages[code])
        office = (hints.uscc or "")[2:8]
        yield f"{'/'.join(names)}  ←  {office} {hints.city} | {hints.name} | {address}  {','.join(placement.evidence)}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("LIANGXIN_REGISTER_FILE"))
    parser.add_argument("--sample", type=int, default=0, help="print so many placements, drawn with a fixed seed")
    given = parser.parse_args()
    if given.data is None:
        parser.error("--data or LIANGXIN_REGISTER_FILE names the register file")
    figures, placed, places = measured(given.data)
    for row in figures:
        floor = "" if row.floor is None else f"   naive {row.floor:.2f}   ratio {row.ratio}"
        print(f"{row.name:40} {row.value:>12,.2f} {row.unit}{floor}")
    if given.sample:
        for line in described(random.Random(SEED).sample(placed, given.sample), places):
            print(line)


if __name__ == "__main__":
    main()
