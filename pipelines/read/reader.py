"""A reader that works in a confined child: a page that kills or exhausts it fails alone, the others are read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from documents.errors import ReaderFailed, ReaderTimedOut, Refused
from documents.inspection import Inspection
from documents.page import Page, Source
from pipelines.confinement.confinement import Confinement
from pipelines.confinement.limits import Layer, Limits
from pipelines.read import wire
from pipelines.read.engines.choice import EngineName, best_available, find_tessdata
from pipelines.read.interface import AS_FOUND

#: A page of pure noise takes Tesseract up to 17 s on a slow core; what needs several times that is hostile.
LIMITS = Limits(memory=3 << 30, cpu_seconds=60, seconds=180.0)
#: What the `tesseract` program is handed through memory: one page of pixels and its table of words.
_LARGEST_HANDED_OVER = 256 << 20


class ConfinedReader:
    """Reads in one confined child, started with the first page and kept warm with its model loaded."""

    def __init__(
        self,
        *,
        engine: EngineName | None = None,
        language: str = "fra",
        tessdata: Path | None = None,
        limits: Limits = LIMITS,
        required: frozenset[Layer] = frozenset(),
    ) -> None:
        """Prepare without starting anything.

        Args:
            engine: The OCR engine; None chooses the best for the model.
            language: Tesseract's name for the language of the pages, or several joined by ``+``.
            tessdata: The folder with its models; None looks in the usual places.
            limits: What the child may use for one page.
            required: Layers of confinement without which nothing is read.

        Raises:
            WrongSetting: No engine or no model is installed.
        """
        folder = find_tessdata(language.partition("+")[0], tessdata)
        self.engine = EngineName(engine) if engine else best_available(language, folder)
        program = self.engine is EngineName.PYTESSERACT
        self._confinement = Confinement(
            "pipelines.read.confined:make",
            {"engine": self.engine, "language": language, "tessdata": str(folder)},
            limits=replace(limits, largest_file=_LARGEST_HANDED_OVER) if program else limits,
            starts_programs=program,
            required=required,
        )

    def read(
        self, original: bytes, inspection: Inspection, first: int, last: int, turns: Mapping[int, int] = AS_FOUND
    ) -> Iterator[Page]:
        """Yield pages ``first`` to ``last``, each as soon as it is read: see `pipelines.read.interface.Reader`."""
        for number in range(first, last + 1):
            yield self._page(original, inspection.media_type, number, turns.get(number))

    def layers(self) -> frozenset[Layer]:
        """Return the layers that confine the child, starting it if needed."""
        return self._confinement.start()

    @property
    def pid(self) -> int | None:
        """The child's process number while it lives, for whoever watches what it uses."""
        return self._confinement.pid

    def close(self) -> None:
        """End the child. The next page starts another."""
        self._confinement.close()

    def _page(self, original: bytes, media_type: str, number: int, turned: int | None) -> Page:
        # What keeps a child from starting is the world's fault and interrupts; what ends it afterwards is the page's.
        self._confinement.start()
        try:
            request = {"media_type": media_type, "page": number, "turned": turned}
            page = wire.from_json(self._confinement.ask(request, original))
        except (Refused, ReaderFailed, ReaderTimedOut) as failure:
            return Page(number=number, source=Source.FAILED, failure=failure.code)
        return page
