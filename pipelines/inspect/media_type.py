"""What a file is, told from its first bytes alone."""

from enum import StrEnum

from documents.errors import EmptyFile, UnknownType
from pipelines.hl7.message import is_hl7


class MediaType(StrEnum):
    """The types that Verso reads."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    DICOM = "application/dicom"
    TEXT = "text/plain"
    #: CDA R2, alone or in the style sheet that presents it.
    CDA = "text/xml"
    #: An HL7 v2 message in the encoding of bars and hats.
    HL7 = "x-application/hl7-v2+er7"


#: Types whose own header declares whose and what they are.
DECLARED = frozenset({MediaType.CDA, MediaType.HL7})
PICTURES = frozenset({MediaType.TIFF, MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.HEIC})

_SIGNATURES = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
)
#: Brands of the ISO base media file format that stand for HEIF still pictures (ISO/IEC 23008-12).
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
#: Scanners and mailers put bytes before the header; PDF readers look this far for it (ISO 32000-1, Annex H).
_PDF_HEADER_WITHIN = 1024
#: Markup is a format of its own: it is not read as if it were a letter.
_MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<clinicaldocument", b"{\\rtf")
_CLINICAL = b"ClinicalDocument"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


def recognise(original: bytes) -> MediaType:
    """Return the type of a file by its content.

    Raises:
        EmptyFile: There are no bytes.
        UnknownType: It is nothing that Verso reads.
    """
    if not original:
        raise EmptyFile
    if original[128:132] == b"DICM":
        # First: its preamble is free, and often that of a TIFF file (DICOM PS3.10, 7.1).
        return MediaType.DICOM
    for signature, media_type in _SIGNATURES:
        if original.startswith(signature):
            return media_type
    if original[:4] == b"RIFF" and original[8:12] == b"WEBP":
        return MediaType.WEBP
    if original[4:8] == b"ftyp" and original[8:12] in _HEIF_BRANDS:
        return MediaType.HEIC
    if b"%PDF-" in original[:_PDF_HEADER_WITHIN] or b"%PDF" in original[:8]:
        return MediaType.PDF
    return _written(original)


def _written(original: bytes) -> MediaType:
    if _may_be_cda(original):
        return MediaType.CDA
    if is_hl7(original):
        return MediaType.HL7
    if _is_text(original):
        return MediaType.TEXT
    raise UnknownType


def _may_be_cda(original: bytes) -> bool:
    """Tell whether it is markup that names a clinical document; parsing it in earnest is not done here."""
    if original.startswith(_BYTE_ORDER_MARKS[1:]):
        return _CLINICAL.decode().encode("utf-16-le" if original.startswith(b"\xff\xfe") else "utf-16-be") in original
    return original[:64].removeprefix(_BYTE_ORDER_MARKS[0]).lstrip().startswith(b"<") and _CLINICAL in original


def _is_text(original: bytes) -> bool:
    sample = original[:65536]
    if sample.removeprefix(_BYTE_ORDER_MARKS[0]).lstrip()[:20].lower().startswith(_MARKUP):
        return False
    if sample.startswith(_BYTE_ORDER_MARKS):
        return True
    return bool(sample.strip()) and not _CONTROLS.intersection(sample)
