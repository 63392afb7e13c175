"""What the lists write as files, the datasets read: headings and labels in every language, so that a file comes back.

A gaps file or a page of the register is filled in by a person and pushed as it is.
"""

from collections.abc import Mapping
from dataclasses import replace

from app.core.labels import LANGUAGES, catalogue, label
from app.services.exchange.contract import Dataset, Field

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "contacts": {"name": "person_name"},
    "hosts": {"name": "host_name", "kind": "host_kind"},
    "instructors": {"name": "person_name"},
    "members": {"name": "person_name"},
    "workforce": {
        "name": "organization_name",
        "year": "levy_year",
        "payroll_yuan": "levy_payroll_fen",
        "staff": "levy_staff",
    },
    "training_records": {"name": "person_name", "held_on": "training_held_on", "minutes": "minutes_of_training"},
}
"""Headings of fields, by dataset, that are not called as the field is."""

CODED: Mapping[str, str] = {
    "status": "status",
    "uncovered_reason": "uncovered_reason",
    "role": "contact_role",
    "datum": "datum",
    "kind": "host_kind",
    "member_kind": "member_kind",
    "background": "background",
    "selection_channel": "selection_channel",
}
"""Label namespaces of the fields that take one of a few codes."""


def readable(dataset: Dataset) -> Dataset:
    """The dataset, knowing beside its own headers and choices those of our files."""
    headings = HEADINGS.get(dataset.name, {})
    fields = tuple(_readable(each, headings.get(each.name, each.name)) for each in dataset.fields)
    return replace(dataset, fields=fields)


def _readable(field: Field, heading: str) -> Field:
    headers = [*field.headers]
    if heading in catalogue()["heading"]:
        headers += [label("heading", heading, language) for language in LANGUAGES]
    choices = {}
    if field.kind == "choice" and field.name in CODED:
        namespace = CODED[field.name]
        codes = catalogue()[namespace]
        choices = {label(namespace, code, language): code for code in codes for language in LANGUAGES}
    return replace(field, headers=tuple(dict.fromkeys(headers)), choices={**choices, **field.choices})
