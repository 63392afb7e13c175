"""A person's own rights: to be told what is held about them, and to have it erased where the law allows."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.catalogues.personal import SUBJECTS
from app.core.acts import Act
from app.services.access.permissions import Permission
from app.services.privacy import subjects
from app.services.privacy.schemas import ErasedRows, SubjectErase, SubjectExport, Told
from app.web import answers
from app.web.guards import May
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/data-subjects", tags=["data subjects"], route_class=StrictRoute)

SubjectsExport = Annotated[Act, May(Permission.data_subjects_export)]
SubjectsErase = Annotated[Act, May(Permission.data_subjects_erase)]


@router.post("/export", summary="Export what is held about a person", response_model=Told, responses=declares())
async def export_data_subject(act: SubjectsExport, wish: SubjectExport) -> Response:
    """Every row within the scope about whoever has this number, in clear, to be handed to that person.

    One audit row names the rows and the reason; the number itself is not kept. Raw files that were pushed are sealed
    and expire by themselves; they are not searched.
    """
    kind, value = wish.sought
    told = await subjects.export(act, SUBJECTS, kind, value, wish.reason)
    return answers.answer({"items": told}, headers={"Cache-Control": "no-store"})


@router.post("/erase", summary="Erase what is held about a person", response_model=ErasedRows, responses=declares())
async def erase_data_subject(act: SubjectsErase, wish: SubjectErase, request: Request) -> Response:
    """Erases every row within the scope about whoever has this number; what the law keeps is told with its reason.

    Each erasure leaves an entry in the ledger and an audit row. Asking again finds only what was kept.
    """
    kind, value = wish.sought
    spoken = language(request)
    done = await subjects.erase(act, SUBJECTS, kind, value, wish.ground, wish.reason)
    items = [
        {
            "table": one.table,
            "id": one.id,
            "erased": not one.findings,
            "findings": [finding_json(finding, spoken) for finding in one.findings],
        }
        for one in done
    ]
    return answers.answer({"items": items})
