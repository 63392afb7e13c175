"""Postings made up from a number and a seed alone, so that whoever was killed can say them again."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.core.acts import Act
from app.services.funding.facts import EntryKind, Purse, Use
from app.services.funding.ledger.facts import EntryDraft, LineDraft
from tests.kit.ledgers import Books

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
BELOW = 5
USES = tuple(Use)
WEIGHTS = {
    EntryKind.income: 10,
    EntryKind.appropriation: 25,
    EntryKind.spending: 50,
    EntryKind.transfer: 5,
    EntryKind.refund: 4,
    EntryKind.reversal: 6,
}
FURTHEST_REVERSED = 40  # of a writer's own postings
STAYS = 100


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one purse of one committee: its source, and by holder what is there and what was spent."""

    committee: UUID
    purse: Purse
    source: UUID
    funds: tuple[UUID, ...]
    uses: tuple[dict[Use, UUID], ...]


async def accounts(act: Act, book: Books, purse: Purse) -> Accounts:
    """Open them all."""
    holders = range(BELOW + 1)
    return Accounts(
        book.committee,
        purse,
        await book.source(act, purse),
        tuple([await book.funds(act, each, purse) for each in holders]),
        tuple([{use: await book.spent(act, use, each, purse) for use in USES} for each in holders]),
    )


def key(number: int) -> str:
    """The business key of a number."""
    return f"storm:{number}"


def reversed_by(seed: int, number: int, writers: int) -> int | None:
    """The earlier number of the same writer that a number takes back, if it is one that does."""
    dice = random.Random(f"{seed}:{number}")
    if dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0] is not EntryKind.reversal:
        return None
    return number - writers * dice.randrange(1, FURTHEST_REVERSED)


def posting(seed: int, number: int, writers: int, books: tuple[Accounts, ...]) -> EntryDraft:
    """The entry of a number that is no reversal. Most are of these days, some of long ago; many want too much.

    A writer stays with a purse of a committee for a while, then comes to the next one, where others may be.
    """
    dice = random.Random(f"{seed}:{number}")
    kind = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    of = books[(number // (writers * STAYS) + number % writers) % len(books)]
    holder = dice.randrange(BELOW + 1)
    fen = int(10 ** dice.uniform(0, 7))
    back = dice.choices((0, dice.randrange(4), dice.randrange(60), dice.randrange(540)), (900, 80, 19, 1))[0]
    use = dice.choice(USES) if kind is EntryKind.spending else None
    lines = tuple(LineDraft(account, amount) for account, amount in _lines(dice, of, kind, holder, fen, use))
    day = NOW.date() - timedelta(days=back)
    return EntryDraft(of.committee, of.purse, kind, day, key(number), f"第{number}笔", lines, use=use)


def _lines(
    dice: random.Random, of: Accounts, kind: EntryKind, holder: int, fen: int, use: Use | None
) -> list[tuple[UUID, int]]:
    if kind is EntryKind.income:
        return [(of.source, -100 * fen), (of.funds[0], 100 * fen)]
    if kind is EntryKind.refund:
        return [(of.funds[holder], -fen), (of.source, fen)]
    if kind is EntryKind.transfer:
        return [(of.funds[holder], -fen), (of.funds[(holder + 1) % (BELOW + 1)], fen)]
    if use is not None:
        return [(of.funds[holder], -fen), (of.uses[holder][use], fen)]
    receivers = dice.sample(range(1, BELOW + 1), dice.choice((1, 1, 1, 2, 5)))
    parts = [(of.funds[each], fen + place) for place, each in enumerate(receivers)]
    return [(of.funds[0], -sum(part for _, part in parts)), *parts]
