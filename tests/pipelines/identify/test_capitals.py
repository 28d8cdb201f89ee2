"""Lines in capitals: a name is told from a heading by its words."""

import pytest

from documents.arrival import Declaration
from documents.page import Page, Source
from pipelines.identify import capitals
from pipelines.identify.folding import fold
from pipelines.identify.identifier import EvidenceIdentifier


def found(text: str) -> list[str]:
    """Return the lines of a text that may be names."""
    return [text[start:end] for start, end in capitals.find(text, fold(text))]


@pytest.mark.parametrize("line", ["DURAND JEANNE", "GOFF-MARTIN YANN", "QUÉMÉNEUR ANNE-SOPHIE", "MARTIN PAUL HENRI"])
def test_a_line_of_capitals_may_be_a_name(line: str) -> None:
    """As windows of envelopes, traces and old programs print them."""
    assert found(f"12/03/2024\n{line}\n12 bis passage des Lilas\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "COMPTE RENDU",
        "RADIOGRAPHIE THORACIQUE",
        "CENTRE HOSPITALIER",
        "NUMÉRATION FORMULE SANGUINE",
        "RENDEZ-VOUS URGENT",
        "RUE PASTEUR",
        "ECG DE REPOS",
        "TRAITEMENT",
        "Durand Jeanne",
        "DURAND JEANNE va bien",
    ],
)
def test_a_heading_is_no_name(line: str) -> None:
    """Nor is a house, a street, one word, or a sentence."""
    assert found(f"avant\n{line}\naprès") == []


def test_a_trace_that_bears_another_name_in_capitals_is_not_filed_by_declaration(
    identifier: EvidenceIdentifier, declared: Declaration
) -> None:
    """A stranger's trace in the file bears nothing but a name: no page without a mark any more."""
    trace = Page(number=1, source=Source.OCR, text="DURAND JEANNE\n25 mm/s 10 mm/mV\nFC 72")
    assert identifier.identify([trace], declared).reasons == ("name-unread",)
    own = Page(number=1, source=Source.OCR, text="PAT-TROIS DOMINIQUE\n25 mm/s 10 mm/mV\nFC 72")
    assert identifier.identify([own], declared).reasons == ("declared-name-on-page",)
