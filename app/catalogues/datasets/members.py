"""Party members, as organisation departments keep their rolls: a person a record, known by the identity number.

Everything that says who somebody is, is personal: the numbers are sealed wherever a record is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.catalogues.datasets.persons import IDENTITY_NUMBER, PHONE
from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.members.facts import PERSONAL, MemberKind
from app.services.members.pushed.absorbing import Members
from app.services.members.pushed.naming import Named, keys_of, named, resolve
from app.services.organizations.uscc import error_of, normalise
from app.services.privacy.facts import READERS, Unsound, holds_number

KINDS = {"正式": "formal", "正式党员": "formal", "预备": "probationary", "预备党员": "probationary"}

FIELDS = (
    Field("name", "text", Role.keeper, "李清", ("姓名", "党员姓名"), True, max_length=60),
    IDENTITY_NUMBER,
    PHONE,
    Field("member_kind", "choice", Role.keeper, "正式党员", ("党员类别", "人员类别", "党籍"), choices=KINDS),
    Field(
        "admitted_on", "date", Role.keeper, "2019-06-28", ("入党时间", "入党日期", "加入党组织日期", "接收预备党员日期")
    ),
    Field("formal_on", "date", Role.keeper, "2020-06-28", ("转正时间", "转正日期", "转为正式党员日期")),
    Field("branch_name", "text", Role.hint, "云栖商务楼宇联合党支部", ("所在党支部", "所在党组织", "党支部名称")),
    Field(
        "uscc",
        "code",
        Role.reporter,
        "91330000MA27U00K3D",
        ("统一社会信用代码", "单位统一社会信用代码", "工作单位信用代码", "社会信用代码"),
    ),
    Field("relation_since", "date", Role.hint, "2024-03-01", ("转入日期", "组织关系转入时间", "转入时间")),
    Field("floating", "boolean", Role.reporter, "否", ("是否流动党员", "流动党员")),
    Field("outflow_branch_name", "text", Role.reporter, "某镇某村党支部", ("流出地党组织", "流出地党支部")),
    Field("inflow_branch_name", "text", Role.reporter, "某园区党支部", ("流入地党组织", "流入地党支部")),
)


FIRST_DAY = "1921-07-01"  # nobody joined the party before it was; a record's days are ISO texts


class Context(NamedTuple):
    """Keys by identity number, and what the records name."""

    keys: Mapping[str, str]
    named: Named


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> Context:
    """The keys of the records' persons, and the visible branches and employers they name."""
    del batch
    numbers = {number for row in rows if (number := _number(row.get("identity_number"))) is not None}
    return Context(await keys_of(act, sorted(numbers)), await named(act, rows))


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's key and where its member belongs. A branch or employer that is not here is waited for."""
    known: Context = context
    values = reading.values
    errors = [*_numbers_wrong(values), *_days_wrong(values, batch)]
    if holds_number(values["name"]):
        errors.append(FieldError("/name", "number_in_text"))
    if values.get("uscc") is not None:
        values["uscc"] = normalise(values["uscc"])
        wrong = error_of(values["uscc"])
        if wrong is not None:
            errors.append(FieldError("/uscc", wrong))
    if values.get("branch_name") is None and values.get("uscc") is None:
        errors.append(FieldError("", "member_branch_or_employer"))
    if errors:
        reading.errors = tuple(errors)
        return
    reading.key = known.keys[values["identity_number"]]
    resolved = resolve(values, known.named)
    if resolved.missing is None and resolved.place is not None:
        reading.derived = {"region_code": resolved.place[0], "region_level": resolved.place[1]}
        return
    reading.certain = False
    reading.review = Review(str(resolved.missing), batch.region_code, batch.region_level)


def _number(written: Any) -> str | None:
    try:
        return READERS["identity_number"](written) if isinstance(written, str) else None
    except Unsound:
        return None  # told with the record, when it is refined


def _numbers_wrong(values: dict[str, Any]) -> list[FieldError]:
    """Read the personal fields. What cannot be read is told by its code alone."""
    errors = []
    for field, kind in PERSONAL.items():
        if values.get(field) is not None:
            try:
                values[field] = READERS[kind](values[field])
            except Unsound as unsound:
                errors.append(FieldError(f"/{field}", unsound.code))
    return errors


def _days_wrong(values: Mapping[str, Any], batch: BatchFacts) -> list[FieldError]:
    latest = batch.source_time.astimezone(SHANGHAI).date().isoformat()
    errors = [
        FieldError(f"/{name}", "day_out_of_range")
        for name in ("admitted_on", "formal_on", "relation_since")
        if values.get(name) is not None and not FIRST_DAY <= values[name] <= latest
    ]
    if values.get("formal_on") is None:
        return errors
    if values.get("member_kind") == MemberKind.probationary:
        errors.append(FieldError("/formal_on", "formal_on_of_probationary"))
    if values.get("admitted_on") is not None and values["formal_on"] < values["admitted_on"]:
        errors.append(FieldError("/formal_on", "formal_before_admitted"))
    return errors


MEMBERS = Dataset("members", 1, FIELDS, True, Members(), context, refine)
