"""Short notes without a title, which no model was taught, are filed rightly or not at all.

`untaught.txt` holds them, in the form of `training/corpus/notes`; what is written there must never be taught.
"""

from pathlib import Path

import pytest

from documents.arrival import Declaration
from documents.classification import Classification
from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.classify.linear import LinearClassifier
from tests.contracts.classifiers import pages
from training.fitting import Example
from training.measures import SIX
from training.notes import notes, parsed
from training.scraps import scraps

UNTAUGHT = list(parsed(Path(__file__).with_name("untaught.txt").read_text(encoding="utf-8")))
LETTERHEAD = """Hôpital des Deux-Rives
12 quai du Port
17000 La Rochelle
Tél. 05 00 00 00 00
N° FINESS 170000000
Nom de naissance : DUBREUIL
Prénoms : RENÉE
Née le : 21/07/1963 - Sexe : F"""
#: Emergency notes in which one line speaks of a picture, of tests or of a drug.
EMERGENCIES = [
    "Crise convulsive. Agitation.\nRadiographie : fracture non déplacée.\nContusion simple. Reste en médecine.",
    "Chute dans l'escalier. Douleur du poignet.\nRx : pas de fracture visible.\nAttelle. Retour à domicile.",
    "Malaise vagal. Examen sans particularité.\nBilan biologique : CRP 4, Hb 13,1, K 4,2.\nSortie accompagnée.",
    "Colique néphrétique.\nScanner : calcul urétéral gauche de 4 mm.\nKétoprofène 100 mg IV, soulagé. Sortie.",
    "Plaie du menton. Suture 4 points.\nVaccination antitétanique faite.\nSurveillance de la plaie par l'infirmière.",
    "Dyspnée sifflante.\nVentoline 5 mg en aérosol x3, Solupred 40 mg.\nRadio de thorax normale. UHCD.",
]


@pytest.fixture(scope="module")
def classifier() -> LinearClassifier:
    """Give the packaged classifier."""
    return LinearClassifier()


def answers(classifier: LinearClassifier, examples: list[Example]) -> list[tuple[Example, Classification]]:
    """Classify texts."""
    return [(example, classifier.classify(pages(example.text), Declaration())) for example in examples]


def is_right(example: Example, answer: Classification) -> bool:
    """Tell whether the best guess is of the right theme."""
    return type_code(answer.best.type_code).theme is example.theme


def test_no_model_is_taught_the_untaught() -> None:
    """Else they would prove nothing."""
    taught = {" ".join(note.text.split()) for note in notes()}
    assert taught.isdisjoint(" ".join(note.text.split()) for note in UNTAUGHT)
    assert {note.theme for note in UNTAUGHT} == {*SIX, Theme.OTHER}


def test_short_notes_that_are_filed_are_filed_rightly(classifier: LinearClassifier) -> None:
    """P11: where four lines are too little to tell, a person is asked; where they are enough, nobody is."""
    filed = [(example, answer) for example, answer in answers(classifier, UNTAUGHT) if answer.accepted]
    wrong = [example.code for example, answer in filed if not is_right(example, answer)]
    assert len(filed) >= 0.15 * len(UNTAUGHT)
    assert len(wrong) <= 0.04 * len(filed)


def test_most_short_notes_are_ranked_rightly(classifier: LinearClassifier) -> None:
    """What a person is proposed first is mostly what it is."""
    right = [is_right(example, answer) for example, answer in answers(classifier, UNTAUGHT)]
    assert sum(right) >= 0.75 * len(right)


@pytest.mark.parametrize("note", EMERGENCIES)
@pytest.mark.parametrize("head", ["", f"{LETTERHEAD}\n"], ids=["bare", "with letterhead"])
def test_one_line_about_a_picture_or_a_drug_does_not_file_a_note(
    classifier: LinearClassifier, head: str, note: str
) -> None:
    """P11: a note from an emergency room is no imaging report for its one line about an X-ray."""
    answer = classifier.classify(pages(head + note), Declaration())
    assert not answer.accepted or type_code(answer.best.type_code).theme is Theme.REPORT


def test_a_scrap_of_a_paper_is_seldom_filed(classifier: LinearClassifier) -> None:
    """A few lines of what was cut away are filed less often than the papers they come from."""
    torn = scraps(UNTAUGHT, seed=5, each=2)
    whole, parts = (sum(answer.accepted for _, answer in answers(classifier, some)) for some in (UNTAUGHT, torn))
    assert parts / len(torn) < whole / len(UNTAUGHT)
