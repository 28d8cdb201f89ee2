"""Both engines pass one contract; the better is chosen."""

import pytest

from documents.errors import WrongSetting
from pipelines.read.engines.choice import EngineName, best_available, find_tessdata
from pipelines.read.engines.interface import Engine
from pipelines.read.engines.pytesseract import PytesseractEngine
from pipelines.read.engines.tesserocr import TesserocrEngine
from tests.contracts.engines import EngineContract


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


def test_the_library_is_chosen_over_the_program() -> None:
    """It costs half as much and executes nothing."""
    assert best_available() is EngineName.TESSEROCR


def test_a_language_without_model_is_a_wrong_setting() -> None:
    """Said when the reader is made, not with the first page."""
    with pytest.raises(WrongSetting):
        find_tessdata("nowhere")
