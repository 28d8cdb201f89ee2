"""Notes are labelled texts that no grammar drew."""

from collections import Counter

from documents.theme import Theme
from training.measures import SIX
from training.notes import SOURCE, notes


def test_notes_cover_the_six_themes_and_what_is_none() -> None:
    """Each of the six is there several times, and so are papers that ought to go to a person."""
    counts = Counter(note.theme for note in notes())
    assert all(counts[theme] >= 10 for theme in (*SIX, Theme.OTHER))


def test_a_note_is_a_text_of_its_own() -> None:
    """No two are alike, none holds the mark that parts them, and all are of one source."""
    texts = [note.text for note in notes()]
    assert len(set(texts)) == len(texts)
    assert not any("== " in text or not text.strip() for text in texts)
    assert {note.source for note in notes()} == {SOURCE}
