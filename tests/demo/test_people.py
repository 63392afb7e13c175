"""Made-up instructors: the same number is the same person, and no number is a real one."""

from datetime import date

from app.demo.people import HEADERS, NOWHERE, identity_number, instructor, rows
from app.services.privacy.facts import identity_number as read

TOWNS = (320509101000, 320509102000)
DAY = date(2026, 3, 2)


def test_identity_numbers_are_right_differ_and_belong_to_nobody() -> None:
    numbers = {identity_number(number) for number in range(0, 8_400_000, 701)}
    assert len(numbers) == len(range(0, 8_400_000, 701))
    for number in list(numbers)[:500]:
        assert read(number) == number
        assert number.startswith(NOWHERE)


def test_the_same_number_is_the_same_person() -> None:
    people = [instructor(number, TOWNS, "吴江区", DAY) for number in range(300)]
    assert people == [instructor(number, TOWNS, "吴江区", DAY) for number in range(300)]
    assert len({each.identity_number for each in people}) == 300
    assert {each.home for each in people} == set(TOWNS)
    for row in rows(people):
        assert len(row) == len(HEADERS)
        assert row[HEADERS.index("任期起")] == "2026年03月02日"
