"""What Tesseract is known to make of French print, put right where the context leaves no doubt; digits never change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

from pipelines.read.engines.interface import Glyphs, Line

#: Mean confidence of a line under which it is a scribble, a seal or dirt, and what counts as a short one.
_SCRIBBLE, _SHORT_SCRIBBLE, _SHORT = 0.30, 0.50, 3
#: Letters of what may be the edge of the paper, the confidence from which it is text, its distance in pixels.
_LONGEST_EDGE, _SURE_EDGE, _EDGE_GAP = 2, 0.5, 24
#: Confidence under which a longer one is dirt, and its distance in heights of the word.
_DIRT, _FAR = 0.3, 2.5
#: Confidence from which a word is surely print, and under which a lone one amid print is none.
_SURE, _NOISE = 0.5, 0.1
#: What says something where it stands alone.
_MEANT = re.compile(r"[\w+<>=%*±•-]")
_RULES = frozenset({"|", "||", "[", "_", "__"})
#: Its French model knows no bullet, and writes this instead.
_BULLETS = frozenset({"+", "¢", "°"})
#: Articles that its model capitalises, the letters l and L being of one height.
_ARTICLES = frozenset({"Le", "La", "Les"})
_BEFORE_ARTICLE = re.compile(r"[a-zà-öø-ÿ,]$")
_AFTER_ARTICLE = re.compile(r"^(?:\d|[a-zà-öø-ÿ]|:)")
#: Letters between which a wide gap parts two columns of one row, in heights of the word.
_WIDE_GAP = 1.2
#: Units whose stroke looks like a letter; behind a figure they are no words.
_STROKES: Mapping[str, str] = MappingProxyType(
    {"GIL": "G/L", "G1L": "G/L", "TIL": "T/L", "UIL": "UI/L", "UVL": "UI/L", "ULL": "UI/L"}
)
_WORDS: Sequence[tuple[re.Pattern[str], str]] = (
    # The ligature of cœur, sœur, œdème and œsophage: æ is of Latin words alone.
    (re.compile(r"æ(?=soph|d[eéè]m|il\b|uf|uvre|ur\b|urs\b|ux\b|ud)"), "œ"),
    (re.compile(r"\bfæt(?=us|al|o)"), "fœt"),
    # A square, after a unit of length.
    (re.compile(r"(?<=/)(c?m)[?'”“\"ÿ](?=$|[,;.)])"), r"\1²"),
    # A microgram, a micromole.
    (re.compile(r"^u[1i]?g(?=$|[/,;.)])"), "µg"),
    (re.compile(r"^umol(?=$|[/,;.)])"), "µmol"),
    # International units, and immunoglobulins.
    (re.compile(r"^Ul(?=$|[/,;.)])"), "UI"),
    (re.compile(r"^[l1]g(?=[GMAED]\b)"), "Ig"),
    # A capital I before n, where no word begins with a small l.
    (re.compile(r"^l(?=[nm](?:[bcdfgjkpqstvz])|ono\b)"), "I"),
)


def corrected(lines: Sequence[Line]) -> list[Line]:
    """Return lines without scribbles and with what is surely misread put right."""
    sure = [word for line in lines for word in line if word.confidence >= _SURE]
    left, right = min((word.left for word in sure), default=0), max((word.right for word in sure), default=0)
    trimmed = (_trimmed(line, left, right) for line in lines)
    return [_corrected(line) for line in trimmed if line and not _is_scribble(line)]


def _trimmed(line: Line, left: int, right: int) -> Line:
    """Return a line without what the edge of the paper or a rule beside it looks like.

    Args:
        line: The line.
        left: Where the print of the page begins. What stands within it may be a result, a dose, a blood group.
        right: Where it ends.
    """
    first, last = 0, len(line)
    while last - first > 1 and _is_edge(line[last - 1], line[last - 1].left - line[last - 2].right, left, right):
        last -= 1
    while last - first > 1 and _is_edge(line[first], line[first + 1].left - line[first].right, left, right):
        first += 1
    return line[first:last]


def _is_edge(word: Glyphs, gap: int, left: int, right: int) -> bool:
    if word.text in _RULES:
        return True
    if left < (word.left + word.right) / 2 < right and _MEANT.search(word.text):
        return word.confidence < _NOISE
    if word.confidence < _DIRT and gap > _FAR * (word.bottom - word.top):
        return True
    return len(word.text) <= _LONGEST_EDGE and word.confidence < _SURE_EDGE and gap > _EDGE_GAP


def _is_scribble(line: Line) -> bool:
    length = sum(len(word.text) for word in line)
    confidence = sum(word.confidence * len(word.text) for word in line) / max(length, 1)
    letters = sum(character.isalnum() for word in line for character in word.text)
    return confidence < (_SHORT_SCRIBBLE if letters <= _SHORT else _SCRIBBLE)


def _corrected(line: Line) -> Line:
    words = [replace(word, text=_spelled(word.text)) for word in line]
    words[1:] = [replace(unit, text=_unit(figure.text, unit.text)) for figure, unit in pairwise(words)]
    if len(words) > 1 and words[0].text in _BULLETS and words[1].text[0].isalpha():
        words[0] = replace(words[0], text="•")
    for index in range(1, len(words) - 1):
        if words[index].text in _ARTICLES and _continues(words[index - 1], words[index], words[index + 1]):
            words[index] = replace(words[index], text=words[index].text.lower())
    return words


def _unit(figure: str, text: str) -> str:
    """Return a unit of a result, its stroke read as a letter."""
    return _STROKES.get(text, text) if figure[-1].isdigit() else text


def _spelled(text: str) -> str:
    for wrong, right in _WORDS:
        text = wrong.sub(right, text)
    return text


def _continues(before: Glyphs, article: Glyphs, after: Glyphs) -> bool:
    """Tell whether an article stands within a sentence: a name such as Le Goff, or a new column, is left alone."""
    near = article.left - before.right < _WIDE_GAP * max(article.bottom - article.top, 1)
    return bool(near and _BEFORE_ARTICLE.search(before.text) and _AFTER_ARTICLE.match(after.text))
