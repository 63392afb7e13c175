"""What a mark may refer to: a joint meeting, a notice, a supervision that the caller sees, one of them at most."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.services.programmes.repository import LINKS, referred
from app.services.programmes.tasks.schemas import MarkSet


async def linked(act: Act, told: MarkSet) -> dict[str, UUID | None]:
    """The references of a mark by column. Raises Invalid for none or several, or one that is not to be seen."""
    named: dict[str, UUID | None] = {name: getattr(told, name) for name in LINKS}
    given = {name: each for name, each in named.items() if each is not None}
    if not given and told.reference is None:
        raise Invalid(errors=(FieldError("/reference", "programme_mark_unshown"),))
    if len(given) > 1:
        raise Invalid(errors=tuple(FieldError(f"/{name}", "programme_mark_twice") for name in given))
    for name, each in given.items():
        if not await referred(act, name, each):
            raise Invalid(errors=(FieldError(f"/{name}", "reference_unknown"),))
    return named
