"""What a text is taken for must stand on more than one of its sentences."""

import pytest

from documents.theme import Theme
from pipelines.classify.features import extract
from pipelines.classify.linear import PACKAGED
from pipelines.classify.model import Model
from pipelines.classify.reasons import because, stands

RADIOLOGY = "Scanner thoracique injecté : opacité du lobe moyen, adénopathies médiastinales, épanchement pleural."
NOTE = "Toux depuis trois semaines, apyrétique, auscultation libre. Je le revois lundi."


@pytest.fixture(scope="module")
def model() -> Model:
    """The packaged model."""
    return Model.load(PACKAGED)


def place(model: Model, theme: Theme) -> int:
    """Give the place of a theme."""
    return model.themes.index(theme)


def test_a_note_does_not_stand_as_imaging_on_one_sentence(model: Model) -> None:
    """Without it, nothing of the note is imaging."""
    assert not stands(model, extract(f"{NOTE} {RADIOLOGY}"), place(model, Theme.IMAGING))


def test_lines_are_parted_as_sentences_are(model: Model) -> None:
    """Notes are written without full stops."""
    text = f"{NOTE} {RADIOLOGY}".replace(". ", "\n").removesuffix(".")
    assert not stands(model, extract(text), place(model, Theme.IMAGING))


def test_what_every_sentence_says_stands(model: Model) -> None:
    """A picture described in two sentences is a picture in either."""
    text = f"{RADIOLOGY}\nIRM du genou : lésion méniscale interne, ligaments continus, épanchement articulaire."
    assert stands(model, extract(text), place(model, Theme.IMAGING))


@pytest.mark.parametrize("text", ["", RADIOLOGY, " \n" * 20_000])
def test_a_text_of_one_statement_has_nothing_to_lose(model: Model, text: str) -> None:
    """It stands or falls with its probability; blanks without end are no statements."""
    assert stands(model, extract(text), place(model, Theme.IMAGING))


def test_reasons_are_the_loudest_words(model: Model) -> None:
    """The first of them comes from the sentence that decided."""
    reasons = because(model, extract(f"{NOTE} {RADIOLOGY}"), place(model, Theme.IMAGING))
    assert all(word in RADIOLOGY for word in reasons[0].split())
