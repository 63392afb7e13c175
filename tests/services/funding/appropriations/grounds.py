"""Grounds of proposals made up at random: branches, what they had, what went on in them, projects."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

from app.core.findings import Cited
from app.services.funding.appropriations.facts import Ground, Passing, Project, Standing
from app.services.funding.appropriations.policy import DEFAULT, AppropriationPolicy

ON = date(2026, 6, 30)


def key(random: Random) -> UUID:
    """Any id."""
    return UUID(int=random.getrandbits(128), version=4)


def standing(branch_id: UUID, formal: int = 3, probationary: int = 0, **more: object) -> Standing:
    """A branch as it stood, an old one unless said otherwise."""
    old = date(2020, 7, 1)
    plain = Standing(branch_id, f"党支部{branch_id.int % 1000}", formal, probationary, old, old, ON)
    return replace(plain, **more)  # type: ignore[arg-type]  # any fields


def a_policy(random: Random) -> AppropriationPolicy:
    """Rates of all sorts, round and not."""
    return replace(
        DEFAULT,
        member_year_fen=Cited(random.choice([0, 1, 7, 30_000, 33_333, random.randint(1, 100_000)]), "某市〔2026〕1号"),
        member_basis=Cited(random.choice(["formal", "formal_and_probationary"]), "某市〔2026〕1号"),
        founding_fen=Cited(random.choice([0, 200_000, 99_999]), "某市〔2026〕1号"),
        founding_years_back=Cited(random.choice([0, 0, 1]), "某市〔2026〕1号"),
        founding_after_days=Cited(random.choice([0, 0, 90]), "某市〔2026〕1号"),
        founding_for_successors=Cited(random.random() < 0.3, "某市〔2026〕1号"),
    )


def a_ground(random: Random) -> Ground:
    """A few branches, some of them new, some with a past of mergers and splits, a project here and there."""
    branches, passings, heirs, given = [], [], [], []
    for _ in range(random.randint(1, 8)):
        founded = random.choice([date(2019, 1, 1), ON - timedelta(days=random.randint(0, 300))])
        branches.append(
            standing(
                key(random),
                random.choice([0, 1, 3, 17, random.randint(0, 120)]),
                random.choice([0, 0, 2]),
                approved_on=founded - timedelta(days=random.choice([0, 20])),
                founded_on=founded,
                given_fen=random.choice([0, 0, 90_000, random.randint(0, 2_000_000)]),
                turns=random.randint(0, 2),
                founding_given=random.random() < 0.3,
                came_of=random.random() < 0.2,
            )
        )
    known = [each.branch_id for each in branches]
    layer = known
    for _ in range(random.choice([0, 0, 1, 2])):
        elsewhere = key(random)
        heirs.append((elsewhere, random.randint(0, 20), random.randint(0, 3)))
        ended = [key(random) for _ in range(random.randint(1, 2))]
        for each in ended:
            given.append((each, random.choice([0, random.randint(0, 900_000)])))
            for heir in random.sample([*layer, elsewhere], random.randint(1, min(3, len(layer)))):
                passings.append(Passing(each, heir))
        layer = ended
    projects = [
        Project(key(random), random.choice(known), "红色楼宇", random.randint(1, 10_000_000))
        for _ in range(random.choice([0, 0, 1, 2]))
    ]
    return Ground(2026, ON, tuple(branches), tuple(projects), tuple(passings), tuple(heirs), tuple(given))
