"""Every code that leaves the service has a text, in Chinese and in English, with the same places in both."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from app.core import errors
from app.core.labels import catalogue
from app.tables import metadata

APP = Path(__file__).parents[2] / "app"
INTERNAL = {("batch_chunks", "state"), ("batch_findings", "outcome")}
"""Columns whose codes never leave the database under their own name."""
ONE_OF = re.compile(r"^\(?(\w+) IN \((.+)\)\)?$")
PLACE = re.compile(r"\{(\w+)")


def chosen() -> Iterator[tuple[str, str, set[str]]]:
    """Table, column and codes of every column that may hold one of a few words."""
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint) and (found := ONE_OF.match(str(constraint.sqltext))):
                codes = set(re.findall(r"'([^']+)'", found[2]))
                if codes and (table.name, found[1]) not in INTERNAL:
                    yield table.name, found[1], codes


def told(function: str | None, call: ast.Call, place: int) -> str | None:
    """The literal code at `place` of a call to `function`."""
    name = (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )
    if name != function or len(call.args) <= place:
        return None
    value = call.args[place]
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the source, with its file."""
    for path in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(APP)}:{node.lineno}", node


def failures(root: type[errors.Failure] = errors.Failure) -> Iterator[type[errors.Failure]]:
    """Every class of failure there is."""
    yield root
    for child in root.__subclasses__():
        yield from failures(child)


def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    """The traditional text is made from the simplified one; these two are written by hand."""
    for namespace, codes in catalogue().items():
        for code, texts in codes.items():
            where = f"[{namespace}.{code}]"
            assert set(texts) == {"zh", "en"}, where
            assert texts["zh"].strip(), where
            assert texts["en"].strip(), where
            assert set(PLACE.findall(texts["zh"])) == set(PLACE.findall(texts["en"])), where
            chinese = len(re.findall(r"[\u4e00-\u9fff]", texts["en"]))
            assert chinese < len(re.findall(r"[A-Za-z]", texts["en"])), (
                where
            )  # examples of what to write may be Chinese


def test_every_coded_column_has_labels() -> None:
    """A screen shows the text of a code; a code without one shows as a riddle."""
    texts = catalogue()
    missing = [
        (table, column, sorted(codes))
        for table, column, codes in chosen()
        if not any(
            codes <= set(known)
            for namespace, known in texts.items()
            if namespace == column or namespace.endswith(f"_{column}")
        )
    ]
    assert not missing


def test_every_field_error_has_a_text() -> None:
    """What is wrong with one place of a payload."""
    known = catalogue()["line"]
    missing = [
        (where, code)
        for where, call in calls()
        if (code := told("FieldError", call, 1)) is not None and code not in known
    ]
    assert not missing


@pytest.mark.parametrize("severity", ["hard", "departure", "advice"])
def test_every_finding_has_a_text(severity: str) -> None:
    """What a rule found, with its limit and the figure."""
    known = catalogue()["finding"]
    missing = [
        (where, code) for where, call in calls() if (code := told(severity, call, 0)) is not None and code not in known
    ]
    assert not missing


def test_every_failure_has_a_title_and_says_what_to_do() -> None:
    """A new class of failure needs both."""
    titles, details = catalogue()["problem"], catalogue()["problem_detail"]
    for failure in failures():
        assert failure.slug in titles, failure
        assert failure.slug in details, failure


def test_every_reason_has_a_text() -> None:
    """A failure's `reason` names a nearer text: problem_detail.<slug>.<reason>."""
    reasons = {code.partition(".")[2] for code in catalogue()["problem_detail"] if "." in code}
    classes = {failure.__name__ for failure in failures()}
    missing = []
    for where, call in calls():
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        reason = given.get("reason")
        if name in classes and isinstance(reason, ast.Constant) and reason.value not in reasons:
            missing.append((where, reason.value))
    assert not missing


def test_every_column_of_a_file_has_a_heading_and_its_codes_a_namespace() -> None:
    """A list as a file speaks its reader's language."""
    known = catalogue()
    for where, call in calls():
        if getattr(call.func, "id", "") != "Column":
            continue
        given = {each.arg: each.value.value for each in call.keywords if isinstance(each.value, ast.Constant)}
        heading = given.get("heading") or told("Column", call, 0)
        assert heading in known["heading"], where
        assert "coded" not in given or given["coded"] in known, where
