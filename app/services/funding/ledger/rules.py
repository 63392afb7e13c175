"""What an entry must be before it is written: the database holds the same, and says it less plainly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.services.funding.facts import MOST_FEN, AccountKind, EntryKind, HolderKind
from app.services.funding.ledger.facts import WAYS, EntryDraft, LineDraft, Told


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with an entry, at which place; `state`: not with what was told, but with how things stand."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    state: bool = False


def wrong(draft: EntryDraft, accounts: Mapping[UUID, Told]) -> tuple[Wrong, ...]:
    """Everything that stands against an entry, line by line; nothing: it may be written."""
    found = [*_sums(draft)]
    seen: set[UUID] = set()
    for number, line in enumerate(draft.lines):
        if line.account_id in seen:
            found.append(Wrong(f"/lines/{number}/account_id", "listed_twice"))
        seen.add(line.account_id)
        found += _line(draft, number, line, accounts.get(line.account_id))
    organizations = {told.organization_id for told in accounts.values()}
    if len(organizations) > 1 and None not in organizations:
        found.append(Wrong("/lines", "entry_of_several_organizations"))
    uses = {told.use for told in accounts.values()} - {None}
    if len(uses) > 1:
        found.append(Wrong("/lines", "entry_of_several_uses"))
    return tuple(found)


def _sums(draft: EntryDraft) -> Sequence[Wrong]:
    if len(draft.lines) < 2:
        return [Wrong("/lines", "entry_lines_few")]
    difference = sum(line.amount_fen for line in draft.lines)
    return [Wrong("/lines", "entry_unbalanced", {"difference_fen": difference})] if difference else []


def _line(draft: EntryDraft, number: int, line: LineDraft, told: Told | None) -> Sequence[Wrong]:
    at = f"/lines/{number}"
    if line.amount_fen == 0 or abs(line.amount_fen) > MOST_FEN:
        return [Wrong(f"{at}/amount_fen", "amount_wrong", {"most_fen": MOST_FEN})]
    if told is None:
        return [Wrong(f"{at}/account_id", "reference_unknown")]
    if told.committee_id != draft.committee_id:
        return [Wrong(f"{at}/account_id", "account_of_other_books")]
    if told.purse != draft.purse:
        return [Wrong(f"{at}/account_id", "purse_mixed")]
    found = []
    if not told.open:
        found.append(Wrong(f"{at}/account_id", "account_closed", state=True))
    if not _goes(draft.kind, line.amount_fen, told):
        found.append(Wrong(f"{at}/account_id", "entry_way"))
    if told.kind is not AccountKind.source and told.balance_fen + line.amount_fen < 0:
        found.append(
            Wrong(
                f"{at}/amount_fen",
                "overdraft",
                {"account_id": str(told.id), "balance_fen": told.balance_fen},
                state=True,
            )
        )
    return found


def _goes(kind: EntryKind, fen: int, told: Told) -> bool:
    if kind is EntryKind.reversal:
        return True
    out, into = WAYS[kind]
    if told.kind is not (out if fen < 0 else into):
        return False
    return kind is not EntryKind.appropriation or (told.holder_kind is HolderKind.committee) == (fen < 0)
