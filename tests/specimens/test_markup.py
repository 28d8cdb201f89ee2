"""The markup of blocks."""

from specimens.markup import parse, plain
from specimens.paper import Blank, Divider, Fields, Heading, Item, PageBreak, Paragraph, Table


def test_a_line_is_a_block() -> None:
    """Each mark makes its block; what has none is a paragraph and begins with a capital."""
    text = "# Titre\n## Partie\nsuite\n- un\n... Date\n---\n===\n"
    assert parse(text) == (
        Heading("Titre", 0),
        Heading("Partie", 1),
        Paragraph("Suite"),
        Item("un"),
        Blank("Date"),
        Divider(),
        PageBreak(),
    )


def test_rows_and_fields_are_gathered() -> None:
    """Rows that follow each other are one table, labels one list."""
    assert parse("|! A | B\n| 1 | 2\n| 3 | 4") == (Table(("A", "B"), (("1", "2"), ("3", "4"))),)
    assert parse("Nom :: X\nSexe :: F") == (Fields((("Nom", "X"), ("Sexe", "F"))),)


def test_spaces_left_by_empty_choices_are_closed() -> None:
    """A text drawn from the grammar reads as if typed."""
    assert parse("fièvre  .  Suite ,  fin") == (Paragraph("Fièvre. Suite, fin"),)


def test_plain_text_holds_every_word() -> None:
    """Titles, items, fields and cells are all there."""
    blocks = parse("# Titre\n- un\nNom :: X\n|! A | B\n| 1 | 2")
    assert plain(blocks) == "Titre\n- un\nNom : X\nA B\n1 2"
