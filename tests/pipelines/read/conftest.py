"""Engines and readers, their models loaded once."""

from collections.abc import Iterator

import pytest

from pipelines.read.engines.batched import BatchedEngine
from pipelines.read.engines.choice import find_tessdata
from pipelines.read.engines.tesserocr import TesserocrEngine
from pipelines.read.model.lexicon import Lexicon, load
from pipelines.read.reader import ConfinedReader
from pipelines.read.scan import ScanReader


@pytest.fixture(scope="session")
def tesserocr_engine() -> TesserocrEngine:
    """Give the engine in this process."""
    return TesserocrEngine(find_tessdata("fra"), "fra")


@pytest.fixture(scope="session")
def batched_engine() -> BatchedEngine:
    """Give Verso's own engine, in this process."""
    return BatchedEngine(find_tessdata("fra"), "fra")


@pytest.fixture(scope="session")
def scan_reader(batched_engine: BatchedEngine) -> ScanReader:
    """Give a reader of pixels with that engine."""
    return ScanReader(batched_engine)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """Give the French words."""
    return load(find_tessdata("fra") / "fra.traineddata")


@pytest.fixture(scope="session")
def confined_reader() -> Iterator[ConfinedReader]:
    """Give a reader with the engine chosen for this machine."""
    reader = ConfinedReader()
    yield reader
    reader.close()
