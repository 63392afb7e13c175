"""Who wins when several sources tell a field."""

from datetime import UTC, datetime, timedelta

import pytest

from app.services.organizations.models import Organization
from app.services.organizations.precedence import (
    KEEPERS,
    OFFICER,
    PARTY_FACTS,
    REGISTRATIONS,
    Said,
    read,
    wins,
    write,
)

THEN = datetime(2026, 3, 1, tzinfo=UTC)
LATER = THEN + timedelta(days=1)


def test_the_first_to_tell_wins() -> None:
    assert wins("staff", PARTY_FACTS, THEN, None)


def test_every_field_with_a_keeper_is_a_column() -> None:
    assert set(KEEPERS) - {"region", "coordinates"} <= set(Organization.__table__.columns.keys())


@pytest.mark.parametrize(
    ("field", "source", "time", "old", "won"),
    [
        ("name", REGISTRATIONS, THEN, Said(PARTY_FACTS, LATER), True),  # the keeper, although older
        ("name", PARTY_FACTS, LATER, Said(REGISTRATIONS, THEN), False),  # a reporter, although newer
        ("name", REGISTRATIONS, THEN, Said(REGISTRATIONS, LATER), False),  # older never overwrites newer
        ("name", REGISTRATIONS, LATER, Said(REGISTRATIONS, THEN), True),
        ("name", OFFICER, LATER, Said(PARTY_FACTS, THEN), True),  # two reporters
        ("name", OFFICER, THEN, Said(PARTY_FACTS, LATER), False),
        ("region", REGISTRATIONS, LATER, Said(OFFICER, THEN), False),  # decided by hand
        ("region", REGISTRATIONS, THEN, Said(PARTY_FACTS, LATER), True),
        ("staff", REGISTRATIONS, LATER, Said(PARTY_FACTS, THEN), True),  # nobody keeps it
        ("staff", REGISTRATIONS, THEN, Said(PARTY_FACTS, LATER), False),
        ("staff", REGISTRATIONS, THEN, Said(PARTY_FACTS, THEN), True),  # the same instant: the last to come
    ],
)
def test_keepers_before_reporters_and_later_before_older(
    field: str, source: str, time: datetime, old: Said, won: bool
) -> None:
    assert wins(field, source, time, old) is won


def test_what_is_stored_reads_back() -> None:
    said = {"name": Said(REGISTRATIONS, THEN), "staff": Said(PARTY_FACTS, LATER), "kind": Said(REGISTRATIONS, THEN)}
    assert read(write(said)) == said
    assert len(write(said)) == 2
