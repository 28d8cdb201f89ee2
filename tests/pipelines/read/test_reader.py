"""The confined reader, with every engine, passes the contract; a page that kills it fails alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from documents.inspection import Inspection
from documents.page import Source
from pipelines.confinement.limits import Layer, Limits
from pipelines.read.engines.choice import EngineName
from pipelines.read.interface import Reader
from pipelines.read.reader import ConfinedReader
from tests.contracts.readers import ReaderContract
from tests.pipelines.files import LETTER, joined_pdf, letter_pdf, page_picture, png, scanned_pdf, tiff


@pytest.fixture(scope="module")
def confined_program() -> Iterator[ConfinedReader]:
    """Give a reader whose engine is a program."""
    reader = ConfinedReader(engine=EngineName.PYTESSERACT)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def confined_library() -> Iterator[ConfinedReader]:
    """Give a reader whose engine is Tesseract's library."""
    reader = ConfinedReader(engine=EngineName.TESSEROCR)
    yield reader
    reader.close()


class TestWithTheBest(ReaderContract):
    """The engine that this machine chooses."""

    @pytest.fixture
    def reader(self, confined_reader: ConfinedReader) -> Reader:
        """Give the reader."""
        return confined_reader


class TestWithTheLibrary(ReaderContract):
    """Tesseract within the confined child."""

    @pytest.fixture
    def reader(self, confined_library: ConfinedReader) -> Reader:
        """Give the reader."""
        return confined_library


class TestWithTheProgram(ReaderContract):
    """Tesseract started by the confined child."""

    @pytest.fixture
    def reader(self, confined_program: ConfinedReader) -> Reader:
        """Give the reader."""
        return confined_program


def test_every_layer_confines_every_engine(
    confined_reader: ConfinedReader, confined_library: ConfinedReader, confined_program: ConfinedReader
) -> None:
    """An engine that is a program is held back like one that is not."""
    assert {reader.layers() for reader in (confined_reader, confined_library, confined_program)} == {frozenset(Layer)}


def test_a_page_beyond_its_time_is_marked_and_the_next_is_read() -> None:
    """The limit is per page: a long document is never cut, and never called complete (P21, P31)."""
    reader = ConfinedReader(limits=Limits(memory=3 << 30, seconds=0.0001))
    # A scan: a text layer may be there before whoever waits for it has looked at the clock.
    (late,) = reader.read(png(page_picture(LETTER)), Inspection(media_type="image/png", pages=1), 1, 1)
    reader.close()
    assert (late.source, late.failure) == (Source.FAILED, "reader-timed-out")


def test_a_page_beyond_its_memory_is_marked() -> None:
    """What would exhaust the machine exhausts its own child (P20)."""
    reader = ConfinedReader(limits=Limits(memory=700 << 20, seconds=60.0))
    huge = png(page_picture(LETTER, size=(14_000, 14_000)))
    (page,) = reader.read(huge, Inspection(media_type="image/png", pages=1), 1, 1)
    (following,) = reader.read(letter_pdf(LETTER), Inspection(media_type="application/pdf", pages=1), 1, 1)
    reader.close()
    assert page.source is Source.FAILED
    assert following.text == LETTER


def test_an_honest_large_scan_is_read(confined_reader: ConfinedReader) -> None:
    """A plan of a hundred million pixels is brought down to size, not called a bomb (P22)."""
    large = page_picture(LETTER, size=A4_AT_1200, height=192)
    (page,) = confined_reader.read(png(large), Inspection(media_type="image/png", pages=1), 1, 1)
    assert page.text == LETTER


A4_AT_1200 = (9924, 10_000)


def test_a_long_scan_takes_no_more_memory_than_a_short_one() -> None:
    """Pages are in memory one at a time: twelve more leave the child as large as the first four made it (P20)."""
    reader = ConfinedReader()
    scan = tiff([page_picture(LETTER)] * 16)
    inspection = Inspection(media_type="image/tiff", pages=16)
    list(reader.read(scan, inspection, 1, 4))
    early = peak(reader)
    list(reader.read(scan, inspection, 5, 16))
    grown = peak(reader) - early
    reader.close()
    assert early < 600 << 20
    assert grown < 16 << 20


def test_what_was_read_of_a_long_pdf_is_let_go() -> None:
    """Scans that are large as stored are not kept by the library that draws them: forty more take no more (P20)."""
    reader = ConfinedReader()
    grain = np.random.default_rng(1).integers(250, 255, (2339, 1654)).astype(np.uint8)
    scan = joined_pdf(*[scanned_pdf(Image.fromarray(grain))] * 60)
    inspection = Inspection(media_type="application/pdf", pages=60)
    list(reader.read(scan, inspection, 1, 22))
    early = peak(reader)
    list(reader.read(scan, inspection, 23, 60))
    grown = peak(reader) - early
    reader.close()
    assert grown < 16 << 20


def test_a_large_document_is_in_memory_once() -> None:
    """What the child holds beside its model is the document, and no copy of it (P20)."""
    reader = ConfinedReader()
    list(reader.read(letter_pdf(LETTER), Inspection(media_type="application/pdf", pages=1), 1, 1))
    before = peak(reader)
    # Bytes behind the end of a PDF are part of the file, and of no page.
    padded = letter_pdf(LETTER) + b"\n" * (160 << 20)
    (page,) = reader.read(padded, Inspection(media_type="application/pdf", pages=1), 1, 1)
    grown = peak(reader) - before
    reader.close()
    assert page.source is not Source.FAILED
    assert grown < 240 << 20


def peak(reader: ConfinedReader) -> int:
    """Return the most memory that the reader's child has held so far, in bytes."""
    status = Path(f"/proc/{reader.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def spent(reader: ConfinedReader) -> float:
    """Return the seconds of a processor that the reader's child has spent so far, and what it started and ended."""
    fields = Path(f"/proc/{reader.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def test_a_born_digital_page_costs_no_ocr(confined_reader: ConfinedReader) -> None:
    """Many pages of text take the processor less time than few pages of pixels."""
    original = letter_pdf(*[LETTER] * 50)
    inspection = Inspection(media_type="application/pdf", pages=50)
    list(confined_reader.read(original, inspection, 1, 1))
    before = spent(confined_reader)
    pages = list(confined_reader.read(original, inspection, 1, 50))
    assert {page.source for page in pages} == {Source.TEXT}
    assert spent(confined_reader) - before < 3.0


@pytest.mark.parametrize(
    ("text", "source"), [("~~~ ~~~ ~~~\n~~~", Source.TEXT), ("   \n\n", Source.BLANK)], ids=["no-words", "nothing"]
)
def test_a_text_file_is_its_text_however_odd(confined_reader: ConfinedReader, text: str, source: Source) -> None:
    """There are no pixels to hold it against, so nothing makes its page fail."""
    (page,) = confined_reader.read(text.encode(), Inspection(media_type="text/plain", pages=1), 1, 1)
    assert (page.source, page.failure) == (source, None)
