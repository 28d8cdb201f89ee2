"""The confined inspector: what a file is, told without trusting it."""

import struct
import zlib
from collections.abc import Iterator

import pytest

from documents.errors import HarmfulFile, TooLarge
from pipelines.confinement.limits import Limits
from pipelines.inspect.inspector import ConfinedInspector
from tests.contracts.inspectors import InspectorContract
from tests.pipelines.files import letter_pdf


@pytest.fixture(scope="module")
def inspector() -> Iterator[ConfinedInspector]:
    """Give an inspector that accepts eight pages."""
    inspector = ConfinedInspector(most_pages=8)
    yield inspector
    inspector.close()


class TestConfinedInspector(InspectorContract):
    """The confined inspector passes the contract."""


@pytest.fixture
def frugal() -> Iterator[ConfinedInspector]:
    """Give an inspector with little to spend."""
    frugal = ConfinedInspector(largest=2_000_000, limits=Limits(memory=1 << 30, cpu_seconds=3, seconds=30.0))
    yield frugal
    frugal.close()


def png_that_declares(side: int) -> bytes:
    """Make a PNG of a few bytes that declares a huge square."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def test_a_picture_that_no_paper_holds_is_harmful(frugal: ConfinedInspector) -> None:
    """Sixty thousand pixels square in a kilobyte: a bomb, refused before any is decoded."""
    with pytest.raises(HarmfulFile):
        frugal.inspect(png_that_declares(60_000))


def test_what_is_too_large_is_refused_unseen(frugal: ConfinedInspector) -> None:
    """No child sees it."""
    with pytest.raises(TooLarge):
        frugal.inspect(bytes(2_000_001))


def test_a_file_that_kills_the_parser_is_harmful_and_the_next_is_inspected(
    frugal: ConfinedInspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parser that dies twice on one file blames the file; a third child serves the next."""
    monkeypatch.setattr(frugal._confinement, "_task", "tests.pipelines.inspect.deadly:make")
    with pytest.raises(HarmfulFile):
        frugal.inspect(letter_pdf("Bonjour"))
    monkeypatch.undo()
    assert frugal.inspect(letter_pdf("Bonjour")).pages == 1
