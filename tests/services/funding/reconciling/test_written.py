"""How amounts and days are written, and whether a statement adds up: by chance as well."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.sheets import yuan
from app.services.funding.facts import MOST_FEN
from app.services.funding.reconciling import written
from app.services.funding.reconciling.adding import Sides, added_up
from app.services.funding.reconciling.facts import ToldLine, Wish

FEN = st.integers(-MOST_FEN, MOST_FEN)
WISH = Wish(date(2026, 3, 1), date(2026, 3, 31), None, None, None, True)


@given(FEN, st.integers(0, 5))
def test_an_amount_comes_back_however_it_is_written(fen: int, spelling: int) -> None:
    """Grouped, in brackets, with a sign of money, behind a minus, in wide digits, in ten thousand yuan."""
    plain = yuan(fen)
    whole, _, rest = yuan(abs(fen)).partition(".")
    grouped = f"{int(whole):,}.{rest}"
    spelled = (
        plain,
        f"({grouped})" if fen < 0 else f"￥{grouped}",
        f"{grouped}-" if fen < 0 else f"+{grouped}",
        plain.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")),
        f" {plain} 元",
        f"{'-' if fen < 0 else ''}{abs(fen) // 1_000_000}.{abs(fen) % 1_000_000:06d}万元",
    )[spelling]
    assert written.fen(spelled, 1) == fen


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(0, 5))
def test_a_day_comes_back_however_it_is_written(day: date, spelling: int) -> None:
    """With or without the time of day."""
    spelled = (
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day:%Y}/{day.month}/{day.day} 9:05",
        f"{day:%Y}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}235959",
        f"{day.isoformat()} 23:59:59.0",
    )[spelling]
    assert written.day(spelled) == day


@pytest.mark.parametrize(
    "text", ["1.2.3", "1,23", "1e5", "abc", "0x10", "१२", "1 2元3", "NaN", "∞", "--5", "()", "1..", "=1+1"]
)
def test_what_is_no_amount_is_none(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(written.Wrong):
        written.fen(text, 1)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "26-03-02", "2026", "20260302999", "45000", "03/02/2026", "2026-03-02x"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    """A day is told year first."""
    with pytest.raises(written.Wrong):
        written.day(text)


@st.composite
def statements(draw: st.DrawFn) -> tuple[int, list[ToldLine]]:
    """An opening balance and lines with running ones, some of them left out."""
    opening = draw(st.integers(0, 10**9))
    amounts = draw(st.lists(st.integers(-(10**6), 10**6).filter(bool), min_size=3, max_size=12))
    standing, lines = opening, []
    for at, fen in enumerate(amounts):
        standing += fen
        told = standing if at in (0, len(amounts) - 1) or draw(st.booleans()) else None
        lines.append(ToldLine(at + 2, WISH.from_on + timedelta(at), fen, told, None, None, None, f"{at}"))
    return opening, lines


@given(statements(), st.booleans())
def test_a_statement_adds_up_from_either_end(made: tuple[int, list[ToldLine]], turned: bool) -> None:
    """Both balances follow from the running ones, the oldest first or last."""
    opening, lines = made
    order = lines[::-1] if turned else lines
    found = added_up(order, WISH, Sides(None, None, []), [str(line).encode() for line in order])
    assert (found.opening_fen, found.closing_fen) == (opening, opening + sum(line.amount_fen for line in lines))


@given(statements(), st.data())
def test_a_line_that_is_missing_never_goes_unnoticed(made: tuple[int, list[ToldLine]], data: st.DataObject) -> None:
    """Wherever it stood in between."""
    _, lines = made
    gone = data.draw(st.integers(1, len(lines) - 2))
    rest = lines[:gone] + lines[gone + 1 :]
    with pytest.raises(Invalid):
        added_up(rest, WISH, Sides(None, None, []), [str(line).encode() for line in rest])
