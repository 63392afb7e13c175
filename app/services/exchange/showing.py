"""Rows of exchange as their readers see them: with progress, with texts in their language, with what may be done."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.core.errors import FieldError
from app.core.labels import Language, label
from app.core.sheets import guarded
from app.core.streams import Header, RawRecord, csv_values
from app.core.wire import action
from app.services.exchange.contract import Dataset, Outcome
from app.services.exchange.facts import FINISHED, VERDICTS, progress, unfit

FORMATS = {"text/csv": "csv", "application/x-ndjson": "ndjson", "application/json": "json"}


def batch(row: Mapping[str, Any], now: datetime, language: Language) -> dict[str, Any]:
    """A batch with its progress and, where it failed, the reason as text."""
    done = sum(int(row[outcome.name]) for outcome in Outcome)
    how_far = progress(row["received"], done, row["started_at"], row["finished_at"], now)
    failure = row["failure"]
    refusal = "cancel_requested" if row["cancel_requested"] else None
    return {
        **row,
        "failure": failure
        and {
            "code": failure["code"],
            "detail": label("batch_failure", failure["code"], language, **failure.get("params", {})),
        },
        "progress": {
            "records_done": how_far.records_done,
            "share": how_far.share,
            "records_per_second": how_far.records_per_second,
            "seconds_left": how_far.seconds_left,
        },
        "allowed_actions": [action("cancel", "batch_finished" if row["state"] in FINISHED else refusal)],
    }


def errors(found: Sequence[FieldError], language: Language) -> list[dict[str, str]]:
    """A record's errors with their texts."""
    return [
        {"pointer": error.pointer, "code": error.code, "detail": label("line", error.code, language, **error.params)}
        for error in found
    ]


def record(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """One record's outcome with its reasons."""
    return {**row, "errors": errors(row["errors"], language)}


def review(row: Mapping[str, Any], *, founds: bool, may: bool, language: Language) -> dict[str, Any]:
    """A review item with its reason as text and each verdict that may be said of it.

    `founds`: whether the dataset's records found what is not there. `may`: whether the reader decides at all.
    """
    refusal = None if may else "permission"
    if row["state"] != "open":
        refusal = "already_decided"
    standing = row["subject_id"] is not None
    return {
        **row,
        "reason_text": label("review_reason", row["reason"], language),
        "allowed_actions": [
            action(verdict, refusal or unfit(verdict, standing=standing, founds=founds)) for verdict in VERDICTS
        ],
    }


def dataset(one: Dataset, granted: bool, language: Language) -> dict[str, Any]:
    """A dataset as a partner must know it to send it."""
    return {
        "name": one.name,
        "title": label("dataset", one.name, language),
        "version": one.version,
        "founds": one.founds,
        "granted": granted,
        "formats": list(FORMATS),
        "fields": [
            {
                "name": each.name,
                "kind": each.kind,
                "role": each.role.value,
                "required": each.required,
                "headers": list(each.headers),
                "example": each.example,
                "max_length": each.max_length,
                "choices": [{"written": written, "code": code} for written, code in each.choices.items()],
                "personal": each.personal,
            }
            for each in one.fields
        ],
    }


class RejectsFile:
    """The rejected records as a CSV: the columns as sent, then line, reasons and, where cells cannot be told, the text.

    Corrected, the file can be pushed as it is: unknown columns are not read.
    """

    def __init__(self, header: Header | None, language: Language) -> None:
        self._header = header
        self._language = language
        self._names = [name for name in header.names if name] if header else []

    def head(self) -> bytes:
        """Byte-order mark and column titles."""
        titles = [label("rejects", code, self._language) for code in ("line", "reasons", "as_sent")]
        return b"\xef\xbb\xbf" + _written([[*self._names, *titles]])

    def rows(self, rows: Sequence[tuple[RawRecord, list[FieldError]]]) -> bytes:
        """Some records with their reasons."""
        cells = csv_values([sent for sent, _ in rows], self._header) if self._header else [None] * len(rows)
        lines = []
        for (sent, found), values in zip(rows, cells, strict=True):
            known = values.values if values else None
            as_sent = "" if known is not None else sent.raw.decode(errors="replace")
            texts = (f"{error['pointer']} {error['detail']}".strip() for error in errors(found, self._language))
            shown = [str((known or {}).get(name, "")) for name in self._names]
            lines.append([*shown, str(sent.line), "；".join(texts), as_sent])
        return _written(lines)


def _written(lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(cell) for cell in line] for line in lines)
    return text.getvalue().encode()
