"""What falls due, over all nouns: each kind with the permission it is read with, where one is read, and what is due."""

from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.acts import Act
from app.services.access.permissions import Permission as P
from app.services.action_items import reads as action_items
from app.services.branches.applications import reads as applications
from app.services.departments.datasets import reads as datasets
from app.services.instructors.gaps import reads as gaps
from app.services.joint_meetings.waiting import reads as meetings
from app.services.planning.tasks import reads as tasks
from app.services.programmes.tasks import reads as programme_tasks
from app.services.regions.stated import NATION
from app.services.reminders.contract import Catalogue, Reminder
from app.services.supervision.recipients import reads as notices
from app.services.supervision.rectifications import reads as rectifications
from app.services.training.certificates import reads as certificates
from app.services.visits import reads as visits
from app.services.visits.service import policy_at

if TYPE_CHECKING:
    from sqlalchemy import Select


async def _visits(act: Act, until: date) -> "Select[Any]":
    """How often one goes is set by the country's policy here: a list over many regions has one rhythm."""
    return await visits.reminded(act, until, (await policy_at(act, NATION)).visit_days.value)


REMINDERS = Catalogue(
    (
        #        code,                 permission,          where one is read,            what is due
        Reminder("application", P.branches_read, "/v1/branch-applications/{id}", applications.waiting),
        Reminder("term", P.teams_read, "/v1/terms/{id}", gaps.terms_due),
        Reminder("instructor_role", P.workers_read, "/v1/worker-roles/{id}", gaps.roles_due),
        Reminder("assignment", P.assignments_read, "/v1/assignments/{id}", gaps.assignments_due),
        Reminder("visit", P.visits_read, "/v1/assignments/{id}", _visits),
        Reminder("formation_task", P.tasks_read, "/v1/formation-tasks/{id}", tasks.under_way),
        Reminder("certificate", P.training_read, "/v1/certificates/{id}", certificates.expiring),
        Reminder("department_data", P.departments_read, "/v1/department-datasets/{id}", datasets.expected),
        Reminder("notice", P.notices_read, "/v1/notice-recipients/{id}", notices.waiting),
        Reminder("rectification", P.supervisions_read, "/v1/rectifications/{id}", rectifications.waiting),
        Reminder("action_item", P.action_items_read, "/v1/action-items/{id}", action_items.waiting),
        # What was reported or answered waits for those alone who may settle it.
        Reminder("report", P.action_items_write, "/v1/action-items/{id}", action_items.to_judge),
        Reminder("correction", P.supervisions_write, "/v1/rectifications/{id}", rectifications.to_check),
        Reminder("meeting_topics", P.joint_meetings_read, "/v1/joint-meetings/{id}", meetings.topics),
        Reminder("meeting_answer", P.joint_meetings_read, "/v1/meeting-invitations/{id}", meetings.answers),
        Reminder("meeting", P.joint_meetings_read, "/v1/joint-meetings/{id}", meetings.meetings),
        Reminder("programme_task", P.programmes_read, "/v1/programme-tasks/{id}", programme_tasks.waiting),
    )
)
