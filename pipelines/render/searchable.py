"""The searchable PDF of any original, within the size that it may have."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from documents.page import Page
from pipelines.cda.leaves import Cda, open_cda
from pipelines.inspect.dicom import encapsulated_pdf, open_dicom
from pipelines.inspect.media_type import PICTURES, MediaType
from pipelines.inspect.pictures import open_picture
from pipelines.read.sheets.dicom import DicomFrames
from pipelines.render.binding import bind_frames, bind_pictures
from pipelines.render.underlay import lay_under

#: How many times larger than the original the PDF may be (P39).
MOST_GROWTH: Final = 1.5
NOTHING_TO_ADD: Final = "nothing-to-add"
TOO_LARGE: Final = "too-large"


def searchable(original: bytes, media_type: MediaType, pages: Sequence[Page]) -> bytes | str:
    """Return the searchable PDF, or the code of why there is none.

    Args:
        original: The document's bytes.
        media_type: What they are.
        pages: Every page, with the words to be added to it.

    Raises:
        Refused: The original cannot be decoded.
    """
    made = _made(original, media_type, pages)
    if isinstance(made, bytes) and len(made) > MOST_GROWTH * len(original):
        return TOO_LARGE
    return made


def _made(original: bytes, media_type: MediaType, pages: Sequence[Page]) -> bytes | str:
    if media_type is MediaType.PDF:
        return lay_under(original, pages) or NOTHING_TO_ADD
    if media_type in PICTURES:
        return bind_pictures(open_picture(original, media_type), original, pages) or TOO_LARGE
    if media_type is MediaType.CDA:
        return _of_cda(open_cda(original), pages)
    if media_type is not MediaType.DICOM:
        return NOTHING_TO_ADD
    dataset = open_dicom(original)
    pdf = encapsulated_pdf(dataset)
    if pdf is not None:
        return lay_under(pdf, pages) or NOTHING_TO_ADD
    return bind_frames(DicomFrames(dataset), pages) if "PixelData" in dataset else NOTHING_TO_ADD


def _of_cda(cda: Cda, pages: Sequence[Page]) -> bytes | str:
    """Return the searchable form of the only file that a document carries; of several, none would be the document."""
    if len(cda.files) != 1 or cda.files[0] is None:
        return NOTHING_TO_ADD
    numbers = {place: leaf.number for place, leaf in enumerate(cda.leaves, start=1) if leaf.medium == 0}
    own = [replace(page, number=numbers[page.number]) for page in pages if page.number in numbers]
    return _made(*cda.files[0], own)
