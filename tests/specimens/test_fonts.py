"""Fonts of the specimens."""

from pathlib import Path

import pytest

from specimens import fonts


def test_there_are_fonts_without_any_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The PDF base fonts and Vera are always there."""
    monkeypatch.setattr(fonts, "_FOLDER", tmp_path)
    assert [family.name for family in fonts.families.__wrapped__()] == ["Helvetica", "Times", "Courier", "Vera"]


@pytest.mark.parametrize("family", fonts.families(), ids=lambda family: family.name)
def test_every_font_has_the_accents_of_french(family: fonts.Family) -> None:
    """No character is without a width."""
    assert all(fonts.width(letter, family.regular, 10) > 0 for letter in "àâçéèêëîïôùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒµ²°«»")


def test_lines_are_no_wider_than_the_room() -> None:
    """And hold all the words, in order."""
    text = "Le patient a bénéficié d'une antibiothérapie avec bonne tolérance et rejoint son domicile ce jour."
    lines = fonts.wrap(text, "Helvetica", 10, 150)
    assert " ".join(lines) == text
    assert all(fonts.width(line, "Helvetica", 10) <= 150 for line in lines)
