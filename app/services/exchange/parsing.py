"""Cells and JSON values to typed values, by the kind a field declares. Wrong values become codes, never echoes."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.errors import FieldError
from app.core.streams import header_name
from app.services.exchange.contract import Dataset, Field, Reading

ABSENT = frozenset({"", "n/a", "na", "null", "none", "nil", "-", "--", "—", "/", "\\", "无数据", "不详", "#n/a"})
YES = frozenset({"是", "有", "true", "yes", "y", "1", "√", "✓", "已建", "已派", "建有"})
NO = frozenset({"否", "无", "没有", "false", "no", "n", "0", "×", "未建", "未派", "未建立"})

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SEXAGESIMAL = re.compile(r"[NE]?(\d{1,3})[°度](?:(\d{1,2})['′分])?(?:(\d{1,2}(?:\.\d+)?)(?:\"|″|''|′′|秒))?[NE]?")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_CAPITAL = re.compile(
    r"\(?([\d,]+(?:\.\d+)?)\)?\(?(亿|万)?元?\(?(人民币|美元|港元|香港元|日元|欧元|英镑|[^\d()]{1,8})?元?\)?\)?"
)
_CAPITAL_SPELLING = str.maketrans("", "", " \u3000整")

Parser = Callable[[Any], Any]


class Wrong(Exception):
    """A value that is not of its kind; `code` is the label `line.<code>`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.error = (code, params)


def _text(field: Field) -> Parser:
    limit = field.max_length

    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong("string_type")
        if not value.isascii():
            value = unicodedata.normalize("NFC", value.replace("\u3000", " "))
        value = " ".join(value.split())
        if len(value) > limit:
            raise Wrong("string_too_long", max_length=limit)
        return str(value)

    return parse


def _code(field: Field) -> Parser:
    def parse(value: Any) -> str:
        if isinstance(value, int | float):
            raise Wrong("code_as_number")
        if not isinstance(value, str):
            raise Wrong("string_type")
        text = unicodedata.normalize("NFKC", value).strip().strip("'`")
        if _SCIENTIFIC.fullmatch(text):
            raise Wrong("code_as_number")
        if len(text) > field.max_length:
            raise Wrong("string_too_long", max_length=field.max_length)
        return text

    return parse


def _integer(field: Field) -> Parser:
    top = field.maximum

    def parse(value: Any) -> int:
        if isinstance(value, bool):
            raise Wrong("int_type")
        if isinstance(value, str):
            number = _decimal(value, "int_parsing")
        elif isinstance(value, int | float):
            number = Decimal(value)
        else:
            raise Wrong("int_type")
        if number != number.to_integral_value():
            raise Wrong("int_from_float")
        if number < 0:
            raise Wrong("greater_than_equal", ge=0)
        if number > top:
            raise Wrong("less_than_equal", le=top)
        return int(number)

    return parse


def _boolean(_: Field) -> Parser:
    def parse(value: Any) -> bool:
        if isinstance(value, bool):
            return value
        text = str(value).strip().casefold()
        if text in YES:
            return True
        if text in NO:
            return False
        raise Wrong("boolean_wrong")

    return parse


def _date(_: Field) -> Parser:
    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong("date_parsing")
        if len(value) == 10 and value[4] == value[7] == "-":  # the common case, without a regular expression
            parts: tuple[str, ...] = (value[:4], value[5:7], value[8:])
        else:
            text = unicodedata.normalize("NFKC", value).strip()
            found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
            if found is None:
                raise Wrong("date_parsing")
            parts = found.groups()
        try:
            day = date(int(parts[0]), int(parts[1]), int(parts[2]))
        except ValueError as error:
            raise Wrong("date_parsing") from error
        if not 1840 <= day.year <= 2200:
            raise Wrong("date_range")
        return day.isoformat()

    return parse


def _money(factor: int) -> Callable[[Field], Parser]:
    def of(_: Field) -> Parser:
        def parse(value: Any) -> int:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise Wrong("number_wrong")
            number = _decimal(value, "number_wrong") if isinstance(value, str) else Decimal(str(value))
            fen = (number * factor).to_integral_value()
            if fen < 0:
                raise Wrong("greater_than_equal", ge=0)
            if fen > 10**17:
                raise Wrong("less_than_equal", le=10**15)
            return int(fen)

        return parse

    return of


