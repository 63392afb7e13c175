"""Contact persons of organisations, as departments that visit them write them down: name, role, phone, identity."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.catalogues.datasets.persons import PHONE
from app.core.acts import Act
from app.core.errors import FieldError
from app.services.contacts import reads
from app.services.contacts.absorbing import Contacts, key_of
from app.services.contacts.facts import PERSONAL
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.organizations.uscc import error_of, normalise
from app.services.privacy.facts import READERS, Unsound, holds_number

ROLES = {
    "业主": "owner",
    "出资人": "owner",
    "实际控制人": "owner",
    "负责人": "manager",
    "法定代表人": "manager",
    "经理": "manager",
    "联络员": "liaison",
    "党建联络员": "liaison",
    "联系人": "liaison",
    "其他": "other",
}

FIELDS = (
    Field(
        "uscc",
        "code",
        Role.hint,
        "91330000MA27U00K3D",
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码"),
        True,
    ),
    Field("name", "text", Role.keeper, "陈晓云", ("姓名", "联系人姓名", "联系人"), True, max_length=60),
    Field("role", "choice", Role.reporter, "联络员", ("身份", "职务类别", "联系人身份"), choices=ROLES),
    PHONE,
    Field(
        "identity_number",
        "code",
        Role.reporter,
        "11010519491231002X",
        ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
        max_length=40,
        personal=True,
    ),
)

Known = Mapping[str, tuple[UUID, int, int]]


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> Known:
    """The visible organisations that the records name: id, region code and level by USCC."""
    del batch
    codes = {normalise(row["uscc"]) for row in rows if isinstance(row.get("uscc"), str)}
    return await reads.organizations(act, sorted(codes))


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's key and its organisation. One that is not in the register yet is waited for."""
    known: Known = context
    values = reading.values
    errors = [*_numbers(values)]
    values["uscc"] = uscc = normalise(values["uscc"])
    wrong = error_of(uscc)
    if wrong is not None:
        errors.append(FieldError("/uscc", wrong))
    if holds_number(values["name"]):
        errors.append(FieldError("/name", "number_in_text"))
    if errors:
        reading.errors = tuple(errors)
        return
    reading.key = key_of(uscc, values["name"])
    if uscc in known:
        _, code, level = known[uscc]
        reading.derived = {"region_code": code, "region_level": level}
        return
    reading.certain = False
    reading.review = Review("organization_unknown", batch.region_code, batch.region_level)


def _numbers(values: dict[str, Any]) -> list[FieldError]:
    """Read the personal fields. What cannot be read is told by its code alone."""
    errors = []
    for field, kind in PERSONAL.items():
        if values.get(field) is not None:
            try:
                values[field] = READERS[kind](values[field])
            except Unsound as unsound:
                errors.append(FieldError(f"/{field}", unsound.code))
    return errors


CONTACTS = Dataset("contacts", 1, FIELDS, True, Contacts(), context, refine)
