"""What stands in regions and follows when they change, each kind by its own room."""

from app.core.acts import Act
from app.services.access import granting
from app.services.authorities import following as authorities
from app.services.branches import following as branches
from app.services.branches.applications import following as applications
from app.services.calendars.feeds import following as feeds
from app.services.exchange import waiting_repository as reviews
from app.services.hosts import following as hosts
from app.services.instructors.proposals import following as proposals
from app.services.instructors.stations import following as stations
from app.services.organizations import following as organizations
from app.services.planning import following as planning
from app.services.programmes import following as programmes
from app.services.regions.facts import ancestor, span
from app.services.regions.placing import Placer
from app.services.regions.succession import Follower, Gone
from app.services.training import following as training
from app.services.treatment import following as treatment
from app.services.workers import following as workers


async def _reviews(act: Act, gone: Gone, _: Placer) -> int:
    return await reviews.follow(act, gone.span, gone.level, gone.rest)


async def _feeds(act: Act, gone: Gone, _: Placer) -> int:
    return await feeds.follow(act, gone.span, gone.level, gone.rest)


async def _grants(act: Act, gone: Gone, _: Placer) -> int:
    above = gone.level - 1
    heirs = tuple(span(heir.code, heir.level) for heir in gone.heirs)
    return await granting.follow(act, gone.span, span(ancestor(gone.code, above), above), heirs, gone.rest[0])


FOLLOWERS: tuple[Follower, ...] = (
    _reviews,  # open questions first: those that organisations raise by moving stand in the new region already
    organizations.follow,
    hosts.follow,
    authorities.follow,
    branches.follow,
    applications.follow,
    planning.follow,
    stations.follow,
    proposals.follow,
    workers.follow,
    training.follow,
    treatment.follow,
    _feeds,
    programmes.follow,
    _grants,
)
