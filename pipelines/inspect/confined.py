"""The inspector's half in the confined child: parse, count, refuse."""

from collections.abc import Mapping
from typing import Any

from documents.arrival import Declaration
from pipelines.cda.leaves import open_cda
from pipelines.declaring import declaration_to_fields
from pipelines.hl7.pages import open_message
from pipelines.inspect import dicom, pdf, pictures
from pipelines.inspect.media_type import PICTURES, MediaType, recognise
from pipelines.inspect.plain import decode_text


class InspectionTask:
    """Inspects one document after another."""

    def __init__(self, most_pages: int) -> None:
        """Set the limit of pages."""
        self._most_pages = most_pages
        self._document = b""

    def hold(self, document: bytes) -> None:
        """Keep the document to inspect."""
        self._document = document

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
        """Return the document's media type and pages, or, when a password is given, the document without it.

        Raises:
            Refused: It cannot be accepted.
        """
        media_type = recognise(self._document)
        if "password" in request:
            return pdf.unlocked(self._document, str(request["password"]))
        if media_type is MediaType.CDA:
            cda = open_cda(self._document, self._most_pages)
            return _with_header(media_type, len(cda.leaves), cda.declaration)
        if media_type is MediaType.HL7:
            message = open_message(self._document, self._most_pages)
            return _with_header(media_type, len(message.pages), message.declaration)
        return {"media_type": media_type, "pages": self._count(media_type)}

    def _count(self, media_type: MediaType) -> int:
        if media_type is MediaType.PDF:
            return pdf.count_pages(self._document, self._most_pages)
        if media_type in PICTURES:
            return pictures.count_frames(self._document, media_type, self._most_pages)
        if media_type is MediaType.DICOM:
            return dicom.count_pages(self._document, self._most_pages)
        decode_text(self._document)
        return 1


def _with_header(media_type: MediaType, pages: int, header: Declaration) -> Mapping[str, Any]:
    return {"media_type": media_type, "pages": pages, "header": declaration_to_fields(header)}


def make(options: Mapping[str, Any]) -> InspectionTask:
    """Make the child's task."""
    pictures.prepare()
    pdf.prepare()
    return InspectionTask(int(options["most_pages"]))
