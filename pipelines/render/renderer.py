"""A renderer that works in a confined child: a page that kills or exhausts it has no picture, and stops nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from documents.errors import ReaderFailed, ReaderTimedOut, Refused
from documents.inspection import Inspection
from documents.page import Page, Source, Word
from pipelines.confinement.channel import LARGEST_ANSWER
from pipelines.confinement.confinement import Confinement
from pipelines.confinement.limits import Layer, Limits
from pipelines.read import wire
from pipelines.render.interface import NotMade
from pipelines.render.typesetting import typeset

#: A page is drawn in some hundredths of a second and its words are laid in some thousandths: two thousand pages fit.
LIMITS: Final = Limits(memory=2 << 30, cpu_seconds=30, seconds=120.0)
#: Bytes of an original above which no searchable PDF is made. Both rest in memory at once, and a slot has little; half
#: as large again, the PDF is still an answer that a child may give.
_LARGEST: Final = LARGEST_ANSWER * 2 // 3
_NOTHING_TO_ADD: Final = NotMade(code="nothing-to-add")
_TOO_LARGE: Final = NotMade(code="too-large")


class ConfinedRenderer:
    """Renders in one confined child, started with the first page and kept warm."""

    def __init__(self, *, limits: Limits = LIMITS, required: frozenset[Layer] = frozenset()) -> None:
        """Prepare without starting anything.

        Args:
            limits: What the child may use for one page's preview, and for one document's searchable PDF.
            required: Layers of confinement without which nothing is rendered.
        """
        self._confinement = Confinement("pipelines.render.confined:make", {}, limits=limits, required=required)

    def preview(self, original: bytes, inspection: Inspection, page: Page) -> bytes | NotMade:
        """Return a small upright picture of a page as WebP.

        Raises:
            Interrupted: The confined process could not be used for a reason of the world.
        """
        return self._ask(original, inspection, {"page": page.number, "turned": page.turned})

    def typeset(self, pages: Sequence[str]) -> bytes:
        """Return a PDF of pages of text; made here, for there is nothing to decode that could do harm."""
        return typeset(pages)

    def searchable(self, original: bytes, inspection: Inspection, pages: Sequence[Page]) -> bytes | NotMade:
        """Return a PDF that shows what the original shows, with the words of its scans invisibly in their places.

        Raises:
            Interrupted: The confined process could not be used for a reason of the world.
        """
        recognised = [_with_recognised_words(page) for page in pages]
        if not any(page.words for page in recognised):
            return _NOTHING_TO_ADD
        if len(original) > _LARGEST:
            return _TOO_LARGE
        return self._ask(original, inspection, {"pages": [wire.to_json(page) for page in recognised]})

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

    def _ask(self, original: bytes, inspection: Inspection, request: Mapping[str, Any]) -> bytes | NotMade:
        # What keeps a child from starting is the world's fault and interrupts; what ends it afterwards is the page's.
        self._confinement.start()
        try:
            answer = self._confinement.fetch({"media_type": inspection.media_type, **request}, original)
        except (Refused, ReaderFailed, ReaderTimedOut) as failure:
            return NotMade(code=failure.code, failed=True)
        return answer if isinstance(answer, bytes) else NotMade(code=str(answer.get("not_made"))[:40])


def _with_recognised_words(page: Page) -> Page:
    return replace(page, words=tuple(_recognised(page)), text="", symbols=(), other_text=None)


def _recognised(page: Page) -> Sequence[Word]:
    if page.source is Source.OCR:
        return page.words
    # A page of text says its words itself, but for those that were recognised in its pictures: they are less than sure.
    return [word for word in page.words if word.confidence < 1.0]
