"""Imports every room's models, so that one metadata holds all tables (for migrations and their check)."""

from app.core import history, idempotency
from app.core.database import Base
from app.services.access import models as access
from app.services.access.lockout import models as lockout
from app.services.action_items import models as action_items
from app.services.activities import models as activities
from app.services.affiliations import models as affiliations
from app.services.audit import models as audit
from app.services.authorities import models as authorities
from app.services.branches import models as branches
from app.services.calendars import models as calendars
from app.services.contacts import models as contacts
from app.services.coverage import models as coverage
from app.services.departments import models as departments
from app.services.documents import models as documents
from app.services.duties import models as duties
from app.services.exchange import models as exchange
from app.services.files import models as files
from app.services.funding.appropriations import models as funding_appropriations
from app.services.funding.budgets import models as funding_budgets
from app.services.funding.ledger import models as funding_ledger
from app.services.funding.levies import models as funding_levies
from app.services.funding.payables import models as funding_payables
from app.services.funding.reconciling import models as bank_statements
from app.services.funding.requests import models as funding_requests
from app.services.hosts import models as hosts
from app.services.instructors import models as instructors
from app.services.instructors.proposals import models as assignment_proposals
from app.services.joint_meetings import models as joint_meetings
from app.services.joint_meetings.schedules import models as meeting_schedules
from app.services.matching import models as matching
from app.services.members import models as members
from app.services.organizations import models as organizations
from app.services.planning import models as planning
from app.services.planning.tasks import models as formation_tasks
from app.services.policies import models as policies
from app.services.privacy import models as privacy
from app.services.programmes import models as programmes
from app.services.regions import models as regions
from app.services.stages import models as stages
from app.services.supervision import models as supervision
from app.services.teams import models as teams
from app.services.training import models as training
from app.services.treatment import models as treatment
from app.services.visits import models as visits
from app.services.workers import models as workers

ROOMS = (
    history,
    idempotency,
    access,
    action_items,
    activities,
    affiliations,
    assignment_proposals,
    audit,
    authorities,
    bank_statements,
    branches,
    calendars,
    contacts,
    coverage,
    departments,
    documents,
    duties,
    exchange,
    files,
    formation_tasks,
    funding_appropriations,
    funding_budgets,
    funding_ledger,
    funding_levies,
    funding_payables,
    funding_requests,
    hosts,
    instructors,
    joint_meetings,
    lockout,
    matching,
    meeting_schedules,
    members,
    organizations,
    planning,
    policies,
    privacy,
    programmes,
    regions,
    stages,
    supervision,
    teams,
    training,
    treatment,
    visits,
    workers,
)

metadata = Base.metadata