def _capital(_: Field) -> Parser:
    def parse(value: Any) -> dict[str, Any]:
        """Amount and currency as registers write them: 100万元人民币, 50(万美元). Kept as fen where it is yuan."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{value}元"
        if not isinstance(value, str):
            raise Wrong("number_wrong")
        text = unicodedata.normalize("NFKC", value).translate(_CAPITAL_SPELLING)
        found = _CAPITAL.fullmatch(text)
        if found is None:
            raise Wrong("capital_wrong")
        digits, scale, currency = found.groups()
        amount = Decimal(digits.replace(",", "")) * {"亿": 10**8, "万": 10**4, None: 1}[scale]
        if amount > 10**15:
            raise Wrong("less_than_equal", le=10**15)
        domestic = currency is None or currency.startswith("人民币")
        return {"fen": int(amount * 100)} if domestic else {"amount": str(amount), "currency": currency[:8]}

    return parse


def _degrees(_: Field) -> Parser:
    def parse(value: Any) -> int:
        """Decimal degrees, or degrees, minutes and seconds (30°15'30"), as whole millionths of a degree."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Wrong("degrees_wrong")
        text = unicodedata.normalize("NFKC", str(value)).strip().upper().replace("东经", "").replace("北纬", "")
        parts = _SEXAGESIMAL.fullmatch(text.replace(" ", ""))
        if parts is None:
            degrees = _decimal(text, "degrees_wrong")
        else:
            whole, minutes, seconds = (Decimal(part or 0) for part in parts.groups())
            if minutes >= 60 or seconds >= 60:
                raise Wrong("degrees_wrong")
            degrees = whole + minutes / 60 + seconds / 3600
        if abs(degrees) > 180:
            raise Wrong("degrees_wrong")
        return int((degrees * 10**6).to_integral_value())

    return parse


def _choice(field: Field) -> Parser:
    choices = {header_name(written): code for written, code in field.choices.items()}
    choices |= {code: code for code in field.choices.values()}
    words: dict[str, str] = {}
    for word, code in field.choices.items():
        words.setdefault(code, f"{word} ({code})")
    allowed = ", ".join(words.values())

    def parse(value: Any) -> str:
        code = choices.get(header_name(str(value)))
        if code is None:
            raise Wrong("literal_error", expected=allowed)
        return code

    return parse


def _decimal(text: str, code: str) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise Wrong(code) from error
    if not number.is_finite():
        raise Wrong(code)
    return number


PARSERS: Mapping[str, Callable[[Field], Parser]] = {
    "text": _text,
    "code": _code,
    "integer": _integer,
    "hundredths": _money(100),
    "boolean": _boolean,
    "date": _date,
    "capital": _capital,
    "yuan": _money(100),
    "ten_thousand_yuan": _money(1_000_000),
    "choice": _choice,
    "degrees": _degrees,
}


def _parser(field: Field) -> Parser:
    parse = PARSERS[field.kind](field)

    def without_unit(value: Any) -> Any:
        if isinstance(value, str):
            text = unicodedata.normalize("NFKC", value).strip()
            value = next((text.removesuffix(unit) for unit in field.units if text.endswith(unit)), value)
        return parse(value)

    return without_unit if field.units else parse


class Plan:
    """How the records of one batch are read: which source name feeds which field, and by which parser."""

    def __init__(self, dataset: Dataset, names: tuple[str, ...] | None) -> None:
        """`names` are a CSV's normalised headers; None for JSON, whose keys are wire names and are checked."""
        by_header = {header_name(name): each for each in dataset.fields for name in (each.name, *each.headers)}
        self._closed = names is None
        sources = (
            [(name, by_header[name]) for name in names if name in by_header]
            if names is not None
            else [(each.name, each) for each in dataset.fields]
        )
        self._steps = [(source, each.name, _parser(each)) for source, each in sources]
        self._required = [each.name for each in dataset.fields if each.required]
        self._known = frozenset(each.name for each in dataset.fields)

    def read(self, row: Mapping[str, Any]) -> Reading:
        """One record's values. Empty cells and the usual words for nothing are omitted; a JSON null is a null."""
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        if self._closed and not self._known.issuperset(row):
            errors.append(FieldError("", "extra_forbidden"))
        for source, name, parse in self._steps:
            value = row.get(source)
            if value is None:
                if self._closed and source in row:
                    values[name] = None
                continue
            if isinstance(value, str) and (not value or value.strip().casefold() in ABSENT):
                continue
            try:
                values[name] = parse(value)
            except Wrong as wrong:
                code, params = wrong.error
                errors.append(FieldError(f"/{name}", code, params))
        errors.extend(FieldError(f"/{name}", "missing") for name in self._required if values.get(name) is None)
        return Reading(values=values, errors=tuple(errors))
