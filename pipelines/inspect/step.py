"""The step RECEIVED -> INSPECTED: the file is what it claims to be, or it is refused with its reason."""

from dataclasses import replace

from documents.document import Document
from documents.errors import AlreadyReceived, NotANight, Refused
from documents.lane import Lane
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_from_json, declaration_to_json
from pipelines.inspect.naming import expect_no_text
from pipelines.originals import original_of, readable
from pipelines.services import Services
from pipelines.uniqueness import came_before


def inspect(document: Document, services: Services) -> Document:
    """Look at the original without trusting it: for a virus first, before anything parses it.

    What an insurer hands over beside its nights is refused before it is compared with anything: in nobody's record, it
    cannot tell by its fate what is in one.
    """
    if document.lane is Lane.NIGHTLY:
        return replace(document, stage=Stage.REFUSED, reason=NotANight.code)
    said = document.required(Role.DECLARATION)
    services.archive.bring(document.id, original_of(document), said)
    original = readable(document, services)
    declaration = services.archive.parsed(document.id, said, declaration_from_json)
    try:
        services.skills.antivirus.examine(original)
        inspection = services.skills.inspector.inspect(original)
        expect_no_text(declaration.file_name, inspection.media_type)
    except Refused as refusal:
        return replace(document, stage=Stage.REFUSED, reason=refusal.code)
    if inspection.header is not None:
        header = declaration_to_json(inspection.header)
        document = document.holding(
            services.archive.derive_later(document.id, Role.HEADER, header, revision=document.revision)
        )
        declaration = declaration.completed_by(inspection.header)
    if came_before(document, declaration, services):
        return replace(document, stage=Stage.REFUSED, reason=AlreadyReceived.code)
    return replace(document, stage=Stage.INSPECTED, media_type=inspection.media_type, pages=inspection.pages)
