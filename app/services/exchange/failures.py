"""What may go wrong with a push before it is a batch."""

from typing import Any

from app.core.errors import Conflict, Failure, FieldError
from app.core.streams import FileRefused

SHOWN_NAMES = 20


class FileUnreadable(Failure):
    """The body cannot be split into records; `errors` has the reason as line code file.<reason>."""

    status = 422
    slug = "file_unreadable"

    @classmethod
    def because(cls, refused: FileRefused) -> "FileUnreadable":
        """The failure for a refused file. Lists of names are written out; no cell of the file is among the facts."""
        params: dict[str, Any] = {
            name: _written(fact) if isinstance(fact, list) else fact for name, fact in refused.facts.items()
        }
        code = f"file.{refused.code}"
        if refused.code == "not_text" and "kind" not in params:
            code = "file.not_text_at"
        return cls(errors=(FieldError("", code, params),))


def _written(names: list[str]) -> str:
    return "、".join(names[:SHOWN_NAMES]) + ("…" if len(names) > SHOWN_NAMES else "")


class UploadStalled(Failure):
    """The sender fell silent or was too slow."""

    status = 408
    slug = "upload_stalled"


class Finished(Conflict):
    """The batch has ended; there is nothing left to cancel."""

    slug = "batch_finished"
