"""The kinds of policy: what numbers there are, and what holds where nobody has laid down others."""

from typing import Any

from app.services.activities import policy as rhythm
from app.services.affiliations import policy as affiliations
from app.services.branches import policy as branches
from app.services.coverage import policy as coverage
from app.services.duties import policy as duties
from app.services.funding.appropriations import policy as appropriations
from app.services.funding.budgets import policy as budgets
from app.services.funding.levies import policy as levies
from app.services.funding.reconciling import policy as reconciliation
from app.services.funding.requests import policy as spending
from app.services.instructors.proposals import policy as assignment
from app.services.joint_meetings import policy as joint_meetings
from app.services.members import policy as members
from app.services.planning import policy as planning
from app.services.policies.facts import PolicyKind
from app.services.privacy import policy as privacy
from app.services.programmes import policy as programmes
from app.services.stages import policy as stages
from app.services.supervision import policy as supervision
from app.services.teams import policy as teams
from app.services.training import policy as training
from app.services.treatment import policy as treatment
from app.services.workers import policy as workers

RETENTION = PolicyKind("retention", privacy.DEFAULT)

POLICIES: tuple[PolicyKind[Any], ...] = (
    coverage.KIND,
    branches.KIND,
    members.KIND,
    affiliations.KIND,
    teams.KIND,
    planning.KIND,
    rhythm.KIND,
    stages.KIND,
    workers.KIND,
    assignment.KIND,
    duties.KIND,
    treatment.KIND,
    training.KIND,
    joint_meetings.KIND,
    supervision.KIND,
    programmes.KIND,
    budgets.KIND,
    appropriations.KIND,
    spending.KIND,
    reconciliation.KIND,
    levies.KIND,
    RETENTION,
)
BY_NAME = {kind.name: kind for kind in POLICIES}
