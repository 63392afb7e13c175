"""What can be done with a document: drafted, issued with a number, declared void."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Forbidden, Invalid
from app.core.history import about
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.documents import composing, reads, repository
from app.services.documents.contract import Catalogue, Source
from app.services.documents.facts import DocumentKind, DocumentState, Issuer, Text, written_day
from app.services.documents.models import Document
from app.services.documents.schemas import DocumentCreate, DocumentIssue, DocumentUpdate
from app.services.files import reads as files

S = DocumentState
SUBJECT = "documents"
WHEN = {
    "update": frozenset({S.draft}),
    "issue": frozenset({S.draft}),
    "void": frozenset({S.draft, S.issued}),
    "add_scan": frozenset({S.issued}),
    "add_attachment": frozenset({S.draft, S.issued}),
}
"""In which states each thing can be done."""


async def create(act: Act, catalogue: Catalogue, draft: DocumentCreate) -> UUID:
    """Draft a document about a subject. Raises NotFound, Forbidden, Conflict when nothing can be written of it now."""
    source = catalogue.sources[draft.kind]
    _may_read(act, source)
    collected = await source.collect(act, draft.subject_id)
    issuer_id = draft.issuer_id or collected.issuer_id
    if issuer_id is None:
        raise Invalid(errors=(FieldError("/issuer_id", "missing"),))
    issuer = await _issuer(act, catalogue, issuer_id)
    text = composing.compose(draft.kind, collected.fields, issuer.name)
    return await repository.enter(
        act,
        {
            "kind": draft.kind,
            "state": S.draft,
            "subject_kind": source.subject_kind,
            "subject_id": draft.subject_id,
            "title": "".join(text.title),
            "recipient": draft.recipient,
            "addition": draft.addition,
            "issuer_id": issuer.id,
            "issuer_name": issuer.name,
        },
    )


async def update(act: Act, catalogue: Catalogue, document_id: UUID, expected: int, change: DocumentUpdate) -> None:
    """Change a draft. Raises what `claim` raises, Conflict when it is no draft any more."""
    document = await _in_state(act, document_id, expected, "update")
    changed = False
    if "issuer_id" in change.model_fields_set and change.issuer_id != document.issuer_id:
        issuer = await _issuer(act, catalogue, change.issuer_id)
        document.issuer_id, document.issuer_name, changed = issuer.id, issuer.name, True
    for name in ("recipient", "addition"):
        if name in change.model_fields_set and getattr(change, name) != getattr(document, name):
            setattr(document, name, getattr(change, name))
            changed = True
    if changed:
        await repository.save(act, document)


async def issue(act: Act, catalogue: Catalogue, document_id: UUID, expected: int, order: DocumentIssue) -> None:
    """Number and freeze a draft; its text is made anew from its subject as that is now."""
    document = await _in_state(act, document_id, expected, "issue")
    day = order.issued_on or act.today
    if day > act.today:
        raise Invalid(errors=(FieldError("/issued_on", "day_future"),))
    kind = DocumentKind(document.kind)
    source = catalogue.sources[kind]
    _may_read(act, source)
    collected = await source.collect(act, document.subject_id)
    issuer = await _issuer(act, catalogue, document.issuer_id)
    number = await repository.next_number(act, issuer, kind, day, order.word)
    text = composing.compose(
        kind, collected.fields, issuer.name, document.recipient, document.addition, written_day(day)
    )
    document.state = S.issued
    document.title, document.issuer_name = "".join(text.title), issuer.name
    document.content = asdict(text)
    document.series_id, document.number, document.number_text = number.series_id, number.number, number.written
    document.issued_on, document.issued_by = day, act.by.id
    await repository.save(act, document)


async def void(act: Act, document_id: UUID, expected: int, reason: str) -> None:
    """Declare a document void. What was issued keeps its number and its text."""
    document = await _in_state(act, document_id, expected, "void")
    if document.state == S.issued:
        await _own_issuer(act, document)
    document.state, document.void_reason = S.void, reason
    document.voided_on, document.voided_by = act.today, act.by.id
    await about(act, reason)
    await repository.save(act, document)


async def shown(act: Act, catalogue: Catalogue, document_id: UUID) -> dict[str, Any]:
    """One document with its text as far as the caller may read it, its files, and what he may do. Raises NotFound."""
    row = await reads.one(act, document_id)
    text = await text_of(act, catalogue, row)
    hidden = row["subject_kind"] in catalogue.hidden(act.by.permissions)
    return {
        **row,
        "subject_id": None if hidden else row["subject_id"],
        "text": None if text is None else asdict(text),
        "files": await files.of_subject(act, SUBJECT, document_id),
        "allowed_actions": _allowed(act, row),
    }


async def text_of(act: Act, catalogue: Catalogue, row: dict[str, Any]) -> Text | None:
    """What a document says; None where the caller may not read it, or nothing can be written of its subject now."""
    source = catalogue.sources[DocumentKind(row["kind"])]
    if source.needs is not None and source.needs not in act.by.permissions:
        return None
    if row["content"] is not None:
        frozen = row["content"]
        return Text(**frozen | {name: tuple(frozen[name]) for name in ("title", "paragraphs")})
    if row["state"] != S.draft or not {Permission.documents_write, source.reads} <= act.by.permissions:
        return None
    try:
        collected = await source.collect(act, row["subject_id"])
    except Failure:  # shown without a text; whoever issues it is told why
        return None
    return composing.compose(source.kind, collected.fields, row["issuer_name"], row["recipient"], row["addition"])


def _may_read(act: Act, source: Source) -> None:
    for needed in (source.reads, source.needs):
        if needed is not None and needed not in act.by.permissions:
            raise Forbidden(permission=needed)


async def _issuer(act: Act, catalogue: Catalogue, issuer_id: UUID) -> Issuer:
    """The body, which must lie in the caller's scope: nobody issues in the name of a body above him."""
    issuer = await catalogue.issuer(act, issuer_id)
    if not act.scope.holds(issuer.region_code, [issuer.code]):
        raise Forbidden(reason="scope")
    return issuer


async def _own_issuer(act: Act, document: Document) -> None:
    if not await repository.series_seen(act, document.series_id):
        raise Forbidden(reason="scope")


async def _in_state(act: Act, document_id: UUID, expected: int, verb: str) -> Document:
    document = await claim(act, Document, document_id, expected)
    if document.state not in WHEN[verb]:
        raise Conflict(errors=(FieldError("", "document_state"),))
    return document


def _allowed(act: Act, row: dict[str, Any]) -> list[dict[str, Any]]:
    inside = act.scope.holds(int(row["region_code"]), [int(row["authority_code"])], [row["branch_id"]])
    refusal = (
        "permission" if Permission.documents_write not in act.by.permissions else None if inside else "outside_scope"
    )
    return [
        action(name, refusal or (None if row["state"] in states else "document_state")) for name, states in WHEN.items()
    ]
