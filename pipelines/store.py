"""The step CLASSIFIED -> STORED: the record's own description of the document is sealed and everything rests."""

import json
from dataclasses import replace

from documents.arrival import Declaration
from documents.document import Document
from documents.errors import WrongStage
from documents.formats import format_code
from documents.identification import Identification
from documents.patient import Ins
from documents.role import Role
from documents.stage import Stage
from documents.type_codes import TYPE_TABLE_VERSION, type_code
from pipelines.declaring import author_of, declaration_of
from pipelines.fields import author_to_fields, day_to_text, ins_to_fields, traits_to_fields
from pipelines.identify.serialising import from_json
from pipelines.renaming import living
from pipelines.services import Services
from pipelines.settling import settlement_of
from pipelines.superseding import superseded


def store(document: Document, services: Services) -> Document:
    """File the document: seal what the record shows of it, beside the original and the text that rest already.

    All of it is then locked against deletion for as long as its class wants, where the store knows locks. What it
    replaces is history from the moment on at which the ledger accepts it.
    """
    document = replace(document, supersedes=superseded(document, services))
    metadata = metadata_of(document, services)
    sealed = services.archive.derive_later(document.id, Role.METADATA, metadata, revision=document.revision)
    filed = replace(document.holding(sealed), stage=Stage.STORED)
    retain(filed, services)
    return filed


def retain(document: Document, services: Services) -> None:
    """Lock what rests of a filed document against deletion, for as long as its class wants."""
    kind = type_code(document.type_code) if document.type_code else None
    until = services.locking.until(kind.class_code, services.now()) if kind else None
    if until is not None:
        for sealed in document.objects:
            services.archive.retain(document.id, sealed, until)


def metadata_of(document: Document, services: Services) -> bytes:
    """Return what the record shows of a document, as UTF-8 JSON."""
    identity = services.archive.parsed(document.id, document.required(Role.IDENTITY), from_json)
    settled = settlement_of(document, services)
    day = settled.act_date if settled else None
    return metadata_from(
        document, replace(identity, act_date=day or identity.act_date), declaration_of(document, services), services
    )


def metadata_from(document: Document, identity: Identification, declared: Declaration, services: Services) -> bytes:
    """Do as `metadata_of` with what was found and declared already at hand.

    Raises:
        WrongStage: It has no type yet.
    """
    if document.type_code is None:
        raise WrongStage(document.id)
    kind = type_code(document.type_code)
    fields = {
        "document": document.id,
        "ins": ins_to_fields(_standing(document, identity, services)),
        "traits": traits_to_fields(identity.traits),
        "type_code": kind.code,
        "type_system": kind.system,
        "type_table": TYPE_TABLE_VERSION,
        "class_code": kind.class_code,
        "format_code": format_code(kind.code, document.media_type),
        "theme": kind.theme,
        "author": author_to_fields(author_of(identity, declared)),
        "dates": {one.kind: day_to_text(one.day) for one in identity.dates},
        "act_date": day_to_text(identity.act_date or declared.act_date),
        "written_date": day_to_text(identity.written_date or declared.written_date),
        "unique_id": declared.unique_id,
        "replaces": list(declared.replaces),
        "supersedes": document.supersedes,
        "received_at": document.received_at.isoformat(),
        "feeder": document.feeder,
        "file_name": declared.file_name,
        "media_type": document.media_type,
        "pages": document.pages,
        "partial": document.partial,
        "reading": document.reading,
        "confidence": document.confidence,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def _standing(document: Document, identity: Identification, services: Services) -> Ins | None:
    """Return the number under which a document is filed: the one that was found, unless another stands for it now."""
    found = identity.ins
    if found is None or services.archive.pseudonym(found) == document.patient:
        return found
    return living(found, services)
