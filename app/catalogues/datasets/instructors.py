"""Instructors as sending bodies list them: one person's term a record, known by identity number and first day.

A record enters a person with a term, or tells of one who is known; a later term is another record. It ends nothing and
shortens nothing: somebody is in charge wherever an instructor was sent, so an end is entered with its hand-over.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.catalogues.datasets.experience import chosen, industries
from app.catalogues.datasets.persons import IDENTITY_NUMBER, PHONE
from app.core.acts import Act
from app.core.clock import SHANGHAI
from app.core.errors import FieldError
from app.services.exchange.contract import BatchFacts, Dataset, Field, Reading, Review, Role
from app.services.policies import service as policies
from app.services.privacy.facts import READERS, Unsound, holds_number
from app.services.regions import reads as regions
from app.services.regions.facts import CITY, COUNTRY, Hints, reference, span
from app.services.regions.placing import Placer, placer
from app.services.regions.stated import lineage
from app.services.workers.facts import PERSONAL
from app.services.workers.policy import KIND, WorkerPolicy
from app.services.workers.pushed.absorbing import Instructors
from app.services.workers.pushed.knowing import Known, known, term_key
from app.services.workers.pushed.terms import Term, months_between, unfit

STANDINGS = {
    "正式": "formal",
    "正式党员": "formal",
    "中共党员": "formal",
    "中共正式党员": "formal",
    "是": "formal",
    "预备": "probationary",
    "预备党员": "probationary",
    "中共预备党员": "probationary",
    "否": "none",
    "群众": "none",
    "共青团员": "none",
    "无党派人士": "none",
}
"""中共党员 is what GB/T 4762 calls a member in full; 预备 is told apart there."""
BACKGROUNDS = {
    "机关": "government_organ",
    "党政机关": "government_organ",
    "机关干部": "government_organ",
    "企事业党委": "enterprise_institution_committee",
    "企事业单位党委": "enterprise_institution_committee",
    "国有企业": "enterprise_institution_committee",
    "国企": "enterprise_institution_committee",
    "企业": "enterprise_institution_committee",
    "高校": "enterprise_institution_committee",
    "学校": "enterprise_institution_committee",
    "医院": "enterprise_institution_committee",
    "事业单位": "enterprise_institution_committee",
    "复转军人": "veteran",
    "退役军人": "veteran",
    "转业军人": "veteran",
    "其他": "other",
}
CHANNELS = {"内选": "internal", "外聘": "external", "招聘": "external", "选派": "dispatched", "派驻": "dispatched"}
QUALIFICATIONS = {
    "懂经营管理": "business_management",
    "经营管理": "business_management",
    "熟悉党务": "party_affairs",
    "党务": "party_affairs",
    "善做群众工作": "mass_work",
    "群众工作": "mass_work",
    "懂法律": "law",
    "法律": "law",
    "懂财务": "finance",
    "财务": "finance",
    "懂技术": "technology",
    "技术": "technology",
}
ENGAGEMENTS = {"专职": "full_time", "全职": "full_time", "是": "full_time", "true": "full_time"} | {
    "兼职": "part_time",
    "否": "part_time",
    "false": "part_time",
}

FIELDS = (
    Field("name", "text", Role.keeper, "李清", ("姓名", "指导员姓名", "党建指导员"), True, max_length=60),
    IDENTITY_NUMBER,
    PHONE,
    Field(
        "member_kind",
        "choice",
        Role.reporter,
        "正式党员",
        ("党员类别", "政治面貌", "党籍", "是否正式党员", "是否党员"),
        True,
        choices=STANDINGS,
    ),
    Field("background", "choice", Role.keeper, "机关", ("来源", "人员来源", "来源类别"), choices=BACKGROUNDS),
    Field(
        "sending_body",
        "text",
        Role.keeper,
        "西湖区市场监督管理局",
        ("派出单位", "选派单位", "派出单位名称", "原单位", "工作单位"),
    ),
    Field("selection_channel", "choice", Role.keeper, "选派", ("选配方式", "选派方式"), choices=CHANNELS),
    Field("qualifications", "text", Role.keeper, "懂经营管理、熟悉党务", ("任职条件", "任职资格", "专长", "特长")),
    Field("industries", "text", Role.keeper, "制造业、17", ("从业经历", "行业经验", "熟悉行业", "从业行业")),
    Field("home_region_code", "code", Role.keeper, "330106002000", ("常住地区划代码", "居住地区划代码"), max_length=12),
    Field("home_region", "text", Role.keeper, "西湖区转塘街道", ("常住地", "居住地", "居住地区", "居住镇街")),
    Field("region_code", "code", Role.hint, "330106000000", ("区划代码", "派驻地区划代码"), max_length=12),
    Field("region", "text", Role.hint, "西湖区", ("派驻地区", "派驻区县", "派驻镇街", "服务区域", "所在区县")),
    Field("term_from", "date", Role.keeper, "2026-03-01", ("任期起", "任期开始", "选派日期", "派驻日期"), True),
    Field("term_last_day", "date", Role.keeper, "2028-02-29", ("任期止", "任期至", "任期结束", "到期日期")),
    Field("full_time", "choice", Role.keeper, "兼职", ("专兼职", "是否专职", "任职形式"), choices=ENGAGEMENTS),
)
"""`term_last_day` is the last day in office, as lists are written; without one the term is as long as terms are."""

FIRST_DAY = "1921-07-01"
PADDED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""Lists pad names of two characters, so that they stand as wide as those of three."""
SENDER = frozenset({"office_county", "former_office", "office_city", "province"})
"""Evidence that tells of the sender's own region and not of the words."""


