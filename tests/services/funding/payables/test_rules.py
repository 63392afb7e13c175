"""What of a list is payable and what is netted: held against a slow reckoning, fen by fen, on ten thousand workers."""

import random
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.findings import Severity, judge
from app.services.funding.facts import MOST_FEN, Use
from app.services.funding.payables.facts import Books, Debt, Line, Owed, RunFacts
from app.services.funding.payables.rules import APPROVING, PAYING, items, payable, takes_back, use_of
from app.services.treatment.policy import ROLES
from tests.services.funding.payables.reference import Purseful, total, use_by_words

COMMITTEE, OTHER = uuid4(), uuid4()
SUBSIDIES = Books(COMMITTEE, "fiscal_budget", Use.worker_subsidies)
PAY = Books(COMMITTEE, "fiscal_budget", Use.full_time_pay)
ELSEWHERE = Books(COMMITTEE, "higher_grant", Use.worker_subsidies)
MONTHS = tuple(date(2026, month, 1) for month in range(1, 13))
FEN = st.integers(1, MOST_FEN)


def line(fen: int, role: str | None = "secretary", worker: UUID | None = None, **more: object) -> Line:
    """A line that is due."""
    return Line(uuid4(), worker or uuid4(), role, fen, **more)  # type: ignore[arg-type]  # names are the field's own


class History:
    """One worker's year: what each month's list said, which were paid, and which runs were set aside."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.worker = UUID(int=dice.getrandbits(128))
        self.slow = Purseful()
        self.left: dict[UUID, tuple[date, int]] = {}
        self.paid = 0
        self.lists: list[int] = []
        self.waiting: list[tuple[date, int]] = []

    def live(self) -> None:
        """Lists are closed in their order; runs are drawn up in any, some of them set aside and drawn up again."""
        for month in MONTHS[: self.dice.randint(1, 12)]:
            due = self.dice.choice((0, self.dice.randint(1, 60), self.dice.randint(-60, 60)))
            self.lists.append(due)
            if due < 0:
                self.left[UUID(int=self.dice.getrandbits(128))] = (month, -due)
                self.slow.owes(month.isoformat(), -due)
            elif due:
                self.waiting.append((month, due))
            while self.waiting and self.dice.random() < 0.6:
                self._run(self.waiting.pop(self.dice.randrange(len(self.waiting))))
        while self.waiting:
            self._run(self.waiting.pop(self.dice.randrange(len(self.waiting))))

    def _run(self, listed: tuple[date, int]) -> None:
        debts = [Debt(key, self.worker, month, fen) for key, (month, fen) in self.left.items()]
        self.dice.shuffle(debts)
        (made,) = items([line(listed[1], worker=self.worker)], debts)
        over, met = self.slow.due(listed[1])
        months = {self.left[key][0].isoformat(): fen for key, fen in made.netted}
        assert (made.amount_fen, months) == (over, met)
        assert made.amount_fen + made.netted_fen == listed[1]
        if self.dice.random() < 0.2:
            self.slow.undone(over, met)
            self.waiting.append(listed)
            return
        self.paid += made.amount_fen
        for key, fen in made.netted:
            month, left = self.left[key]
            self.left[key] = (month, left - fen)
        self.left = {key: told for key, told in self.left.items() if told[1]}


def test_ten_thousand_workers_are_paid_what_was_due_in_all() -> None:
    dice = random.Random(45)
    still_owing = 0
    for _ in range(10_000):
        history = History(dice)
        history.live()
        left = sum(fen for _, fen in history.left.values())
        assert history.paid == history.slow.handed_over
        assert left == len(history.slow.owed_back)
        assert history.paid - left == total(history.lists)  # what was paid in all is what was due in all
        still_owing += left > 0
    assert 100 < still_owing < 9_900


def test_lines_are_told_apart_by_role_as_the_words_say() -> None:
    dice = random.Random(46)
    for _ in range(10_000):
        role = dice.choice((*ROLES, None))
        days = {each: dice.randint(1, 31) for each in dice.sample(ROLES, dice.randint(0, 4))}
        assert use_of(role, days) == use_by_words(role, days, ROLES)


def test_a_run_has_the_lines_of_its_use_that_no_other_run_has() -> None:
    one, two, three = line(5), line(7, "full_time_worker"), line(9, elsewhere=True)
    four = line(11, None, shares={"full_time_worker": 3, "secretary": 2})
    assert payable([one, two, three, four], Use.worker_subsidies) == ([one], 1)
    assert payable([one, two, three, four], Use.full_time_pay) == ([two, four], 0)


@pytest.mark.parametrize(
    ("owed", "books"),
    [
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary"), SUBSIDIES),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary", last={Use.worker_subsidies: SUBSIDIES}), SUBSIDIES),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary", last={Use.full_time_pay: PAY}), SUBSIDIES),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "full_time_worker"), PAY),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, None, last={Use.full_time_pay: PAY}), PAY),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, None), SUBSIDIES),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary", bound=ELSEWHERE), ELSEWHERE),
    ],
)
def test_which_books_take_back(owed: Owed, books: Books) -> None:
    assert takes_back(owed, books)


@pytest.mark.parametrize(
    ("owed", "books"),
    [
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary"), PAY),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary", last={Use.worker_subsidies: ELSEWHERE}), SUBSIDIES),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, None, last={Use.full_time_pay: PAY}), SUBSIDIES),
        (Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary", bound=ELSEWHERE), SUBSIDIES),
        (
            Owed(uuid4(), uuid4(), MONTHS[0], 5, "secretary", bound=SUBSIDIES),
            Books(OTHER, "fiscal_budget", Use.worker_subsidies),
        ),
    ],
)
def test_which_books_do_not(owed: Owed, books: Books) -> None:
    assert not takes_back(owed, books)


@given(FEN, st.lists(FEN, max_size=6))
def test_nothing_is_netted_past_what_is_due_or_owed(due: int, owed: list[int]) -> None:
    worker = uuid4()
    debts = [Debt(uuid4(), worker, MONTHS[place], fen) for place, fen in enumerate(owed)]
    (made,) = items([line(due, worker=worker)], debts)
    assert made.netted_fen == min(due, sum(owed))
    left = {debt.id: debt.left_fen for debt in debts}
    assert all(0 < fen <= left[key] for key, fen in made.netted)
    settled = [key for key, fen in made.netted if fen == left[key]]
    assert settled == [debt.id for debt in debts][: len(settled)]  # the oldest first


def test_a_debt_is_of_its_worker_alone() -> None:
    (made,) = items([line(5)], [Debt(uuid4(), uuid4(), MONTHS[0], 3)])
    assert made.amount_fen == 5


def test_nobody_approves_or_pays_what_he_drew_up() -> None:
    for rules, code in ((APPROVING, "payment_own_run"), (PAYING, "payment_own_payment")):
        assert judge(rules, RunFacts(own=False), None) == ()
        (found,) = judge(rules, RunFacts(own=True), None)
        assert (found.code, found.severity) == (code, Severity.hard)
