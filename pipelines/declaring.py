"""A feeder's declaration as JSON, the form in which it rests sealed."""

import json

from documents.arrival import Declaration
from documents.document import Document
from documents.errors import Missing
from documents.role import Role
from pipelines.fields import (
    day_from_text,
    day_to_text,
    ins_from_fields,
    ins_to_fields,
    traits_from_fields,
    traits_to_fields,
)
from pipelines.services import Services


def declaration_of(document: Document, services: Services) -> Declaration:
    """Return what its feeder said of a document last.

    Raises:
        Missing: Nothing rests of what it said.
    """
    sealed = document.latest(Role.DECLARATION)
    if sealed is None:
        raise Missing(f"{document.id}/{Role.DECLARATION.slug}")
    return declaration_from_json(services.archive.open(document.id, sealed))


def declaration_to_json(declaration: Declaration) -> bytes:
    """Return a declaration as UTF-8 JSON."""
    fields = {
        "file_name": declaration.file_name,
        "ins": ins_to_fields(declaration.ins),
        "traits": traits_to_fields(declaration.traits),
        "type_code": declaration.type_code,
        "act_date": day_to_text(declaration.act_date),
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
        act_date=day_from_text(fields["act_date"]),
        author=fields["author"],
    )
