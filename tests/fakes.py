"""Skills that judge plain marked-up bytes, so that flow, failures and retries can be tested without reading paper.

A document is UTF-8 text; a form feed ends a page. A line ``INS 279035121518989`` names its patient, a line
``TYPE 11502-2`` its type. Content that starts with ``BAD`` is refused as damaged. A page without text is blank; one
with the word ``SEPARATOR`` bears the code of a separator sheet.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from documents.arrival import Declaration
from documents.classification import Classification, Guess
from documents.errors import AntivirusUnavailable, DamagedFile, EmptyFile, Infected, NeedsPassword
from documents.identification import Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.inspection import Inspection
from documents.page import Box, Page, Source, Symbol
from documents.patient import OID_INS_NIR_TEST, Ins
from pipelines.read.interface import AS_FOUND
from pipelines.render.interface import NotMade
from pipelines.services import Skills
from pipelines.split.separator import PAYLOAD
from pipelines.unpack.interface import Enclosed

#: The test patient of the national samples.
INS = "279035121518989"


def paper(*lines: str, ins: str = INS, type_code: str = "11502-2", pages: int = 1) -> bytes:
    """Return a document that the fake skills understand."""
    first = "\n".join([f"INS {ins}", f"TYPE {type_code}", *lines])
    return "\f".join([first, *[f"page {number}" for number in range(2, pages + 1)]]).encode()


class PlainAntivirus:
    """Finds the word VIRUS; is away for as long as a test wants."""

    def __init__(self) -> None:
        """Be there."""
        self.away = False

    def examine(self, content: bytes) -> None:
        """Look for the word."""
        self.check()
        if b"VIRUS" in content:
            raise Infected

    def examine_stream(self, pieces: Iterable[bytes]) -> None:
        """Look for the word in all of it."""
        self.examine(b"".join(pieces))

    def check(self) -> None:
        """Say whether it is there."""
        if self.away:
            raise AntivirusUnavailable

    def signed_at(self) -> None:
        """Have no signatures."""
        self.check()


class PlainInspector:
    """Counts form feeds."""

    def inspect(self, original: bytes) -> Inspection:
        """Refuse what is empty or bad."""
        if not original:
            raise EmptyFile
        if original.startswith(b"BAD"):
            raise DamagedFile
        if original.startswith(b"LOCKED "):
            raise NeedsPassword
        return Inspection(media_type="text/plain", pages=original.count(b"\f") + 1)

    def unlock(self, original: bytes, password: str) -> bytes:
        """Accept one password."""
        if password != "sesame":
            raise NeedsPassword
        return original.removeprefix(b"LOCKED ")


@dataclass
class PlainReader:
    """Splits at form feeds; calls a hook before each page, where tests make things go wrong."""

    before_page: Callable[[int], None] = lambda _page: None
    failing: Collection[int] = ()

    def read(
        self, original: bytes, inspection: Inspection, first: int, last: int, turns: Mapping[int, int] = AS_FOUND
    ) -> Iterator[Page]:
        """Yield the pages asked for."""
        assert last <= inspection.pages
        texts = original.decode().split("\f")
        for number in range(first, last + 1):
            self.before_page(number)
            if number in self.failing:
                yield Page(number=number, source=Source.FAILED, failure="reader-failed")
            else:
                yield replace(_page(number, texts[number - 1]), turned=turns.get(number, 0))


def _page(number: int, text: str) -> Page:
    if not text.strip():
        return Page(number=number, source=Source.BLANK)
    sheet = Symbol(payload=PAYLOAD, symbology="DataMatrix", box=Box(left=0.4, top=0.4, right=0.6, bottom=0.6))
    symbols = (sheet,) if "SEPARATOR" in text else ()
    return Page(number=number, source=Source.TEXT, text=text, confidence=1.0, symbols=symbols)


class PlainCutter:
    """Cuts at form feeds; a stack that starts with UNCUTTABLE stays whole."""

    def cut(self, original: bytes, media_type: str, first: int, last: int) -> bytes:
        """Return the pages asked for."""
        assert media_type == "text/plain"
        if original.startswith(b"UNCUTTABLE"):
            raise DamagedFile
        return b"\f".join(original.split(b"\f")[first - 1 : last])


class PlainUnpacker:
    """Takes lines that begin with BOX apart: each word after it is a document."""

    def enclosed(self, content: bytes) -> Sequence[Enclosed] | None:
        """Name them by number; what is called BAD cannot be taken."""
        if not content.startswith(b"BOX "):
            return None
        return [Enclosed(name=f"{n}.txt", place=n) for n, _ in enumerate(content.split()[1:])]

    def take(self, content: bytes, place: int) -> bytes:
        """Return one."""
        word = content.split()[1 + place]
        if word == b"BAD":
            raise DamagedFile
        return word


class PlainRenderer:
    """Draws nothing: says what it was asked for."""

    def preview(self, original: bytes, inspection: Inspection, page: Page) -> bytes | NotMade:
        """Repeat the page's text, as if it were its picture."""
        assert inspection.media_type == "text/plain"
        return original.split(b"\f")[page.number - 1] or NotMade(code="no-picture")

    def typeset(self, pages: Sequence[str]) -> bytes | NotMade:
        """Repeat the pages."""
        return "\f".join(pages).encode()

    def searchable(self, original: bytes, inspection: Inspection, pages: Sequence[Page]) -> bytes | NotMade:
        """Repeat the original."""
        return original if inspection.pages == len(pages) else NotMade(code="damaged-file", failed=True)


class LineIdentifier:
    """Believes the line that starts with INS, then the declaration."""

    def identify(
        self,
        pages: Sequence[Page],
        declared: Declaration,
        received: date | None = None,  # noqa: ARG002
        header: Declaration | None = None,  # noqa: ARG002
        renamed: Mapping[Ins, Ins] | None = None,  # noqa: ARG002
    ) -> Identification:
        """Match, or find nothing."""
        found = re.search(r"^INS (\w{15})$", "\n".join(page.text for page in pages), re.MULTILINE)
        ins = Ins(number=found[1], oid=OID_INS_NIR_TEST) if found else declared.ins
        outcome = IdentityOutcome.MATCHED if ins else IdentityOutcome.INSUFFICIENT
        evidence = (Evidence(kind=EvidenceKind.MATRICULE, page=1, ins=ins),) if found else ()
        return Identification(outcome=outcome, ins=ins, evidence=evidence, reasons=("line",))


class LineClassifier:
    """Believes the line that starts with TYPE; a document without it is doubtful."""

    def classify(self, pages: Sequence[Page], _declared: Declaration) -> Classification:
        """Rank one type."""
        found = re.search(r"^TYPE (\S+)$", "\n".join(page.text for page in pages), re.MULTILINE)
        code, probability = (found[1], 0.99) if found else ("11488-4", 0.4)
        return Classification(
            guesses=(Guess(type_code=code, probability=probability),),
            accepted=found is not None,
            theme_probability=probability,
            model="line",
        )


def plain_skills(
    before_page: Callable[[int], None] = lambda _page: None,
    failing: Collection[int] = (),
    antivirus: PlainAntivirus | None = None,
) -> Skills:
    """Return skills that need no paper."""
    return Skills(
        antivirus=antivirus or PlainAntivirus(),
        inspector=PlainInspector(),
        reader=PlainReader(before_page, failing),
        renderer=PlainRenderer(),
        identifier=LineIdentifier(),
        classifier=LineClassifier(),
        cutter=PlainCutter(),
        unpacker=PlainUnpacker(),
    )
