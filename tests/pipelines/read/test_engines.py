"""All engines pass one contract; the best is chosen."""

import pytest

from documents.errors import WrongSetting
from pipelines.read.engines.batched import BatchedEngine
from pipelines.read.engines.choice import EngineName, best_available, find_tessdata
from pipelines.read.engines.interface import Engine
from pipelines.read.engines.pytesseract import PytesseractEngine
from pipelines.read.engines.tesserocr import TesserocrEngine
from tests.contracts.engines import EngineContract


class TestBatched(EngineContract):
    """Verso's own."""

    @pytest.fixture
    def engine(self) -> Engine:
        """Give the engine."""
        return BatchedEngine(find_tessdata("fra"), "fra")


class TestTesserocr(EngineContract):
    """Tesseract as a library."""

    @pytest.fixture
    def engine(self, tesserocr_engine: TesserocrEngine) -> Engine:
        """Give the engine."""
        return tesserocr_engine


class TestPytesseract(EngineContract):
    """Tesseract as a program."""

    @pytest.fixture
    def engine(self) -> Engine:
        """Give the engine."""
        return PytesseractEngine(find_tessdata("fra"), "fra")


@pytest.mark.parametrize(
    ("language", "best"), [("fra", EngineName.BATCHED), ("fra+eng", EngineName.TESSEROCR)], ids=["one", "two"]
)
def test_the_engine_that_costs_least_is_chosen(language: str, best: EngineName) -> None:
    """Several languages at once are for Tesseract, and its library costs less than its program."""
    assert best_available(language) is best


def test_a_language_without_model_is_a_wrong_setting() -> None:
    """Said when the reader is made, not with the first page."""
    with pytest.raises(WrongSetting):
        find_tessdata("nowhere")
