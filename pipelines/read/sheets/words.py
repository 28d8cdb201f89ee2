"""The words of a pdfium text page, each with its place."""

import ctypes
import re
from collections.abc import Callable, Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from documents.page import Box, Word

_WORD = re.compile(r"\S+")
#: pdfium's signs for a hyphen at the end of a line, and what it leaves of glyphs without meaning.
_ONE_FOR_ONE = str.maketrans({"\ufffe": "-", "\x02": "-", "\u00ad": "-", "\x00": " ", "\u00a0": " "})
#: Glyphs asked one by one whether they mean something.
_ASKED = 200


def place_words(
    textpage: pypdfium2.PdfTextPage, fractions: Callable[[float, float, float, float], Box]
) -> tuple[str, tuple[Word, ...], float]:
    """Return a page's text, its words in place, and the share of its glyphs that mean nothing."""
    count = textpage.count_chars()
    raw = textpage.get_text_range() if count else ""
    index = _indices(textpage, len(raw), count)
    measure = _Measure(textpage)
    lines: list[str] = []
    words: list[Word] = []
    for start, line in _lines(raw):
        found = list(_WORD.finditer(line))
        if not found:
            continue
        for match in found:
            first, last = index(start + match.start()), index(start + match.end() - 1)
            words.append(Word(text=match.group(), box=fractions(*measure(first, last)), line=len(lines)))
        lines.append(" ".join(match.group() for match in found))
    return "\n".join(lines), tuple(words), _unmapped(textpage, raw, count)


def _lines(raw: str) -> Iterator[tuple[int, str]]:
    start = 0
    # One character for one: places must not shift.
    for line in re.split(r"(\r\n|\r|\n)", raw.translate(_ONE_FOR_ONE)):
        if line not in ("\r\n", "\r", "\n"):
            yield start, line
        start += len(line)


def _indices(textpage: pypdfium2.PdfTextPage, length: int, count: int) -> Callable[[int], int]:
    if length == count:
        return int
    # Glyphs without meaning are missing from the text: pdfium knows which.
    handle, find = textpage.raw, pdfium.FPDFText_GetCharIndexFromTextIndex
    return lambda place: max(int(find(handle, place)), 0)


class _Measure:
    """Measures runs of characters: from the left of the first to the right of the last, as high as their font."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        self._handle = textpage.raw
        self._rectangle = pdfium.FS_RECTF()

    def __call__(self, first: int, last: int) -> tuple[float, float, float, float]:
        boxes = [self._loose(first), self._loose(last)]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    def _loose(self, index: int) -> tuple[float, float, float, float]:
        rectangle = self._rectangle
        pdfium.FPDFText_GetLooseCharBox(self._handle, index, ctypes.byref(rectangle))
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def _unmapped(textpage: pypdfium2.PdfTextPage, raw: str, count: int) -> float:
    if not count:
        return 0.0
    step = count // _ASKED + 1
    asked = range(0, count, step)
    handle, fails = textpage.raw, pdfium.FPDFText_HasUnicodeMapError
    failing = sum(fails(handle, index) == 1 for index in asked) / len(asked)
    letters = [letter for letter in raw if not letter.isspace()]
    strange = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in letters) / (len(letters) or 1)
    missing = 1.0 - len(raw) / count if len(raw) < count else 0.0
    return float(max(failing, strange, missing))
