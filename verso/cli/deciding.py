"""What a person decides on the command line, checked before anything is touched."""

from datetime import date, datetime
from typing import Final

import typer

from documents.actor import Actor
from documents.day import past_day
from documents.document import Document
from documents.patient import AUTHORITIES, TEST_AUTHORITIES, Ins
from documents.type_codes import type_code
from pipelines.read.turning import turns_from
from pipelines.services import Services
from pipelines.settling import Settlement
from pipelines.split.deciding import runs_from

#: Stands for a number that is asked for: what a command line holds, every user of the machine can read (`ps`).
ASKED: Final = "-"


def ins_from(number: str, oid: str, *, accept_test: bool, option: str = "--patient") -> Ins:
    """Return the INS that somebody typed; spaces are no matter. For `ASKED` the number is read from standard input.

    Raises:
        BadParameter: It is none, or of an authority that no patient of this installation has a number of.
    """
    if oid not in (AUTHORITIES | TEST_AUTHORITIES if accept_test else AUTHORITIES):
        raise typer.BadParameter("this authority issues no INS, or numbers for tests only", param_hint="--oid")
    typed = str(typer.prompt(f"INS ({option})", err=True)) if number == ASKED else number
    try:
        return Ins(number=typed.replace(" ", ""), oid=oid)
    except ValueError as error:
        raise typer.BadParameter(
            "this number is not an INS: length, shape or key is wrong", param_hint=option
        ) from error


def type_from(code: str) -> str:
    """Return the official type code that somebody typed.

    Raises:
        BadParameter: It is none.
    """
    try:
        return type_code(code).code
    except ValueError as error:
        raise typer.BadParameter("this is not an official type code", param_hint="--type") from error


def day_from(text: str, now: datetime) -> date:
    """Return the day that somebody typed.

    Raises:
        BadParameter: It is none, or is still to come.
    """
    try:
        return past_day(text, now)
    except ValueError as error:
        raise typer.BadParameter("this is not a day of the past, as YYYY-MM-DD", param_hint="--date") from error


def runs_of(split: str, document: Document, services: Services) -> tuple[tuple[int, int], ...]:
    """Return the runs of pages that somebody's answer about a split means.

    Raises:
        BadParameter: It means none.
    """
    try:
        return runs_from(split, document, services)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--split") from error


def turns_of(turn: str, document: Document) -> tuple[tuple[int, int], ...]:
    """Return the turns of pages that somebody's answer means.

    Raises:
        BadParameter: It means none.
    """
    try:
        return turns_from(turn, document.pages or 0)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--turn") from error


def decided(  # noqa: PLR0913  one argument an option
    document: Document,
    services: Services,
    *,
    patient: str | None,
    oid: str,
    type_: str | None,
    date_: str | None = None,
    split: str | None,
    turn: str | None,
    by: Actor,
    accept_test: bool,
) -> Settlement:
    """Return what the options of a command decide about a document.

    Raises:
        BadParameter: One of them is wrong, or none is given.
    """
    if patient is None and type_ is None and date_ is None and split is None and turn is None:
        raise typer.BadParameter("say --patient, --type, --date, --split, --turn or several of them")
    return Settlement(
        ins=ins_from(patient, oid, accept_test=accept_test) if patient else None,
        type_code=type_from(type_) if type_ else None,
        act_date=day_from(date_, services.now()) if date_ else None,
        runs=runs_of(split, document, services) if split else (),
        turns=turns_of(turn, document) if turn else (),
        by=by,
    )
