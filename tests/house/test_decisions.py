"""Decision records are numbered once and listed."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"


def test_every_record_is_numbered_once_and_listed() -> None:
    """A record that the index does not name is not found by whoever needs it."""
    records = sorted(path.name for path in FOLDER.glob("*.md") if path.name != "README.md")
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in records)
    assert len({name[:4] for name in records}) == len(records)
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert listed == records
