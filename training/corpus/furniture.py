"""Furniture: what stands around a text on paper (letterhead, patient block, footer) and how its lines are drawn."""

import random
import re
from collections.abc import Callable

from training.corpus.grammar import Grammar

#: How a table's cells may be parted: drawn, spaced, tabbed, or one cell a line as poor text layers give them.
_BORDERS = (" | ", " | ", "  ", "   ", "\t", " ", " : ", "\n", " ; ", " ")
_BULLETS = ("- ", "• ", "* ", "o ", "-", "> ", "· ")
_HEADING = re.compile(r"^([^\W\d][^:.\n]{2,38}) :(?=\s|$)", re.MULTILINE)


def draw_cells(text: str, rng: random.Random) -> str:
    """Draw the borders of cells, one way for the whole document."""
    border = rng.choice(_BORDERS)
    return re.sub(r" *¦ *", lambda _: border, text)


def restyle(text: str, rng: random.Random) -> str:
    """Change how headings, bullets and line ends look, as another writer's software would."""
    for change, chance in _STYLES:
        if rng.random() < chance:
            text = change(text, rng)
    return text


def surround(text: str, grammar: Grammar, rng: random.Random) -> str:
    """Put a letterhead, a patient, a date and a footer around a text, each sometimes."""
    before = [grammar.write(f"{{{symbol}}}", rng) for symbol, chance in _BEFORE if rng.random() < chance]
    after = [grammar.write("{pied}", rng) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
    return "\n".join([*before, text, *after])


_BEFORE = (("entete", 0.6), ("date", 0.3), ("identite", 0.6))


def _capital_headings(text: str, _: random.Random) -> str:
    return _HEADING.sub(lambda found: found[0].upper(), text)


def _headings_alone(text: str, _: random.Random) -> str:
    return _HEADING.sub(lambda found: found[1] + "\n", text)


def _tight_colons(text: str, _: random.Random) -> str:
    return text.replace(" :", ":")


def _translated_colons(text: str, _: random.Random) -> str:
    return _HEADING.sub(lambda found: found[1].upper() + " : ,", text)


def _bulleted(text: str, rng: random.Random) -> str:
    bullet = rng.choice(_BULLETS)
    return "\n".join(bullet + line if line.strip() and rng.random() < 0.7 else line for line in text.split("\n"))


def _spaced(text: str, _: random.Random) -> str:
    return text.replace("\n", "\n\n")


def _run_together(text: str, rng: random.Random) -> str:
    return text.replace("\n", rng.choice((" ", ". ", " ", " - ")))


def _wrapped(text: str, rng: random.Random) -> str:
    width = rng.randint(45, 110)
    return "\n".join(re.sub(rf"(.{{{width},}}?) ", r"\1\n", line) for line in text.split("\n"))


def _capitals(text: str, _: random.Random) -> str:
    return text.upper()


def _small(text: str, _: random.Random) -> str:
    return text.lower()


def _emptied(text: str, rng: random.Random) -> str:
    """Empty the values of a form, as templates are kept."""
    hole = rng.choice(("", "", "....", "___", "XX", "[...]", "XYZ", "( )"))
    return re.sub(r"\d+(?:[.,/]\d+)*", hole, text)


def _placeholders(text: str, rng: random.Random) -> str:
    mark = rng.choice(("(texte libre)", "[[VAR]]", "{{CHAMP}}", "&nbsp;", "«Nom»", "\\par", "<br>"))
    return "\n".join(line + " " + mark if rng.random() < 0.2 else line for line in text.split("\n"))


def _curly_apostrophes(text: str, _: random.Random) -> str:
    return text.replace("'", "\u2019")


_STYLES: tuple[tuple[Callable[[str, random.Random], str], float], ...] = (
    (_translated_colons, 0.05),
    (_capital_headings, 0.3),
    (_headings_alone, 0.2),
    (_tight_colons, 0.2),
    (_bulleted, 0.1),
    (_placeholders, 0.06),
    (_emptied, 0.08),
    (_spaced, 0.12),
    (_run_together, 0.08),
    (_wrapped, 0.2),
    (_capitals, 0.07),
    (_small, 0.06),
    (_curly_apostrophes, 0.2),
)