class Context(NamedTuple):
    """Whom and where the records mean, and how long a term is."""

    known: Known
    placer: Placer
    regions: Mapping[str, tuple[int, int]]  # stated codes that are in force
    policy: WorkerPolicy


async def context(act: Act, rows: Sequence[Mapping[str, Any]], batch: BatchFacts) -> Context:
    """What is known here of the records' persons; the gazetteers; the term by the policy of the batch's region."""
    numbers = {number for row in rows if (number := _number(row.get("identity_number"))) is not None}
    chain = lineage((batch.region_code, batch.region_level))
    policy = (await policies.at(act, KIND, chain, act.today)).numbers
    people = await known(act, sorted(numbers))
    return Context(people, await placer(act), await _in_force(act, rows), policy)


async def _in_force(act: Act, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Regions by the code that records state, of six digits or twelve."""
    told = {row.get(name) for row in rows for name in ("region_code", "home_region_code")}
    stated = {}
    for code in told:
        if isinstance(code, str):
            try:
                stated[code] = reference(code.ljust(12, "0") if len(code) == 6 else code)
            except ValueError:
                continue  # told with the record, when it is refined
    names = await regions.names(act, stated.values())
    return {code: place for code, place in stated.items() if place in names}


def refine(reading: Reading, batch: BatchFacts, context: Any) -> None:
    """Find the record's key, term and region. Where a stated region is not certain, a person decides."""
    given: Context = context
    values = reading.values
    values["name"] = PADDED.sub("", values["name"])
    errors = [*_numbers_wrong(values), *_lists_wrong(values), *_home(values, batch, given)]
    errors += [
        FieldError(f"/{name}", "number_in_text")
        for name in ("name", "sending_body")
        if values.get(name) is not None and holds_number(values[name])
    ]
    if given.policy.instructor_formal.value and values["member_kind"] != "formal":
        errors.append(FieldError("/member_kind", "instructor_not_formal"))
    term, wrong = _term(values, batch, given.policy.instructor_term_months.value)
    errors += wrong
    if not errors:
        errors = _contradicted(values, term, given.known)
    if errors:
        reading.errors = tuple(errors)
        return
    number = values["identity_number"]
    given.known.meanwhile(number, term)
    reading.key = term_key(given.known.keys[number], term.first)
    reading.derived = {"term": term}
    if given.known.worker(number) is not None:
        return  # who is here stays where he is kept
    code, level, certain = _placed(values, batch, given)
    if certain:
        reading.derived |= {"region_code": code, "region_level": level}
    else:
        reading.certain, reading.derived = False, {}
        reading.review = Review("place_unknown", code, level)


def _contradicted(values: Mapping[str, Any], term: Term, here: Known) -> list[FieldError]:
    """What is known here of the person and speaks against the record."""
    member = here.member(values["identity_number"])
    if member is not None and not member.formal and values["member_kind"] == "formal":
        return [FieldError("/member_kind", "instructor_not_formal")]
    wrong = unfit(term, here.terms(values["identity_number"]))
    return [] if wrong is None else [wrong]


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


def _lists_wrong(values: dict[str, Any]) -> list[FieldError]:
    """Read what is listed in one cell."""
    errors = []
    for name in ("industries", "qualifications"):
        if values.get(name) is None:
            continue
        told = industries(values[name]) if name == "industries" else chosen(values[name], QUALIFICATIONS)
        if told is not None:
            values[name] = told
        elif name == "industries":
            errors.append(FieldError("/industries", "industries_unread"))
        else:
            errors.append(FieldError("/qualifications", "qualifications_unread"))
    return errors


def _term(values: Mapping[str, Any], batch: BatchFacts, months: int) -> tuple[Term, list[FieldError]]:
    first = date.fromisoformat(values["term_from"])
    told = values.get("term_last_day")
    term = Term.lasting(first, months) if told is None else Term(first, date.fromisoformat(told) + timedelta(days=1))
    latest = batch.source_time.astimezone(SHANGHAI).date()
    if not date.fromisoformat(FIRST_DAY) <= first <= latest:
        return term, [FieldError("/term_from", "term_first_day")]
    if term.end <= first:
        return term, [FieldError("/term_last_day", "term_backwards")]
    if (actual := months_between(term)) > months:
        return term, [FieldError("/term_last_day", "term_too_long", {"limit": months, "actual": actual})]
    return term, []


def _home(values: dict[str, Any], batch: BatchFacts, given: Context) -> list[FieldError]:
    """Put one region in place of what is said of somebody's home."""
    code, words = values.pop("home_region_code", None), values.pop("home_region", None)
    if code is None and words is None:
        return []
    placed = _found(words, code, batch, given)
    if placed is None or placed[1] < CITY:
        return [FieldError("/home_region_code" if code is not None else "/home_region", "region_unknown")]
    values["home_region"] = {"code": placed[0], "level": placed[1]}
    return []


def _placed(values: Mapping[str, Any], batch: BatchFacts, given: Context) -> tuple[int, int, bool]:
    """Where the worker is kept: in the stated region, else in that of whoever pushes; and whether that is certain."""
    own = (batch.region_code, batch.region_level)
    code, words = values.get("region_code"), values.get("region")
    if code is None and words is None:
        return (*own, batch.region_level > COUNTRY)
    placed = _found(words, code, batch, given)
    if placed is None:
        return (*own, False)
    if placed[1] < batch.region_level and batch.region_code in range(*span(*placed)):
        return (*own, True)
    return (*placed, placed[1] >= CITY)


def _found(words: str | None, code: str | None, batch: BatchFacts, given: Context) -> tuple[int, int] | None:
    """The region that a code says, else the words, read from where the sender stands; None where none is certain."""
    if code is not None:
        return given.regions.get(code)
    found = given.placer.place(words, Hints(office_code=f"{batch.region_code:012d}" if batch.region_level else None))
    read = not SENDER.issuperset(found.evidence)
    return (found.code, found.level) if read and found.certain and found.code else None


INSTRUCTORS = Dataset("instructors", 1, FIELDS, True, Instructors(), context, refine)
