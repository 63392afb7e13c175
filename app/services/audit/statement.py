"""A checkpoint: a short text that says how far the chain is, signed with Ed25519 (RFC 8032)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self

import orjson

from app.services.audit.chain import HashName, Head, hashed

Kind = Literal["sealed", "retained", "restored"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed.

    `days` are the heads of the newest days and of those that grew; `horizon` is the transaction below which every row
    of the audit is sealed; `dropped` are days that retention removed with this statement; `first` is the first
    checkpoint that it kept and `since` the first day, where it removed checkpoints too; `lost` is the number of the
    last checkpoint that a restored backup does not have.
    """

    number: int
    kind: Kind
    database: str
    at: datetime
    previous: bytes
    horizon: int
    days: Mapping[date, Head]
    dropped: Mapping[date, Head] = field(default_factory=dict)
    first: int | None = None
    since: date | None = None
    lost: int | None = None
    why: str | None = None
    by: str | None = None

    def written(self) -> str:
        """The text that is signed: JSON with sorted keys."""
        told = {
            "number": self.number,
            "kind": self.kind,
            "database": self.database,
            "at": self.at.isoformat(),
            "previous": self.previous.hex(),
            "horizon": self.horizon,
            "days": _heads(self.days),
            "dropped": _heads(self.dropped),
            "first": self.first,
            "since": None if self.since is None else self.since.isoformat(),
            "lost": self.lost,
            "why": self.why,
            "by": self.by,
        }
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """The statement of a text. Raises ValueError for anything else."""
        try:
            told = orjson.loads(text)
            return cls(
                number=int(told["number"]),
                kind=told["kind"],
                database=told["database"],
                at=datetime.fromisoformat(told["at"]),
                previous=bytes.fromhex(told["previous"]),
                horizon=int(told["horizon"]),
                days=_read(told["days"]),
                dropped=_read(told["dropped"]),
                first=told.get("first"),
                since=date.fromisoformat(told["since"]) if told.get("since") else None,
                lost=told["lost"],
                why=told["why"],
                by=told["by"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a checkpoint") from error


def digest_of_text(text: str) -> bytes:
    """What the next checkpoint names this one by."""
    return hashed("sha256", text.encode())


def _heads(days: Mapping[date, Head]) -> dict[str, Any]:
    return {
        day.isoformat(): {"rows": head.rows, "link": head.link.hex(), "algorithm": head.algorithm}
        for day, head in days.items()
    }


def _read(told: Mapping[str, Any]) -> dict[date, Head]:
    return {date.fromisoformat(day): _head(each) for day, each in told.items()}


def _head(told: Mapping[str, Any]) -> Head:
    algorithm: HashName = told["algorithm"]
    if algorithm not in ("sha256", "sm3"):
        raise ValueError("unknown hash function")
    return Head(int(told["rows"]), bytes.fromhex(told["link"]), algorithm)
