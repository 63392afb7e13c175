"""What a measurement says, and how it is kept: rows in docs/benchmarks.json, from which the READMEs' table is made."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "benchmarks.json"
BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
HEADS = {
    "README.md": "| measured | figure | floor | ratio | better |",
    "README.zh.md": "| 项目 | 数值 | 参照 | 比 | 越好 |",
}
BETTER = {"README.md": {"higher": "higher", "lower": "lower"}, "README.zh.md": {"higher": "越高", "lower": "越低"}}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `floor` is what it is set against, measured in the same run in the same unit; `ratio` compares them.

    `better` says which way the figure (or, where there is one, the ratio) should go.
    """

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    better: Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for: a real register file where there is one, a number of organisations, a scratch folder."""

    register: Path | None
    organizations: int
    scratch: Path


def kept() -> list[Row]:
    """The rows of earlier runs."""
    if not KEPT.exists():
        return []
    return [Row(**row) for row in json.loads(KEPT.read_text(encoding="utf-8"))]


def keep(fresh: Iterable[Row]) -> list[Row]:
    """Write rows, replacing those of the same name and leaving the others; all rows now kept."""
    by_name = {row.name: row for row in kept()} | {row.name: row for row in fresh}
    rows = [by_name[name] for name in sorted(by_name)]
    KEPT.parent.mkdir(exist_ok=True)
    text = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)
    KEPT.write_text(text + "\n", encoding="utf-8")
    return rows


def plain(number: float | None) -> str:
    """Three significant figures; thousands with commas."""
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def markdown(rows: Iterable[Row], page: str) -> str:
    """The rows as the table of one README."""
    lines = [HEADS[page], "| --- | ---: | ---: | ---: | --- |"]
    for row in rows:
        unit = f" {row.unit}" if row.unit else ""
        floor = "" if row.floor is None else f"{plain(row.floor)}{unit}"
        better = BETTER[page][row.better]
        lines.append(f"| {row.name} | {plain(row.value)}{unit} | {floor} | {plain(row.ratio)} | {better} |")
    return "\n".join(lines)


def publish(rows: list[Row]) -> None:
    """Fill both READMEs' tables. Raises ValueError when the markers are gone."""
    for page in HEADS:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        _, after = rest.split(END)
        path.write_text(f"{before}{BEGIN}\n{markdown(rows, page)}\n{END}{after}", encoding="utf-8")
