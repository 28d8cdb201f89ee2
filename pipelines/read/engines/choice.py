"""Which OCR engine this machine offers, the best first."""

import importlib.util
import shutil
from enum import StrEnum
from pathlib import Path

from documents.errors import WrongSetting
from pipelines.read.engines.interface import Engine
from pipelines.read.model.traineddata import reads_lines

#: Where Debian and others put Tesseract's models.
_USUAL_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)


class EngineName(StrEnum):
    """The engines that exist."""

    BATCHED = "batched"
    TESSEROCR = "tesserocr"
    PYTESSERACT = "pytesseract"


def find_tessdata(language: str, stated: Path | None = None) -> Path:
    """Return the folder that holds a language's model.

    Raises:
        WrongSetting: No known place has it.
    """
    for place in (stated,) if stated else map(Path, _USUAL_PLACES):
        if (place / f"{language}.traineddata").is_file():
            return place
    raise WrongSetting(f"no Tesseract model for {language}")


def best_available(language: str = "fra", tessdata: Path | None = None) -> EngineName:
    """Return the best engine for a model: Verso's own if it can run it, else Tesseract in process, else the program.

    Raises:
        WrongSetting: There is none, or no model.
    """
    first, *others = language.split("+")
    if not others and reads_lines((find_tessdata(first, tessdata) / f"{first}.traineddata").read_bytes()):
        return EngineName.BATCHED
    if importlib.util.find_spec("tesserocr") is not None:
        return EngineName.TESSEROCR
    if importlib.util.find_spec("pytesseract") is not None and shutil.which("tesseract") is not None:
        return EngineName.PYTESSERACT
    raise WrongSetting("no OCR engine")


def load(name: EngineName, tessdata: Path, language: str) -> Engine:
    """Return an engine, its model loaded.

    Raises:
        ReaderFailed: The model does not load.
    """
    # Imported here: a machine that lacks one engine must still be able to use the other.
    if name is EngineName.BATCHED:
        from pipelines.read.engines.batched import BatchedEngine  # noqa: PLC0415

        return BatchedEngine(tessdata, language)
    if name is EngineName.TESSEROCR:
        from pipelines.read.engines.tesserocr import TesserocrEngine  # noqa: PLC0415

        return TesserocrEngine(tessdata, language)
    from pipelines.read.engines.pytesseract import PytesseractEngine  # noqa: PLC0415

    return PytesseractEngine(tessdata, language)
