"""What the engine surely misreads is put right; what may be meant is left alone."""

import pytest

from pipelines.read.correcting import corrected
from pipelines.read.engines.interface import Glyphs, Line
from pipelines.read.rows import rows_of


def line(text: str, *, confidence: float = 0.9, gap: int = 10, left: int = 0, top: int = 0) -> Line:
    """Set a line of words, twenty pixels a letter."""
    words = []
    for word in text.split():
        right = left + 20 * len(word)
        words.append(Glyphs(text=word, left=left, top=top, right=right, bottom=top + 30, confidence=confidence))
        left = right + gap
    return words


def text_of(lines: list[Line]) -> list[str]:
    """Return lines as texts."""
    return [" ".join(word.text for word in words) for words in lines]


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("+ Paracétamol 1 g", "• Paracétamol 1 g"),
        ("Prélevé Le 12/03/2024", "Prélevé le 12/03/2024"),
        ("par La bouche", "par la bouche"),
        ("reflux gastro-æsophagien", "reflux gastro-œsophagien"),
        ("ædème du cæur", "œdème du cœur"),
        ("24 kg/m? environ", "24 kg/m² environ"),
        ("100 ug par jour", "100 µg par jour"),
        ("125 u1g le soir", "125 µg le soir"),
        ("88 umol/L", "88 µmol/L"),
        ("plaquettes 245 GIL", "plaquettes 245 G/L"),
        ("0,818 g/cm”, T-score", "0,818 g/cm², T-score"),
        ("10 000 Ul/mL", "10 000 UI/mL"),
        ("1gG et 1gM négatives", "IgG et IgM négatives"),
    ],
)
def test_what_french_print_never_says_is_put_right(seen: str, meant: str) -> None:
    """Bullets, articles, ligatures and units."""
    assert text_of(corrected([line(seen)])) == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "Docteur Yves Le Goff",
        "Madame LE GALL",
        "+ 3 dioptries",
        "Docteur Paul GIL",
        "Vous prenez 1g par jour",
        "naevus et cæcum",
        "Suivi. Le patient va bien",
        "Combien pèse un m? Rien",
    ],
)
def test_what_may_be_meant_is_left_alone(text: str) -> None:
    """Names, doses and Latin words are not touched, and digits never."""
    assert text_of(corrected([line(text)])) == [text]


def test_an_article_that_begins_a_column_keeps_its_capital() -> None:
    """A wide gap parts two sayings of one row."""
    (first,) = [line("patient Le 12 mars", gap=200)]
    assert text_of(corrected([first])) == ["patient Le 12 mars"]


def test_scribbles_are_no_text_and_faint_lines_are() -> None:
    """A signature gives letters of little confidence; a pale line gives more."""
    assert text_of(corrected([line("VYN -", confidence=0.2), line("Ordonnance de ville", confidence=0.4)])) == [
        "Ordonnance de ville"
    ]


def test_a_doubtful_letter_is_dirt_at_the_edge_and_a_result_within_the_print() -> None:
    """A blood group stands alone in its column: what is read with doubt there is never left out."""
    page = [
        line("Le patient est venu en consultation"),
        [*line("Groupe ABO"), *line("O", left=400, confidence=0.3)],
        [*line("Rhésus"), *line("l", left=4000, confidence=0.3)],
    ]
    assert text_of(corrected(page))[1:] == ["Groupe ABO O", "Rhésus"]


def test_pieces_of_a_row_come_together_from_left_to_right() -> None:
    """Whatever the order in which the engine told them."""
    pieces = [line("une par jour", left=900), line("Paracétamol", top=2), line("Suite", top=60)]
    assert text_of(rows_of(pieces)) == ["Paracétamol une par jour", "Suite"]


def test_a_word_broken_by_the_engine_is_one_again() -> None:
    """Two pieces without a gap are one word."""
    assert text_of(rows_of([line("na"), line("issance", left=43)])) == ["naissance"]
