"""What a file is, once its bytes were looked at: its true type and how many pages it holds."""

from dataclasses import dataclass

from documents.arrival import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The outcome of looking at a file without reading its pages."""

    #: By content, never by name: ``application/pdf``, ``image/tiff``, ``image/jpeg``, ``image/png``, …
    media_type: str
    #: At least 1.
    pages: int
    #: What its own header declares, when its kind has one.
    header: Declaration | None = None
