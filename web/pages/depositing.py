"""*Déposer*: drop, paste, photograph or choose a stack of files; nothing needs to be filled in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from documents.type_codes import dmp_types
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.submissions import submit
from web.desk import Desk
from web.pages.rendering import page

router = APIRouter()


@router.get("/deposer")
def deposit(request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.SUBMIT))]) -> Response:
    """Show the page."""
    del visitor
    desk: Desk = request.app.state.desk
    types = sorted((each for each in dmp_types() if not each.patient_deposit), key=lambda each: each.label_fr)
    return page(
        request,
        "deposit",
        types=types,
        most_files=desk.settings.most_files,
        largest=desk.settings.largest_original,
    )


@router.post("/deposer")
async def hand_over(request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.SUBMIT))]) -> Response:
    """Take the files of a browser that runs no script, and lead on to their progress."""
    accepted = await submit(request, visitor)
    if not accepted.files:
        return page(request, "lost", status=422, code=accepted.refused[0].problem.code, failed=True)
    return RedirectResponse(f"/suivi/{accepted.submission}", 303)
