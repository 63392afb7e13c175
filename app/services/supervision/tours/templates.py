"""The shipped checklists: lines with a code, a text and the document that asks for it."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.core.errors import FieldError, Invalid
from app.core.labels import Language, label

FOLDER = Path(__file__).parents[3] / "data" / "supervision"
KEPT: Language = "zh-Hans"  # the language that records are kept in

Line = dict[str, str]
"""code, text, basis."""


@cache
def _templates() -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def told(language: Language) -> list[dict[str, Any]]:
    """All that is shipped, in one language."""
    return [
        {
            "template": name,
            "version": content["version"],
            "lines": [_line(line, language) for line in content["line"]],
        }
        for name, content in _templates().items()
    ]


def _line(line: Line, language: Language = KEPT) -> Line:
    return {"code": line["code"], "text": label("supervision_check", line["code"], language), "basis": line["basis"]}


def checklist(template: str | None, codes: Sequence[str] | None, own: Iterable[Line]) -> tuple[str | None, list[Line]]:
    """The version of the template and the lines that are looked at: those of these codes (all, where none are named),
    then one's own.

    Raises Invalid for a template or a code that is not shipped, a code that stands in it twice, and for no line at all.
    """
    lines: list[Line] = []
    version = None
    if template is not None:
        content = _templates().get(template)
        if content is None:
            raise Invalid(errors=(FieldError("/template", "template_unknown", {"allowed": ", ".join(_templates())}),))
        version = content["version"]
        shipped = {line["code"]: line for line in content["line"]}
        unknown = [number for number, code in enumerate(codes or ()) if code not in shipped]
        if unknown:
            raise Invalid(errors=tuple(FieldError(f"/checks/{number}", "check_unknown") for number in unknown))
        wanted = shipped.values() if codes is None else (shipped[code] for code in codes)
        lines = [_line(line) for line in wanted]
    elif codes:
        raise Invalid(errors=(FieldError("/template", "missing"),))
    lines += own
    if not lines:
        raise Invalid(errors=(FieldError("/lines", "checklist_empty"),))
    if len({line["code"] for line in lines}) < len(lines):
        raise Invalid(errors=(FieldError("/lines", "check_twice"),))
    return version, lines
