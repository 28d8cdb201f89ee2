"""Nights: what became of each night that an insurer handed over, told to that insurer alone."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from documents.care import Section
from documents.night import Night, NightStage
from verso.accounts import account_of, rejects_of
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import answers
from web.api.models import Model
from web.desk import Desk
from web.headers import UNKEPT
from web.problems import NotFound


class LinesBecame(Model):
    """What became of some lines of a night."""

    lines: int
    accepted: int
    duplicates: int
    rejected: int


class SectionBecame(LinesBecame):
    """What became of the lines of one section in one file."""

    file: str
    #: None for lines too damaged to tell.
    section: Section | None


class PatientsBecame(Model):
    """What became of a night's patients, as far as their insurer knows them."""

    new: int
    changed: int
    unchanged: int
    unknown: int


class NightDeclared(Model):
    """What a night's manifest declares."""

    lines: int
    patients: int


class NightState(Model):
    """One night of an insurer."""

    night: int
    kind: Literal["full", "delta"]
    stage: NightStage
    #: Why it was refused, and the same for a person, in French.
    code: str | None
    sentence: str | None
    received_at: datetime
    ended_at: datetime | None
    declared: NightDeclared
    #: What became of its lines and patients; None until that is known.
    lines: LinesBecame | None
    patients: PatientsBecame | None
    sections: list[SectionBecame]


class NightStates(Model):
    """Nights of an insurer, the highest number first."""

    nights: list[NightState]


router = APIRouter(prefix="/nights", tags=["nights"])

_Follower = Annotated[Visitor, Depends(Guard(Right.FOLLOW))]
_Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of a night.")]
_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", summary="List nights", responses=answers(422))
def list_nights(request: Request, visitor: _Follower, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> NightStates:
    """List the nights of the visitor's feeder, the highest number first."""
    desk: Desk = request.app.state.desk
    found = desk.services.ledger.nights.nights(visitor.feeder.name, limit)
    return NightStates(nights=[NightState(**account_of(night, desk.services).to_fields()) for night in found])


@router.get("/{number}", summary="Follow a night", responses=answers(404, 422))
def follow_night(request: Request, visitor: _Follower, number: _Number) -> NightState:
    """Tell what became of every line of a night and of its patients, by file and section."""
    desk: Desk = request.app.state.desk
    return NightState(**account_of(_night(desk, visitor, number), desk.services).to_fields())


@router.get(
    "/{number}/rejects",
    summary="Get the lines that were not taken",
    response_class=Response,
    responses=answers(404, 422) | _CSV,
)
def rejects(request: Request, visitor: _Follower, number: _Number) -> Response:
    """Give each line that was not taken: file, number, code and sentence. What it said is not repeated."""
    desk: Desk = request.app.state.desk
    found = rejects_of(_night(desk, visitor, number), desk.services)
    headers = {"Content-Disposition": f'attachment; filename="{found.stem}.csv"', **UNKEPT}
    return Response(found.to_csv(), media_type="text/csv", headers=headers)


def _night(desk: Desk, visitor: Visitor, number: int) -> Night:
    """Return a night of the visitor's feeder.

    Raises:
        NotFound: There is none of this number.
    """
    found = desk.services.ledger.nights.night(visitor.feeder.name, number)
    if found is None:
        raise NotFound
    return found
