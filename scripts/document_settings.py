"""Write the table of settings in docs/operators.md from app/core/config.py, so that it has one home."""

import sys
from pathlib import Path

from pydantic_core import PydanticUndefined

from app.core.config import SECRETS, Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operators.md"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"
WITHOUT_PREFIX = {"database_url": "DATABASE_URL"}


def table() -> str:
    """One line a setting: its name in the environment, what it means, its default."""
    lines = ["| variable | meaning | default |", "| --- | --- | --- |"]
    for name, setting in Settings.model_fields.items():
        variable = WITHOUT_PREFIX.get(name, f"LIANGXIN_{name.upper()}")
        secret = f", `{variable}_FILE`" if variable in SECRETS else ""
        default = "" if setting.default in {None, PydanticUndefined} else f"`{setting.default}`"
        lines.append(f"| `{variable}`{secret} | {setting.description or name} | {default} |")
    return "\n".join(lines)


def page() -> str:
    """The page with today's table. Raises ValueError when the markers are gone."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> int:
    """Write the page; with `--check` only say whether it is as it should be."""
    wanted = page()
    if "--check" in sys.argv:
        return int(PAGE.read_text(encoding="utf-8") != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
