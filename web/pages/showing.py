"""A document's own page: what the record shows of it, its pages, what became of it, the way to correct and open it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from documents.action import Action
from documents.actor import ActorRole
from documents.day import day_in_france
from documents.document import Document
from documents.errors import LeaseLost, WrongStage
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from documents.type_codes import dmp_types
from pipelines.unsealing import Ground
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documents import DocumentPath, opened
from web.api.models import Correction, Model
from web.api.records import corrected, record_of
from web.describing import describe_all
from web.desk import Desk
from web.pages.rendering import page
from web.problems import WrongRequest

router = APIRouter(prefix="/historique")

_Reader = Annotated[Visitor, Depends(Guard(Right.READ))]

#: What people are told of, and by which word.
_TOLD: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.RECEIVED: "event-received",
        Action.CUT: "event-cut",
        Action.JOINED: "event-joined",
        Action.REFUSED: "event-refused",
        Action.SETTLED: "event-settled",
        Action.CORRECTED: "event-corrected",
        Action.FORWARDED: "event-forwarded",
        Action.SUPERSEDED: "event-superseded",
        Action.REINSTATED: "event-reinstated",
    }
)
_PEOPLE: Final = frozenset({ActorRole.PRACTITIONER, ActorRole.SECRETARY, ActorRole.OPERATOR})


class Filled(Model):
    """The form of a correction as a person filled it in."""

    ins: str = ""
    type_code: str = ""
    act_date: str = ""
    why: str = ""

    def correction(self) -> Correction:
        """Return what the form corrects.

        Raises:
            ValueError: The day is none, or no ground is given.
        """
        return Correction(
            ins=self.ins.strip() or None,
            type_code=self.type_code or None,
            act_date=date.fromisoformat(self.act_date) if self.act_date else None,
            why=self.why.strip(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that became of a document."""

    at: datetime
    #: The key of its word.
    word: str
    #: Who did it, where it was a person.
    by: str | None
    #: What of the document, where it was a correction.
    changed: Sequence[str]


@router.get("/{document_id}")
def show(
    request: Request,
    visitor: _Reader,
    document_id: DocumentPath,
    said: Annotated[str, Query(pattern=r"^(corrected|not-corrected)?$")] = "",
) -> Response:
    """Show a document."""
    return _shown(request, visitor, document_id, said=said)


@router.post("/{document_id}")
def open_original(
    request: Request,
    visitor: _Reader,
    document_id: DocumentPath,
    ground: Annotated[Ground, Form()],
    words: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Give an original to the browser, once the ground is on record."""
    return opened(request.app.state.desk, visitor, document_id, f"{ground}: {words}".rstrip(": "))


@router.post("/{document_id}/corriger")
def correct(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.SETTLE))],
    document_id: DocumentPath,
    filled: Annotated[Filled, Form()],
) -> Response:
    """File the document anew with what is corrected, and show it on its way."""
    desk: Desk = request.app.state.desk
    try:
        corrected(desk, visitor, desk.document_of(visitor, document_id), filled.correction())
    except (WrongRequest, ValueError):
        return _shown(request, visitor, document_id, failed=True)
    except (WrongStage, LeaseLost):
        return RedirectResponse(f"/historique/{document_id}?said=not-corrected", 303)
    return RedirectResponse(f"/historique/{document_id}?said=corrected", 303)


def _shown(request: Request, visitor: Visitor, document_id: str, *, said: str = "", failed: bool = False) -> Response:
    desk: Desk = request.app.state.desk
    found = desk.document_of(visitor, document_id)
    filed = found.stage is Stage.STORED
    types = sorted((each for each in dmp_types() if not each.patient_deposit), key=lambda each: each.label_fr)
    return page(
        request,
        "document",
        status=422 if failed else 200,
        state=describe_all([found], desk.services, readable=True)[0],
        record=record_of(desk, visitor, found) if filed else None,
        pages=[sealed.part for sealed in found.parts(Role.PREVIEW)],
        happenings=_happenings(found, desk),
        corrects=filed and visitor.may(Right.SETTLE),
        types=types,
        today=day_in_france(desk.services.now()),
        grounds=list(Ground),
        failed=failed,
        said=said,
    )


def _happenings(document: Document, desk: Desk) -> Sequence[Happening]:
    """Return what became of a document, as far as it matters to who reads it; the newest first."""
    told = [
        Happening(
            at=event.at,
            word=word,
            by=event.actor.identity if event.actor.role in _PEOPLE else None,
            changed=event.detail.split(",") if event.action is Action.CORRECTED and event.detail else [],
        )
        for event in desk.services.ledger.events(document.id)
        if (word := _word(event))
    ]
    return told[::-1]


def _word(event: Event) -> str | None:
    if event.action is Action.MOVED:
        return "event-filed" if event.detail == Stage.STORED else None
    return _TOLD.get(event.action)
