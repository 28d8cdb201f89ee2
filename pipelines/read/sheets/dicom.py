"""Pages of DICOM objects: the frames of captures, the pages of an encapsulated PDF, the text of a report."""

import pydicom
from PIL import Image
from pydicom.pixels.processing import apply_voi_lut
from pydicom.pixels.utils import pixel_array

from documents.errors import DamagedFile
from documents.page import Box
from pipelines.inspect.dicom import encapsulated_pdf, open_dicom
from pipelines.inspect.pictures import damage_is_refused
from pipelines.read.layer import TextLayer
from pipelines.read.raster import Raster, believable_dpi
from pipelines.read.sheets.interface import Original, Sheet
from pipelines.read.sheets.pdf import PdfFile
from pipelines.read.sheets.picture import to_gray
from pipelines.read.sheets.plain import PlainText


def open_dicom_file(original: bytes) -> Original:
    """Return the pages of a DICOM object by what it holds.

    Raises:
        Refused: It is broken.
    """
    dataset = open_dicom(original)
    pdf = encapsulated_pdf(dataset)
    if pdf is not None:
        return PdfFile(pdf)
    if "ContentSequence" in dataset:
        return PlainText("\n".join(_report_lines(dataset)).encode())
    return DicomFrames(dataset)


class DicomFrames:
    """An object made of pictures."""

    def __init__(self, dataset: pydicom.Dataset) -> None:
        """Take the object."""
        self._dataset = dataset

    def sheet(self, number: int) -> Sheet:
        """Return a frame."""
        return DicomFrame(self._dataset, number)

    def close(self) -> None:
        """Nothing is open."""


class DicomFrame:
    """One frame: pixels and nothing else."""

    def __init__(self, dataset: pydicom.Dataset, number: int) -> None:
        """Take a frame by its number, from 1."""
        self._dataset = dataset
        self._number = number

    def layer(self) -> TextLayer | None:
        """Return none: pixels only."""
        return None

    def pictures(self) -> tuple[Box, ...]:
        """Return the whole page."""
        return (Box(left=0.0, top=0.0, right=1.0, bottom=1.0),)

    def codes(self) -> tuple[Box, ...]:
        """Return none: a page of pixels is searched as it is read."""
        return ()

    def raster(self, within: Box | None = None) -> Raster:
        """Decode the frame, windowed as the object says."""
        with damage_is_refused():
            pixels = pixel_array(self._dataset, index=self._number - 1)
            if pixels.ndim == 2:
                pixels = apply_voi_lut(pixels, self._dataset)
                if self._dataset.get("PhotometricInterpretation") == "MONOCHROME1":
                    pixels = pixels.max() - pixels
            picture = Image.fromarray(pixels if pixels.ndim == 3 else pixels.astype("float32"))
            gray = to_gray(picture)
        page = Raster(gray=gray, dpi=believable_dpi(None, gray.shape[1], gray.shape[0]))
        return page if within is None else page.part(within)


def _report_lines(dataset: pydicom.Dataset, depth: int = 0) -> list[str]:
    if depth > 32:
        raise DamagedFile
    lines = []
    if depth == 0:
        lines = [str(dataset.get(name)) for name in ("PatientName", "PatientBirthDate") if dataset.get(name)]
        lines += [_meaning(dataset, "ConceptNameCodeSequence")]
    for item in dataset.get("ContentSequence", []):
        name = _meaning(item, "ConceptNameCodeSequence")
        value = _value(item)
        if value:
            lines.append(f"{name} : {value}" if name else value)
        elif name and "ContentSequence" in item:
            lines.append(name)
        lines += _report_lines(item, depth + 1)
    return [line for line in lines if line]


def _value(item: pydicom.Dataset) -> str:
    if "MeasuredValueSequence" in item:
        measured = item.MeasuredValueSequence[0]
        unit = _meaning(measured, "MeasurementUnitsCodeSequence")
        return f"{measured.get('NumericValue', '')} {unit}".strip()
    for name in ("TextValue", "PersonName", "Date", "Time", "DateTime"):
        if name in item:
            return str(item.get(name))
    return _meaning(item, "ConceptCodeSequence")


def _meaning(item: pydicom.Dataset, name: str) -> str:
    sequence = item.get(name)
    return str(sequence[0].get("CodeMeaning", "")) if sequence else ""
