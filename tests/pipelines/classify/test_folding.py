"""Folding makes a text the same whatever accents, capitals, digits or layout it came in."""

import pytest

from pipelines.classify.features import extract, space
from pipelines.classify.folding import fold
from pipelines.classify.shapes import SHAPES, shapes


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("HÉMOGLOBINE   12,5 g/dL", b" hemoglobine 0 g/dl "),
        ("l\u2019œdème\n\nà gauche.", b" l oedeme a gauche "),
        ("1-0-1 le 03/04/2021", b" 0-0-0 le 0/0/0 "),
        ("", b"  "),
        ("É", b" e "),
        ("日本 µg", b" ug "),
    ],
)
def test_what_does_not_matter_is_gone(text: str, folded: bytes) -> None:
    """Letters, signs of measure and the place of digits are all that stays."""
    assert fold(text).codes.tobytes().strip() == folded.strip()


def test_a_folded_word_knows_what_it_was() -> None:
    """The words that decided are shown as they stand on the page."""
    folded = fold("Créatinine : 12,50 mg/L")
    assert [folded.word(number) for number in range(len(folded.starts))] == ["Créatinine", "12,50", "mg/L"]


def test_decomposed_accents_are_accents() -> None:
    """Some PDF text layers write a letter and its accent apart."""
    assert fold("e\u0301tude").codes.tobytes() == fold("étude").codes.tobytes()


def test_a_very_long_document_is_read_at_both_ends() -> None:
    """Its beginning says what it is and its end who signed it; the middle costs time."""
    folded = fold("début " + "milieu " * 10_000 + "fin")
    words = {folded.word(number) for number in range(len(folded.starts))}
    assert {"début", "milieu", "fin"} <= words
    assert len(folded.codes) < 13_000


@pytest.mark.parametrize("text", ["", "a", "a b", "é" * 50_000, "\x00\n\x00", "12/03/2021\n" * 40])
def test_any_text_has_features(text: str) -> None:
    """Nothing that OCR yields stops the classifier."""
    features = extract(text)
    assert len(features.places) == len(features.values)
    assert features.places.max(initial=0) < space()


def test_the_shape_of_a_table_of_results_is_not_that_of_a_letter() -> None:
    """Values with units on every line are seen before any word is read."""
    table = dict(zip(SHAPES, shapes("Na 140 mmol/l (135 - 145)\nK 4,1 mmol/l (3,5 - 5)"), strict=True))
    letter = dict(zip(SHAPES, shapes("Cher confrère,\nJe revois ce patient qui va bien."), strict=True))
    assert table["value-with-unit"] == table["range"] == 1
    assert letter["value-with-unit"] == 0
    assert letter["greeting"] == 1
