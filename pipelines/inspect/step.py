"""The step RECEIVED -> INSPECTED: the file is what it claims to be, or it is refused with its reason."""

from dataclasses import replace

from documents.document import Document
from documents.errors import Refused
from documents.stage import Stage
from pipelines.originals import readable
from pipelines.services import Services


def inspect(document: Document, services: Services) -> Document:
    """Look at the original without trusting it."""
    original = readable(document, services)
    try:
        inspection = services.skills.inspector.inspect(original)
    except Refused as refusal:
        return replace(document, stage=Stage.REFUSED, reason=refusal.code)
    return replace(document, stage=Stage.INSPECTED, media_type=inspection.media_type, pages=inspection.pages)
