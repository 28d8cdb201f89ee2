"""A feeder's declaration as JSON, the form in which it rests sealed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from documents.arrival import Declaration
from documents.document import Document
from documents.errors import Missing
from documents.identification import Author, Identification
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
    """Return what its feeder said of a document last, completed by what the document's own header declares.

    Raises:
        Missing: Nothing rests of what it said.
    """
    sealed, header = document.latest(Role.DECLARATION), header_of(document, services)
    if sealed is None:
        raise Missing(f"{document.id}/{Role.DECLARATION.slug}")
    said = services.archive.parsed(document.id, sealed, declaration_from_json)
    return said if header is None else said.completed_by(header)


def header_of(document: Document, services: Services) -> Declaration | None:
    """Return what a document's own header declares; None where it has no header."""
    sealed = document.latest(Role.HEADER)
    return None if sealed is None else services.archive.parsed(document.id, sealed, declaration_from_json)


def author_of(found: Identification, declared: Declaration) -> Author:
    """Return who wrote a document: as it says itself, gaps filled from what is declared."""
    written = found.author
    return replace(
        written,
        rpps=written.rpps or declared.author_rpps,
        name=written.name or declared.author,
        finess=written.finess or declared.finess,
    )


def declaration_to_json(declaration: Declaration) -> bytes:
    """Return a declaration as UTF-8 JSON."""
    return json.dumps(declaration_to_fields(declaration), ensure_ascii=False).encode()


def declaration_from_json(content: bytes) -> Declaration:
    """Return the declaration that UTF-8 JSON describes."""
    return declaration_from_fields(json.loads(content))


def declaration_to_fields(declaration: Declaration) -> dict[str, Any]:
    """Return a declaration as plain fields."""
    return {
        "file_name": declaration.file_name,
        "ins": ins_to_fields(declaration.ins),
        "traits": traits_to_fields(declaration.traits),
        "type_code": declaration.type_code,
        "act_date": day_to_text(declaration.act_date),
        "written_date": day_to_text(declaration.written_date),
        "author": declaration.author,
        "author_rpps": declaration.author_rpps,
        "finess": declaration.finess,
        "unique_id": declaration.unique_id,
        "replaces": list(declaration.replaces),
    }


def declaration_from_fields(fields: Mapping[str, Any]) -> Declaration:
    """Return the declaration that plain fields describe; those of an earlier release lack the later ones.

    Raises:
        KeyError, TypeError, ValueError: They are of another shape.
    """
    return Declaration(
        file_name=fields["file_name"],
        ins=ins_from_fields(fields["ins"]),
        traits=traits_from_fields(fields["traits"]),
        type_code=fields["type_code"],
        act_date=day_from_text(fields["act_date"]),
        written_date=day_from_text(fields.get("written_date")),
        author=fields["author"],
        author_rpps=fields.get("author_rpps"),
        finess=fields.get("finess"),
        unique_id=fields.get("unique_id"),
        replaces=tuple(fields.get("replaces", ())),
    )
