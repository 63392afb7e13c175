"""What has files."""

from app.catalogues.documents import DOCUMENTS
from app.services.action_items import evidence
from app.services.documents import attaching
from app.services.files.contract import FileOwner
from app.services.funding.requests.papers import service as spending
from app.services.joint_meetings.agenda import papers
from app.services.supervision.recipients import service as notices
from app.services.supervision.rectifications import service as rectifications

DOCUMENT_FILES = attaching.owner(DOCUMENTS)
AGENDA_FILES = papers.OWNER
EVIDENCE_FILES = evidence.OWNER
NOTICE_FILES = notices.FILES
RECTIFICATION_FILES = rectifications.FILES
SPENDING_FILES = spending.OWNER
OWNERS: dict[str, FileOwner] = {
    owner.subject_kind: owner
    for owner in (DOCUMENT_FILES, AGENDA_FILES, EVIDENCE_FILES, NOTICE_FILES, RECTIFICATION_FILES, SPENDING_FILES)
}
