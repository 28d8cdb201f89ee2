"""DICOM objects: secondary captures and other pictures, encapsulated PDF, structured reports."""

import io

import pydicom
from pydicom.errors import InvalidDicomError
from pydicom.uid import EncapsulatedPDFStorage

from documents.errors import DamagedFile, HarmfulFile, NoPages, TooManyPages
from pipelines.inspect.pdf import count_pages as count_pdf_pages
from pipelines.inspect.pictures import MOST_PIXELS


def open_dicom(original: bytes) -> pydicom.Dataset:
    """Open a DICOM object.

    Raises:
        DamagedFile: It is broken or cut short.
    """
    try:
        return pydicom.dcmread(io.BytesIO(original))
    except (InvalidDicomError, OSError, EOFError, ValueError, KeyError, NotImplementedError, RecursionError) as error:
        raise DamagedFile from error


def encapsulated_pdf(dataset: pydicom.Dataset) -> bytes | None:
    """Return the PDF that a DICOM object carries, if that is what it is."""
    if dataset.get("SOPClassUID") != EncapsulatedPDFStorage:
        return None
    return bytes(dataset.get("EncapsulatedDocument", b""))


def count_pages(original: bytes, most: int) -> int:
    """Return the number of pages of a DICOM object: those of its PDF, its frames, or one for a report.

    Raises:
        Refused: It is broken, empty, or more than allowed.
    """
    dataset = open_dicom(original)
    pdf = encapsulated_pdf(dataset)
    if pdf is not None:
        return count_pdf_pages(pdf, most)
    if "ContentSequence" in dataset:
        return 1
    if "PixelData" not in dataset:
        raise NoPages
    if int(dataset.get("Rows", 0)) * int(dataset.get("Columns", 0)) > MOST_PIXELS:
        raise HarmfulFile
    frames = int(dataset.get("NumberOfFrames", 1) or 1)
    if frames > most:
        raise TooManyPages
    return max(frames, 1)
