"""The language of each page is told by its small words, and never guessed."""

import pytest

from pipelines.read.language import language_of
from tests.pipelines.files import LETTER


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (LETTER, "fr"),
        ("The patient was seen at the clinic for a follow-up of his asthma, which has been stable with this.", "en"),
        ("De patiënt werd gezien op het spreekuur voor controle van zijn bloeddruk, die niet te hoog is.", "nl"),
        ("Der Patient wurde bei uns mit Fieber aufgenommen und ist nach einer Woche nicht mehr krank.", "de"),
        ("Sodium 140 mmol/L\nPotassium 4,1 mmol/L", None),
        ("", None),
    ],
    ids=["french", "english", "dutch", "german", "figures", "nothing"],
)
def test_a_page_is_of_the_language_of_its_small_words(text: str, language: str | None) -> None:
    """Accents or not (P38); figures are of no language."""
    assert language_of(text) == language
