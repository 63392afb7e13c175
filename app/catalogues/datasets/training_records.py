"""Training records, as party schools and organisation departments keep them: who attended which course on which day.

A person is named by the identity number, which is sealed wherever a record is kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.catalogues.datasets.persons import IDENTITY_NUMBER
from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.privacy.facts import READERS, Unsound, holds_number
from app.services.training.attendance.absorbing import Attendances, record_key
from app.services.training.facts import HOURS_OF_STUDY, LONGEST, MINUTES
from app.services.workers.pushed.knowing import Known, known

FIELDS = (
    Field("name", "text", Role.hint, "李清", ("姓名", "学员姓名", "参训人员"), max_length=60),
    IDENTITY_NUMBER,
    Field(
        "course_title",
        "text",
        Role.keeper,
        "两新组织党组织书记示范培训班",
        ("培训班名称", "课程名称", "培训名称", "班次名称", "培训班次", "培训主题"),
        True,
    ),
    Field(
        "held_on",
        "date",
        Role.keeper,
        "2026-02-25",
        ("培训日期", "开班日期", "培训时间", "参训日期", "开始日期", "日期"),
        True,
    ),
    Field("hours", "hundredths", Role.reporter, "8", ("学时", "培训学时", "参训学时", "课时"), units=HOURS_OF_STUDY),
    Field(
        "minutes",
        "integer",
        Role.reporter,
        "360",
        ("分钟", "培训分钟", "参训分钟", "时长（分钟）"),
        maximum=LONGEST,
        units=MINUTES,
    ),
)

FIRST_DAY = "1949-10-01"
MOST_HOURS = LONGEST * 100 // 45
"""Hundredths of hours of study that one record may tell."""


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> Known:
    """What is known here of the records' persons."""
    del batch
    numbers = {number for row in rows if (number := _number(row.get("identity_number"))) is not None}
    return await known(act, sorted(numbers))


def refine(reading: Reading, batch: BatchFacts, people: Known) -> None:
    """Find the record's key and where its worker stands; one that is no worker here waits for a person."""
    values = reading.values
    number = _number(values["identity_number"])
    errors = _wrong(values, batch)
    if number is None:
        errors.append(FieldError("/identity_number", _why(values["identity_number"])))
    if errors or number is None:
        reading.errors = tuple(errors)
        return
    values["identity_number"] = number
    reading.key = record_key(people.keys[number], values["held_on"], values["course_title"])
    worker = people.worker(number)
    if worker is None:
        reading.certain = False
        reading.review = Review("worker_unknown", batch.region_code, batch.region_level)
        return
    reading.derived = {"region_code": worker.region_code}


def _number(written: Any) -> str | None:
    try:
        return READERS["identity_number"](written) if isinstance(written, str) else None
    except Unsound:
        return None  # told with the record, when it is refined


def _why(written: str) -> str:
    try:
        READERS["identity_number"](written)
    except Unsound as unsound:
        return unsound.code
    return "value_wrong"


def _wrong(values: Mapping[str, Any], batch: BatchFacts) -> list[FieldError]:
    errors = []
    for name in ("name", "course_title"):
        if values.get(name) is not None and holds_number(values[name]):
            errors.append(FieldError(f"/{name}", "number_in_text"))
    latest = batch.source_time.astimezone(SHANGHAI).date().isoformat()
    if not FIRST_DAY <= values["held_on"] <= latest:
        errors.append(FieldError("/held_on", "day_out_of_range"))
    hours, minutes = values.get("hours"), values.get("minutes")
    if hours is None and minutes is None:
        errors.append(FieldError("/hours", "missing"))
    for name, told in (("hours", hours), ("minutes", minutes)):
        if told == 0:
            errors.append(FieldError(f"/{name}", "greater_than_equal", {"ge": 1}))
    if hours is not None and hours > MOST_HOURS:
        errors.append(FieldError("/hours", "less_than_equal", {"le": MOST_HOURS // 100}))
    return errors


TRAINING_RECORDS = Dataset("training_records", 1, FIELDS, True, Attendances(), context, refine)
