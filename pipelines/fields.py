"""Patients and authors as plain fields, the form in which JSON holds them, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from documents.identification import Author
from documents.patient import Ins, Sex, Traits


def ins_to_fields(ins: Ins | None) -> dict[str, str] | None:
    """Return an INS as plain fields."""
    return None if ins is None else {"number": ins.number, "oid": ins.oid}


def ins_from_fields(fields: Mapping[str, str] | None) -> Ins | None:
    """Return the INS that plain fields describe."""
    return None if fields is None else Ins(number=fields["number"], oid=fields["oid"])


def traits_to_fields(traits: Traits | None) -> dict[str, Any] | None:
    """Return traits as plain fields."""
    if traits is None:
        return None
    return {
        "birth_name": traits.birth_name,
        "used_name": traits.used_name,
        "first_names": list(traits.first_names),
        "sex": traits.sex,
        "birth_date": day_to_text(traits.birth_date),
        "birth_place": traits.birth_place,
    }


def traits_from_fields(fields: Mapping[str, Any] | None) -> Traits | None:
    """Return the traits that plain fields describe."""
    if fields is None:
        return None
    return Traits(
        birth_name=fields["birth_name"],
        used_name=fields["used_name"],
        first_names=tuple(fields["first_names"]),
        sex=Sex(fields["sex"]) if fields["sex"] else None,
        birth_date=day_from_text(fields["birth_date"]),
        birth_place=fields["birth_place"],
    )


def author_to_fields(author: Author) -> dict[str, str | None]:
    """Return an author as plain fields."""
    return {"rpps": author.rpps, "name": author.name, "specialty": author.specialty, "finess": author.finess}


def day_to_text(day: date | None) -> str | None:
    """Return a day as ISO 8601."""
    return None if day is None else day.isoformat()


def day_from_text(text: str | None) -> date | None:
    """Return the day that ISO 8601 names."""
    return None if text is None else date.fromisoformat(text)
