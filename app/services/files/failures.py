"""What may go wrong with a file."""

from app.core.errors import Busy, Conflict, FieldError, Invalid
from app.services.files.facts import Refusal


class ContentMissing(Conflict):
    """The file is known and its bytes are not where they were stored: an operator restores them."""

    slug = "content_missing"


class QuotaReached(Conflict):
    """So much is kept in the region, or was brought by this caller today, that this file does not fit."""

    slug = "quota_reached"


class StorageAway(Busy):
    """The storage of files does not answer."""

    slug = "storage_away"


def refused(refusal: Refusal, pointer: str = "") -> Invalid:
    """The failure for bytes, or a name, that are not kept."""
    return Invalid(errors=(FieldError(pointer, f"upload.{refusal.code}", dict(refusal.params)),))
