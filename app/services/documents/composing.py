"""What a document says: a versioned text with the subject's plain fields in its places.

A text names its fields in braces; values are put in as they are and are never texts themselves. A paragraph that holds
nothing but fields which are empty is left out; a value of several lines makes as many paragraphs.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.services.documents.facts import DocumentKind, Text

FOLDER = Path(__file__).parents[2] / "data" / "documents"
FIELD = re.compile(r"\{(\w+)\}")
NO_DAY = "　　年　　月　　日"


@cache
def template(kind: DocumentKind) -> dict[str, Any]:
    """The present text of a kind: version, title lines, recipient and paragraphs."""
    return tomllib.loads((FOLDER / f"{kind}.toml").read_text(encoding="utf-8"))


def compose(
    kind: DocumentKind,
    fields: Mapping[str, str],
    issuer: str,
    recipient: str | None = None,
    addition: str | None = None,
    day: str = NO_DAY,
) -> Text:
    """The whole document. Raises KeyError when the text names a field that the subject does not give."""
    wording = template(kind)
    body = [filled for each in wording["paragraphs"] for filled in _lines(each, fields)]
    if addition is not None:
        body[-1:-1] = [line.strip() for line in addition.splitlines() if line.strip()]
    return Text(
        wording["version"],
        tuple(_filled(line, fields) for line in wording["title"]),
        recipient or _filled(wording["recipient"], fields),
        tuple(body),
        issuer,
        day,
    )


def _lines(paragraph: str, fields: Mapping[str, str]) -> list[str]:
    return [line for line in _filled(paragraph, fields).split("\n") if line]


def _filled(line: str, fields: Mapping[str, str]) -> str:
    return FIELD.sub(lambda found: fields[found[1]], line)
