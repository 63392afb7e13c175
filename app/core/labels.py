"""The label catalogue: every coded value's and every message's text in three languages.

zh-Hans is the source and `en` its translation; zh-Hant is made from zh-Hans by OpenCC. Texts may hold {params}.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from opencc import OpenCC

Language = Literal["zh-Hans", "zh-Hant", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")

FOLDER = Path(__file__).parents[1] / "data" / "labels"


@cache
def catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """All labels: namespace, code, then `zh` and `en`. Two files may share a namespace but not a code."""
    merged: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for namespace, codes in tomllib.loads(path.read_text(encoding="utf-8")).items():
            room = merged.setdefault(namespace, {})
            for code, texts in codes.items():
                if code in room:
                    raise ValueError(f"{path.name}: [{namespace}.{code}] is already told elsewhere")
                room[code] = texts
    return merged


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


@cache
def _text(namespace: str, code: str, language: Language) -> str:
    texts = catalogue()[namespace][code]
    if language == "en":
        return texts["en"]
    if language == "zh-Hant":
        return str(_converter().convert(texts["zh"]))
    return texts["zh"]


def label(namespace: str, code: str, language: Language, **params: Any) -> str:
    """The text of a coded value. Raises KeyError for one that the catalogue lacks: a test walks all that are used."""
    text = _text(namespace, code, language)
    return text.format(**params) if params else text


def language_of(accept: str | None) -> Language:
    """The best of our languages for an Accept-Language header; zh-Hans when it names none of them."""
    ranked: list[tuple[float, int, Language]] = []
    for place, part in enumerate((accept or "").split(",")):
        tag, _, weight = part.strip().partition(";")
        found = _spoken(tag.strip().lower())
        if found is None:
            continue
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, place, found))
    return min(ranked)[2] if ranked else "zh-Hans"


def language_of_locale(surroundings: Mapping[str, str]) -> Language:
    """The language of a terminal, by LC_ALL, LC_MESSAGES or LANG (`zh_CN.UTF-8`); en for all that are not ours."""
    name = next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := surroundings.get(key))), "")
    return _spoken(name.partition(".")[0].replace("_", "-").lower()) or "en"


def _spoken(tag: str) -> Language | None:
    if tag.startswith("en"):
        return "en"
    if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return "zh-Hant"
    return "zh-Hans" if tag.startswith("zh") else None
