"""The contract of inspectors: one is accepted by passing it."""

import pytest

from documents.errors import DamagedFile, EmptyFile, NeedsPassword, NoPages, Refused, TooManyPages, UnknownType
from documents.inspection import Inspection
from pipelines.inspect.interface import Inspector
from tests.pipelines.files import (
    dicom_capture,
    encrypted_pdf,
    heic,
    jpeg,
    letter_pdf,
    page_picture,
    pageless_pdf,
    png,
    tiff,
    webp,
)

REFUSED = [
    (b"", EmptyFile),
    (b"\x00", UnknownType),
    (b"PK\x03\x04" + bytes(200), UnknownType),
    (b"<?xml version='1.0'?><ClinicalDocument/>", UnknownType),
    (b"\xef\xbb\xbf<?xml version='1.0'?><ClinicalDocument/>", UnknownType),
    (b"<!DOCTYPE html><html></html>", UnknownType),
    (b"MZ" + bytes(range(256)), UnknownType),
    (b"%PDF-1.7\nnothing of the kind\n%%EOF", DamagedFile),
    (letter_pdf("Bonjour")[:-400], DamagedFile),
    (jpeg(page_picture("Bonjour"))[:-2000], DamagedFile),
    (png(page_picture("Bonjour"))[:-2000], DamagedFile),
    (tiff([page_picture("Bonjour")])[:-2000], DamagedFile),
    (encrypted_pdf(user="secret"), NeedsPassword),
    (pageless_pdf(), NoPages),
    (letter_pdf(*["Bonjour"] * 9), TooManyPages),
    (tiff([page_picture("Bonjour", size=(300, 200))] * 9), TooManyPages),
]


class InspectorContract:
    """Inherited by the test class of each inspector, which gives the fixture ``inspector`` with a limit of 8 pages."""

    @pytest.mark.parametrize(
        ("original", "media_type", "pages"),
        [
            (letter_pdf("Un", "Deux", "Trois"), "application/pdf", 3),
            (b"\r\n junk of a mailer \r\n" + letter_pdf("Un"), "application/pdf", 1),
            (encrypted_pdf(user=""), "application/pdf", 1),
            (tiff([page_picture("Un"), page_picture("Deux")]), "image/tiff", 2),
            (jpeg(page_picture("Un")), "image/jpeg", 1),
            (png(page_picture("Un")), "image/png", 1),
            (webp(page_picture("Un")), "image/webp", 1),
            (heic(page_picture("Un")), "image/heic", 1),
            (dicom_capture(page_picture("Un")), "application/dicom", 1),
            ("Chère consœur,\nvoici.".encode(), "text/plain", 1),
            ("Chère consœur,\r\nvoici.".encode("cp1252"), "text/plain", 1),
        ],
        ids=["pdf", "pdf-after-junk", "pdf-owner", "tiff", "jpeg", "png", "webp", "heic", "dicom", "utf-8", "cp1252"],
    )
    def test_a_file_is_what_its_bytes_say(
        self, inspector: Inspector, original: bytes, media_type: str, pages: int
    ) -> None:
        """Type and pages come from the content alone."""
        inspection = inspector.inspect(original)
        assert (inspection.media_type, inspection.pages) == (media_type, pages)

    @pytest.mark.parametrize(("original", "refusal"), REFUSED, ids=range(len(REFUSED)))
    def test_what_cannot_be_read_is_refused_by_its_class(
        self, inspector: Inspector, original: bytes, refusal: type[Refused]
    ) -> None:
        """Each way of being at fault has its own name (P36)."""
        with pytest.raises(refusal):
            inspector.inspect(original)

    def test_inspecting_twice_gives_the_same(self, inspector: Inspector) -> None:
        """An inspection is a pure function."""
        original = letter_pdf("Bonjour")
        assert inspector.inspect(original) == inspector.inspect(original)

    def test_a_protected_file_opens_with_its_password_and_with_no_other(self, inspector: Inspector) -> None:
        """P36: a guess is refused; with the password the same pages come out, free of it."""
        with pytest.raises(NeedsPassword):
            inspector.unlock(encrypted_pdf(user="secret"), "guess")
        unlocked = inspector.unlock(encrypted_pdf(user="secret"), "secret")
        assert inspector.inspect(unlocked) == Inspection(media_type="application/pdf", pages=1)
