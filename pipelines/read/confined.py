"""The reader's half in the confined child: opens the held document once, then reads page after page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2

from pipelines.inspect import pictures
from pipelines.inspect.media_type import PICTURES, MediaType
from pipelines.read import wire
from pipelines.read.engines.choice import EngineName, load
from pipelines.read.model import lexicon
from pipelines.read.page_reader import PageReader
from pipelines.read.scan import ScanReader
from pipelines.read.sheets.cda import CdaFile
from pipelines.read.sheets.dicom import open_dicom_file
from pipelines.read.sheets.interface import Original
from pipelines.read.sheets.message import MessageFile
from pipelines.read.sheets.pdf import PdfFile
from pipelines.read.sheets.picture import PictureFile
from pipelines.read.sheets.plain import PlainText

#: Pages after which a document is opened anew: pdfium keeps the scan of every page that it has drawn.
_PAGES_AT_ONCE = 20


class ReadingTask:
    """Reads the pages of one document after another."""

    def __init__(self, reader: PageReader) -> None:
        """Read with this page reader."""
        self._reader = reader
        self._document = b""
        self._original: Original | None = None
        self._answered = 0

    def hold(self, document: bytes) -> None:
        """Keep the document to read; open it with the first page asked for."""
        self._put_away()
        self._document = document

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a page as read.

        Raises:
            Refused: It cannot be decoded.
        """
        if self._answered == _PAGES_AT_ONCE:
            self._put_away()
        if self._original is None:
            self._original = _open(self._document, MediaType(request["media_type"]))
        self._answered += 1
        return wire.to_json(self._reader.read(self._original, int(request["page"]), request["turned"]))

    def _put_away(self) -> None:
        if self._original is not None:
            self._original.close()
        self._original = None
        self._answered = 0


def make(options: Mapping[str, Any]) -> ReadingTask:
    """Make the child's task, its engine loaded."""
    cv2.setNumThreads(1)
    pictures.prepare()
    tessdata, language = Path(options["tessdata"]), str(options["language"])
    engine = load(EngineName(options["engine"]), tessdata, language)
    words = lexicon.load(tessdata / f"{language}.traineddata")
    return ReadingTask(PageReader(ScanReader(engine), words))


def _open(document: bytes, media_type: MediaType) -> Original:
    if media_type is MediaType.PDF:
        return PdfFile(document)
    if media_type in PICTURES:
        return PictureFile(document, media_type)
    if media_type is MediaType.DICOM:
        return open_dicom_file(document)
    if media_type is MediaType.CDA:
        return CdaFile(document)
    if media_type is MediaType.HL7:
        return MessageFile(document)
    return PlainText(document)
