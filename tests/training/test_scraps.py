"""Scraps are a few lines of a text, and bear its label."""

from dataclasses import replace

from documents.theme import Theme
from training.fitting import Example
from training.notes import notes
from training.scraps import scraps

LETTER = Example(
    text="\n".join(f"Ligne {number} du texte, avec quelques mots." for number in range(30)),
    theme=Theme.REPORT,
    code="11488-4",
    source="somebody",
)


def test_a_scrap_is_lines_in_a_row_of_its_text() -> None:
    """Nothing is made up, and the label is that of the whole."""
    for scrap in scraps([LETTER], seed=1, each=20):
        assert scrap.text in LETTER.text
        assert scrap == replace(LETTER, text=scrap.text)
        assert len(scrap.text) < len(LETTER.text) / 2


def test_a_paragraph_is_torn_between_its_sentences() -> None:
    """A text without line ends has scraps all the same."""
    running = replace(LETTER, text=LETTER.text.replace("\n", " "))
    assert all(scrap.text.startswith("Ligne") for scrap in scraps([running], seed=1, each=5))
    assert scraps([running], seed=1, each=5)


def test_what_is_too_short_is_not_torn() -> None:
    """A note of one line is a note, not a scrap; an empty page is nothing."""
    assert not scraps([replace(LETTER, text=text) for text in ("", "Thorax : RAS", "Doliprane 1 g 3 fois par jour")], 1)


def test_the_same_seed_tears_the_same_scraps() -> None:
    """Training can be repeated."""
    assert scraps(notes(), seed=3) == scraps(notes(), seed=3) != scraps(notes(), seed=4)


def test_about_as_many_are_torn_as_asked_for() -> None:
    """Half of the texts, when each has half a scrap."""
    assert 30 < len(scraps([LETTER] * 100, seed=1, each=0.5)) < 70
