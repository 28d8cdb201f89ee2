"""A feeder's declaration as JSON, the form in which it rests sealed."""

import json
from datetime import date
from typing import Any

from documents.arrival import Declaration
from documents.patient import Ins, Sex, Traits


def ins_to_fields(ins: Ins | None) -> dict[str, str] | None:
    """Return an INS as plain fields."""
    return None if ins is None else {"number": ins.number, "oid": ins.oid}


def ins_from_fields(fields: dict[str, str] | None) -> Ins | None:
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
        "birth_date": traits.birth_date.isoformat() if traits.birth_date else None,
        "birth_place": traits.birth_place,
    }


def traits_from_fields(fields: dict[str, Any] | None) -> Traits | None:
    """Return the traits that plain fields describe."""
    if fields is None:
        return None
    return Traits(
        birth_name=fields["birth_name"],
        used_name=fields["used_name"],
        first_names=tuple(fields["first_names"]),
        sex=Sex(fields["sex"]) if fields["sex"] else None,
        birth_date=date.fromisoformat(fields["birth_date"]) if fields["birth_date"] else None,
        birth_place=fields["birth_place"],
    )


def declaration_to_json(declaration: Declaration) -> bytes:
    """Return a declaration as UTF-8 JSON."""
    fields = {
        "file_name": declaration.file_name,
        "ins": ins_to_fields(declaration.ins),
        "traits": traits_to_fields(declaration.traits),
        "type_code": declaration.type_code,
        "act_date": declaration.act_date.isoformat() if declaration.act_date else None,
        "author": declaration.author,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def declaration_from_json(content: bytes) -> Declaration:
    """Return the declaration that UTF-8 JSON describes."""
    fields = json.loads(content)
    return Declaration(
        file_name=fields["file_name"],
        ins=ins_from_fields(fields["ins"]),
        traits=traits_from_fields(fields["traits"]),
        type_code=fields["type_code"],
        act_date=date.fromisoformat(fields["act_date"]) if fields["act_date"] else None,
        author=fields["author"],
    )
