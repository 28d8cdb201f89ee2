"""What a visitor declares of the files that follow: evidence, as any feeder's word is."""

from collections.abc import Mapping
from datetime import date

from documents.arrival import Declaration
from documents.patient import AUTHORITIES, OID_INS_NIR, TEST_AUTHORITIES, Ins, Sex, Traits
from documents.type_codes import type_code
from verso.settings import Settings
from web.problems import WrongRequest

#: What may be declared, each at most once before the files.
FIELDS = (
    "ins",
    "oid",
    "birth_name",
    "used_name",
    "first_names",
    "birth_date",
    "sex",
    "type_code",
    "act_date",
    "author",
)


def declared(said: Mapping[str, str], file_name: str, settings: Settings) -> Declaration:
    """Return a declaration from the fields of a form; what is empty was not said.

    Raises:
        WrongRequest: A field is none of those, or is not of its shape.
    """
    fields = {name: value.strip() for name, value in said.items() if value.strip()}
    if not fields.keys() <= set(FIELDS):
        raise WrongRequest
    try:
        return Declaration(
            file_name=file_name,
            ins=ins_from(fields.get("ins"), fields.get("oid"), settings),
            traits=_traits(fields),
            type_code=type_code(fields["type_code"]).code if "type_code" in fields else None,
            act_date=date.fromisoformat(fields["act_date"]) if "act_date" in fields else None,
            author=fields.get("author"),
        )
    except ValueError as error:
        raise WrongRequest from error


def ins_from(number: str | None, oid: str | None, settings: Settings) -> Ins | None:
    """Return the INS that somebody typed; spaces are no matter. None where nothing was typed.

    Raises:
        WrongRequest: It is none, or of an authority that no patient of this installation has a number of.
    """
    if number is None:
        return None
    authority = oid or OID_INS_NIR
    if authority not in (AUTHORITIES | TEST_AUTHORITIES if settings.accept_test_identities else AUTHORITIES):
        raise WrongRequest
    try:
        return Ins(number=number.replace(" ", "").upper(), oid=authority)
    except ValueError as error:
        raise WrongRequest from error


def _traits(fields: Mapping[str, str]) -> Traits | None:
    if not fields.keys() & {"birth_name", "used_name", "first_names", "birth_date", "sex"}:
        return None
    return Traits(
        birth_name=fields.get("birth_name"),
        used_name=fields.get("used_name"),
        first_names=tuple(fields.get("first_names", "").split()),
        birth_date=date.fromisoformat(fields["birth_date"]) if "birth_date" in fields else None,
        sex=Sex(fields["sex"]) if "sex" in fields else None,
    )
