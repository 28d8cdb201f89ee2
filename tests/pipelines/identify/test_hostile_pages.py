"""Pages made to hurt: identifying them ends, soon, and names nobody but whom the feeder declared."""

import time

import pytest

from documents.page import Page, Source
from pipelines.identify.identifier import EvidenceIdentifier
from tests.contracts.identifiers import DECLARED

PAGES = {
    "hundreds of people": "\n".join(f"Mme DUPONT{n} Marie née le {1 + n % 28:02d}/03/1961" for n in range(600)),
    "one person a thousand times": "Mme DUPONT Marie née le 03/03/1961\n" * 1000,
    "a long run of digits": "1" * 50_000,
    "labels without values": "Nom : Prénom : Né le : INS : " * 1000,
    "brackets": "(" * 20_000,
    "one endless word": "A" * 50_000,
    "civilities": "M. " * 8_000,
    "dates": "03/03/1961 " * 2_000,
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_a_hostile_page_ends_soon_and_brings_no_patient(identifier: EvidenceIdentifier, text: str) -> None:
    """A page as large as any reader gives costs seconds at most."""
    started = time.process_time()
    answer = identifier.identify([Page(number=1, source=Source.OCR, text=text)], DECLARED)
    assert time.process_time() - started < 10
    assert answer.ins in {None, DECLARED.ins}
