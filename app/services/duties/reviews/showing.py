"""A review as it is shown: live until it is decided, frozen from then on, with what the caller may do."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.assessment.contract import Catalogue
from app.services.duties.facts import ReviewState
from app.services.duties.reviews import reads
from app.services.duties.reviews.looking import finding_of, look, own, snapshot

S = ReviewState
WHEN: dict[str, frozenset[ReviewState]] = {
    "self_report": frozenset({S.open, S.self_reported}),
    "enter_opinion": frozenset({S.open, S.self_reported}),
    "close_opinions": frozenset({S.open, S.self_reported}),
    "decide": frozenset({S.opinions_in}),
    "reopen": frozenset({S.decided}),
}
"""In which states each thing can be done."""
SUPERIOR = frozenset({"decide", "reopen"})
BY_ANOTHER = SUPERIOR
THEMSELVES = frozenset({"self_report"})
"""What the worker does himself; all else is done by whoever keeps him."""


async def shown(act: Act, catalogue: Catalogue, review_id: UUID) -> dict[str, Any]:
    """One review. `reasons` are Finding values. Raises NotFound."""
    row = await reads.one(act, review_id)
    result = row.pop("result")
    frozen = row["state"] == S.decided
    told = result if frozen else snapshot(act, await look(act, catalogue, row))
    return {
        **row,
        **told,
        "reasons": [finding_of(each) for each in told["reasons"]],
        "frozen": frozen,
        "allowed_actions": [
            action(
                name,
                _refusal(act, name, row)
                or (None if row["state"] in states else "review_state")
                or ("review_own" if name in BY_ANOTHER and own(act, row) else None),
            )
            for name, states in WHEN.items()
        ],
    }


def _refusal(act: Act, name: str, row: dict[str, Any]) -> str | None:
    needed = Permission.worker_reviews_decide if name in SUPERIOR else Permission.worker_reviews_write
    if needed not in act.by.permissions:
        return "permission"
    line = None if row["authority_code"] is None else int(row["authority_code"])
    themselves = [row["worker_id"]] if name in THEMSELVES else []
    return None if act.scope.holds(int(row["region_code"]), [line], themselves) else "outside_scope"
