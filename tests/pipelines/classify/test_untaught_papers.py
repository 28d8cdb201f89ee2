"""Whole papers, which no model was taught, keep their theme however they come: capitals, untitled, cut, misread.

`untaught_papers.txt` holds them, in the form of `training/corpus/notes`; what is written there must never be taught.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from documents.arrival import Declaration
from documents.classification import Classification
from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.classify.linear import LinearClassifier
from tests.contracts.classifiers import pages
from training.corpus.damage import read_badly, without_accents
from training.fitting import Example
from training.measures import SIX
from training.notes import notes, parsed

UNTAUGHT = list(parsed(Path(__file__).with_name("untaught_papers.txt").read_text(encoding="utf-8")))
MEDICAL = [example for example in UNTAUGHT if example.theme is not Theme.OTHER]
#: Letterheads that speak of everything but the paper below them.
LETTERHEADS = (
    """Centre hospitalier de Valmont
Pôle imagerie - radiologie - scanner - IRM - laboratoire de biologie
Urgences - Cardiologie - Centre de vaccination
Tél 02 98 00 00 00""",
    """Maison de santé pluriprofessionnelle des Remparts
Médecins, infirmiers, kinésithérapeutes, pharmacie
Vaccinations - dépistage - suivi de grossesse - radiologie au rez-de-chaussée""",
    """Groupe Imagerie de l'Ouest
Scanner IRM échographie mammographie doppler panoramique dentaire
Dr A. Petit - Dr B. Grand - Dr C. Roux""",
    """LABORATOIRE DE BIOLOGIE MEDICALE DES QUAIS
Biologistes : Mme Roy, M. Kerne
Prélèvements sans rendez-vous de 7 h à 12 h""",
)
#: What software that knows one type alone would declare of every paper.
STAMPS = ("60591-5", "57833-6", "34112-3", "18748-4", "11502-2", "75492-9", "CERT_DECL")
Change = Callable[[str], str]


def untitled(text: str) -> str:
    """Take the first line away."""
    return "\n".join(text.split("\n")[1:]) if text.count("\n") > 1 else text


WHOLE: dict[str, Change] = {
    "as written": str,
    "capitals without accents": lambda text: without_accents(text).upper(),
    "untitled": untitled,
    "on one line": lambda text: " ".join(text.split()),
    "one letter in twenty misread": lambda text: read_badly(text, Random(text), 0.05),
}
CUT: dict[str, Change] = {
    "first half": lambda text: text[: len(text) // 2],
    "second half": lambda text: text[len(text) // 2 :],
}


@pytest.fixture(scope="module")
def classifier() -> LinearClassifier:
    """Give the packaged classifier."""
    return LinearClassifier()


def answers(
    classifier: LinearClassifier, examples: list[Example], change: Change
) -> Iterator[tuple[Theme, Classification]]:
    """Classify changed texts."""
    for example in examples:
        yield example.theme, classifier.classify(pages(change(example.text)), Declaration())


def declaring(classifier: LinearClassifier, example: Example, code: str | None) -> Classification:
    """Classify a text that its feeder declared as a type."""
    return classifier.classify(pages(example.text), Declaration(type_code=code))


def counted(found: Iterator[tuple[Theme, Classification]]) -> tuple[int, int, int]:
    """Count the answers that are right, those filed and those filed wrongly."""
    judged = [(type_code(answer.best.type_code).theme is theme, answer.accepted) for theme, answer in found]
    return sum(right for right, _ in judged), sum(filed for _, filed in judged), judged.count((False, True))


def test_no_model_is_taught_the_untaught() -> None:
    """Else they would prove nothing."""
    taught = {" ".join(note.text.split()) for note in notes()}
    assert taught.isdisjoint(" ".join(paper.text.split()) for paper in UNTAUGHT)
    assert {paper.theme for paper in UNTAUGHT} >= {*SIX, Theme.OTHER}


@pytest.mark.parametrize("change", list(WHOLE.values()), ids=list(WHOLE))
def test_a_paper_keeps_its_theme_however_it_comes(classifier: LinearClassifier, change: Change) -> None:
    """P11: neither a missing title, nor capitals, nor a poor scan makes a paper another one."""
    right, filed, wrong = counted(answers(classifier, MEDICAL, change))
    assert right >= 0.9 * len(MEDICAL)
    assert filed >= 0.6 * len(MEDICAL)
    assert wrong == 0


def test_a_letterhead_of_other_activities_misleads_hardly_ever(classifier: LinearClassifier) -> None:
    """P11: a prescription on a radiologist's paper is a prescription, in ninety-nine of a hundred that are filed."""
    found = [counted(answers(classifier, MEDICAL, f"{head}\n\n{{}}".format)) for head in LETTERHEADS]
    right, filed, wrong = (sum(counts) for counts in zip(*found, strict=True))
    assert right >= 0.95 * len(MEDICAL) * len(LETTERHEADS)
    assert filed >= 0.7 * len(MEDICAL) * len(LETTERHEADS)
    assert wrong <= 0.01 * filed


@pytest.mark.parametrize("change", list(CUT.values()), ids=list(CUT))
def test_half_a_paper_is_filed_rightly_or_not_at_all(classifier: LinearClassifier, change: Change) -> None:
    """P11: what the cut away half said is missing, and a person is asked sooner."""
    right, _, wrong = counted(answers(classifier, MEDICAL, change))
    assert right >= 0.75 * len(MEDICAL)
    assert wrong == 0


def test_a_wrong_declaration_files_hardly_any_paper(classifier: LinearClassifier) -> None:
    """P11: a feeder whose software stamps every paper with one type changes nothing of what the papers are."""
    given = [
        (example.theme, declaring(classifier, example, declared))
        for declared in STAMPS
        for example in MEDICAL
        if example.theme is not type_code(declared).theme
    ]
    _, _, wrong = counted(iter(given))
    assert wrong <= 0.005 * len(given)


def test_a_right_declaration_gives_the_exact_type(classifier: LinearClassifier) -> None:
    """The sender knows the occasion, which the words do not tell; nobody is asked."""
    given = [(example.code, declaring(classifier, example, example.code)) for example in MEDICAL]
    settled = [answer.accepted and answer.best.type_code == code for code, answer in given]
    assert sum(settled) >= 0.95 * len(MEDICAL)


def test_what_is_no_medical_paper_is_never_filed(classifier: LinearClassifier) -> None:
    """A delivery, a meeting of owners, a recipe and an invoice go to a person."""
    strangers = [example for example in UNTAUGHT if example.theme is Theme.OTHER]
    _, filed, _ = counted(answers(classifier, strangers, str))
    assert filed == 0
