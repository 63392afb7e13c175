"""Books of a year by chance, and what they come to, counted the long way: entry by entry."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

from app.services.funding.facts import AccountKind, EntryKind, HolderKind, Purse, Use
from app.services.funding.statements.reports.facts import AccountYear, MonthSpent, Numbers, Recount, TakenBack, Year

YEAR = 2026
Key = tuple[Purse, AccountKind, HolderKind, int, Use | None]
OTHERS = (HolderKind.authority, HolderKind.branch)


@dataclass(frozen=True)
class Deed:
    """An entry of two lines on a day; `of` is the kind of what it reverses."""

    purse: Purse
    kind: EntryKind
    out: Key
    into: Key
    fen: int
    on: date
    of: EntryKind | None = None


@st.composite
def deeds(draw: st.DrawFn) -> list[Deed]:
    """Entries of three years, with reversals in the same year and in later ones."""
    found: list[Deed] = []
    for _ in range(draw(st.integers(0, 30))):
        purse = draw(st.sampled_from(Purse))
        levied = purse is Purse.enterprise_levy
        holders = [(HolderKind.organization, at) for at in range(3)]
        if not levied:
            holders = [(HolderKind.committee, 0), *((draw(st.sampled_from(OTHERS)), at) for at in range(1, 4))]
        kind = draw(st.sampled_from([EntryKind.set_aside if levied else EntryKind.income, EntryKind.spending,
                                     EntryKind.refund, *(() if levied else (EntryKind.appropriation,))]))  # fmt: skip
        who, number = draw(st.sampled_from(holders))
        day = draw(st.dates(date(YEAR - 1, 11, 1), date(YEAR + 1, 2, 1)))
        fen = draw(st.integers(1, 9_999_999_999))
        funds: Key = (purse, AccountKind.funds, who, number, None)
        source: Key = (purse, AccountKind.source, who, number, None)
        if kind in (EntryKind.income, EntryKind.set_aside):
            deed = Deed(purse, kind, source, funds, fen, day)
        elif kind is EntryKind.refund:
            deed = Deed(purse, kind, funds, source, fen, day)
        elif kind is EntryKind.spending:
            use = draw(st.sampled_from(Use))
            deed = Deed(purse, kind, funds, (purse, AccountKind.use, who, number, use), fen, day)
        else:
            own: Key = (purse, AccountKind.funds, HolderKind.committee, 0, None)
            below: Key = (purse, AccountKind.funds, draw(st.sampled_from(OTHERS)), number + 1, None)
            deed = Deed(purse, kind, own, below, fen, day)
        found.append(deed)
        if draw(st.booleans()):
            later = draw(st.dates(day, date(YEAR + 1, 2, 1)))
            found.append(replace(deed, kind=EntryKind.reversal, of=deed.kind, out=deed.into, into=deed.out, on=later))
    return found


def books(told: list[Deed], *, recounted: bool = True) -> Year:
    """What the books have of it: by accounts and days."""
    accounts: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("opening", "in", "out", "later"), 0))
    months: dict[tuple[Purse, Use, int], int] = defaultdict(int)
    taken: dict[tuple[Purse, EntryKind, EntryKind | None], int] = defaultdict(int)
    counted: dict[Purse, list[int]] = defaultdict(lambda: [0, 0])
    for deed in told:
        for key, fen in ((deed.out, -deed.fen), (deed.into, deed.fen)):
            row = accounts[key]
            if deed.on.year < YEAR:
                row["opening"] += fen
            elif deed.on.year > YEAR:
                row["later"] += fen
            else:
                row["in" if fen > 0 else "out"] += abs(fen)
                counted[deed.purse][fen < 0] += abs(fen)
                if key[4] is not None:
                    months[deed.purse, key[4], deed.on.month] += fen
        if deed.on.year == YEAR and deed.kind in (EntryKind.refund, EntryKind.reversal):
            taken[deed.purse, deed.kind, deed.of] += deed.fen
    entries = sum(deed.on.year == YEAR for deed in told)
    return Year(
        YEAR,
        date(YEAR, 12, 31),
        closed=True,
        closed_before=True,
        accounts=tuple(_account(key, row) for key, row in sorted(accounts.items(), key=str)),
        months=tuple(MonthSpent(*key, fen) for key, fen in sorted(months.items())),
        taken_back=tuple(TakenBack(*key, fen) for key, fen in taken.items()),
        recounted=tuple(Recount(purse, *sides) for purse, sides in counted.items()) if recounted else None,
        numbers=Numbers(entries, entries, entries) if recounted else None,
    )


def _account(key: Key, row: dict[str, int]) -> AccountYear:
    closing = row["opening"] + row["in"] - row["out"]
    now = closing + row["later"]
    return AccountYear(
        id=str(key), purse=key[0], kind=key[1], holder_kind=key[2], holder_name=f"=支部{key[3]}", use=key[4],
        region_code=330106000000, opening_fen=row["opening"], in_fen=row["in"], out_fen=row["out"],
        closing_fen=closing, latest_fen=now, held_fen=now, begun_fen=row["opening"], carried_fen=closing,
    )  # fmt: skip


def long_way(told: list[Deed], purse: Purse) -> dict[str, int]:
    """A purse's figures, entry by entry: a reversal takes away from what it reverses."""
    of_purse = [deed for deed in told if deed.purse is purse]
    figures = dict.fromkeys(("carried_over", "received", "given_back", "spent", "closing"), 0)
    figures |= {use.value: 0 for use in Use}
    for deed in of_purse:
        kind, fen = (deed.of, -deed.fen) if deed.of is not None else (deed.kind, deed.fen)
        held = {EntryKind.income: fen, EntryKind.set_aside: fen, EntryKind.refund: -fen, EntryKind.spending: -fen}
        if kind is not None and deed.on.year < YEAR:
            figures["carried_over"] += held.get(kind, 0)
        if kind is not None and deed.on.year <= YEAR:
            figures["closing"] += held.get(kind, 0)
        if deed.on.year != YEAR:
            continue
        if kind in (EntryKind.income, EntryKind.set_aside):
            figures["received"] += fen
        elif kind is EntryKind.refund:
            figures["given_back"] += fen
        elif kind is EntryKind.spending:
            use = deed.into[4] or deed.out[4]
            assert use is not None
            figures["spent"] += fen
            figures[use.value] += fen
    return figures
