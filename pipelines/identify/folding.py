"""Folded text: a page's text in plain capitals of the same length, so that a place in one is a place in the other."""

import unicodedata
from functools import cache
from typing import Final

#: Characters that Unicode does not decompose, or that stand for a plainer one.
_PLAIN: Final = {
    "\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\r": " ",
    "\u0153": "E", "\u0152": "E", "\u00e6": "E", "\u00c6": "E", "\u00df": "S",
    "\u00ba": "°", "\u02da": "°",
}  # fmt: skip


@cache
def _fold_character(character: str) -> str:
    plain = _PLAIN.get(character)
    if plain is not None:
        return plain
    base = unicodedata.normalize("NFD", character)[0].upper()
    return base if len(base) == 1 else character


def fold(text: str) -> str:
    """Return the text without accents, in capitals, with plain quotes, hyphens and spaces. The length stays."""
    return "".join(map(_fold_character, text))


def distance(left: str, right: str, most: int) -> int:
    """Return the edit distance of two short strings, or ``most + 1`` as soon as it is larger than ``most``."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row[0] = row[0], i
        best = i
        for j, b in enumerate(right, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
            best = min(best, row[j])
        if best > most:
            return most + 1
    return min(row[-1], most + 1)


def may_be_near(keyword: str, word: str, most: int) -> bool:
    """Whether two strings may be within an edit distance: of the parts of one, cut in one more, one stands unharmed."""
    size = len(keyword) // (most + 1)
    return any(keyword[n * size : (n + 1) * size] in word for n in range(most + 1))
