"""Every kind of page and of file is read, one promise each; what people complain about is held where it is named.

| pain point | held in, below `tests/` or beside this file |
|---|---|
| P8 mixed PDFs, P9 bad layers, P34 blank backs, P35 turns, P38 accents | `contracts/readers.py`, `test_language.py` |
| P19 threads | `pipelines/confinement/test_confinement.py` |
| P20 memory, P21 hangs, P22 large scans, P31 page limits | `test_reader.py`, `pipelines/render/test_renderer.py` |
| P31 partial and resumed, P37 progress | `workers/test_reading.py`, `workers/test_heartbeat.py` |
| P33 separators and codes | `test_symbols.py`, `pipelines/split/test_printing.py` |
| P35 slopes, P36 photographs | `test_alignment.py`, `test_straight.py` |
| P36 passwords | `contracts/inspectors.py`, `workers/test_performing.py` |
| P39 size of the searchable PDF | `pipelines/render/test_searchable.py` |
"""

import io
from collections.abc import Mapping, Sequence

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    UID,
    ComprehensiveSRStorage,
    EncapsulatedPDFStorage,
    ExplicitVRLittleEndian,
    generate_uid,
)

from documents.inspection import Inspection
from documents.page import Page, Source
from pipelines.read.engines.interface import Line
from pipelines.read.ink import Ink
from pipelines.read.raster import Raster
from pipelines.read.reader import ConfinedReader
from pipelines.read.region import Region
from pipelines.read.scan import ScanReader
from tests.pipelines.files import (
    LETTER,
    dicom_capture,
    heic,
    jpeg,
    letter_pdf,
    page_picture,
    png,
    scanned_pdf,
    tiff,
    webp,
)

PDF = "application/pdf"
DICOM = "application/dicom"
PICTURE = page_picture(LETTER)
FAX = PICTURE.point(lambda value: 255 * (value > 127)).convert("1")


class EngineThatReadsNothing:
    """Finds no line on any page."""

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:  # noqa: ARG002
        """Return no lines."""
        return [[] for _ in regions]


def dicom(kind: UID, parts: Mapping[str, object]) -> bytes:
    """Store a DICOM object of a kind."""
    dataset = pydicom.Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = kind
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid()
    for name, value in parts.items():
        setattr(dataset, name, value)
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def named(meaning: str) -> list[pydicom.Dataset]:
    """Say what something is, as DICOM does."""
    code = pydicom.Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99TEST", meaning
    return [code]


def only_page(reader: ConfinedReader, original: bytes, media_type: str) -> Page:
    """Read a document of one page."""
    (page,) = reader.read(original, Inspection(media_type=media_type, pages=1), 1, 1)
    return page


@pytest.mark.parametrize(
    ("original", "media_type"),
    [
        (tiff([FAX], compression="group4"), "image/tiff"),
        (tiff([PICTURE], compression="tiff_lzw"), "image/tiff"),
        (tiff([PICTURE], compression="jpeg"), "image/tiff"),
        (jpeg(PICTURE.rotate(90, expand=True), turn=6), "image/jpeg"),
        (png(PICTURE), "image/png"),
        (heic(PICTURE), "image/heic"),
        (webp(PICTURE), "image/webp"),
        (dicom_capture(PICTURE), DICOM),
        (scanned_pdf(PICTURE), PDF),
    ],
    ids=["G4", "LZW", "JPEG in TIFF", "EXIF", "PNG", "HEIC", "WebP", "capture", "PDF"],
)
def test_a_scan_is_read_in_whatever_file_it_comes(
    confined_reader: ConfinedReader, original: bytes, media_type: str
) -> None:
    """The same pixels are the same text, and told as what was recognised."""
    page = only_page(confined_reader, original, media_type)
    assert (page.source, page.text) == (Source.OCR, LETTER)


def test_a_pdf_within_dicom_is_read_as_a_pdf(confined_reader: ConfinedReader) -> None:
    """Its own text layer counts."""
    pdf = letter_pdf(LETTER)
    parts = {"MIMETypeOfEncapsulatedDocument": PDF, "EncapsulatedDocument": pdf + b"\0" * (len(pdf) % 2)}
    page = only_page(confined_reader, dicom(EncapsulatedPDFStorage, parts), DICOM)
    assert (page.source, page.text) == (Source.TEXT, LETTER)


def test_a_structured_report_is_its_text(confined_reader: ConfinedReader) -> None:
    """Names, values and units stand in the order in which the report has them."""
    finding, measure, size = pydicom.Dataset(), pydicom.Dataset(), pydicom.Dataset()
    finding.ValueType, finding.ConceptNameCodeSequence = "TEXT", named("Conclusion")
    finding.TextValue = "Nodule du lobe droit"
    size.NumericValue, size.MeasurementUnitsCodeSequence = "12", named("mm")
    measure.ValueType, measure.ConceptNameCodeSequence = "NUM", named("Diamètre")
    measure.MeasuredValueSequence = [size]
    parts = {
        "SpecificCharacterSet": "ISO_IR 192",
        "ValueType": "CONTAINER",
        "ConceptNameCodeSequence": named("Échographie"),
        "ContentSequence": [finding, measure],
    }
    page = only_page(confined_reader, dicom(ComprehensiveSRStorage, parts), DICOM)
    assert page.source is Source.TEXT
    assert page.text.splitlines() == ["Échographie", "Conclusion : Nodule du lobe droit", "Diamètre : 12 mm"]


def test_a_blank_back_is_known_as_blank(confined_reader: ConfinedReader) -> None:
    """Grain and a punched hole are nothing to read (P34)."""
    grain = np.random.default_rng(3).normal(245, 3, (2339, 1654)).clip(0, 255).astype(np.uint8)
    grain[1100:1140, 40:80] = 60
    assert only_page(confined_reader, png(Image.fromarray(grain)), "image/png").source is Source.BLANK


def test_print_of_which_nothing_is_read_is_told_as_unread() -> None:
    """A script that the model does not know is no empty page: all of it is unread, and it is sure of nothing."""
    scan = ScanReader(EngineThatReadsNothing()).read(Raster(gray=np.asarray(PICTURE), dpi=200.0))
    assert (scan.text, scan.unread, scan.confidence, scan.blank) == ("", 1.0, None, False)


def test_a_photograph_is_no_text(confined_reader: ConfinedReader) -> None:
    """A wound or a face is kept as a page without words, and fails nothing."""
    shades = np.add.outer(np.linspace(60, 170, 1600), 50 * np.sin(np.linspace(0, 9, 1200))).astype(np.uint8)
    page = only_page(confined_reader, jpeg(Image.fromarray(shades)), "image/jpeg")
    assert (page.text, page.failure) == ("", None)
