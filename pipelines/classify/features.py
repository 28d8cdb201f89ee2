"""Features: what of a document the model weighs, as hashed counts of words and letters and as the shape of its lines.

Four blocks stand side by side in one space, each brought to its own length so that none drowns the others: words and
pairs of words; runs of three to five letters, which survive OCR; the words of the lines that look like titles; the
shapes of lines (`pipelines.classify.shapes`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.folding import Folded, fold
from pipelines.classify.shapes import SHAPES, shapes

Hashes = NDArray[np.uint64]
Floats = NDArray[np.float32]

WORDS = 1 << 16
LETTERS = 1 << 17
TITLES = 1 << 12
#: How many features there are in all; shapes come last.
WIDTH = WORDS + LETTERS + TITLES + len(SHAPES)
#: Lengths of the runs of letters.
RUNS = (3, 4, 5)
#: A title is short.
_TITLE_WORDS = 9
_TITLE_LINES = 6

_BASE = np.uint64(0x9E3779B97F4A7C15)
_LIMIT = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of one document that are not zero."""

    #: Places in the space, ascending within each block.
    places: NDArray[np.int64]
    values: Floats
    #: For each word, its place in the block of words.
    word_places: NDArray[np.int64]
    #: For each pair of words in a row, its place in the block of words.
    pair_places: NDArray[np.int64]
    folded: Folded


def extract(text: str) -> Features:
    """Give the features of a text. Any text will do, the empty one too."""
    folded = fold(text)
    words = _word_hashes(folded)
    word_places = _bucket(words, WORDS)
    pair_places = _bucket(words[:-1] * np.uint64(31) + words[1:] * _BASE, WORDS)
    letters = np.concatenate([_bucket(run, LETTERS) for run in _runs(folded)])
    titles = _bucket(words[_in_titles(folded)], TITLES)
    blocks = (
        _block(np.concatenate((word_places, pair_places)), WORDS, 0),
        _block(letters, LETTERS, WORDS),
        _block(titles, TITLES, WORDS + LETTERS, weight=0.5),
    )
    shape = shapes(folded.text)
    seen = np.flatnonzero(shape)
    return Features(
        places=np.concatenate([places for places, _ in blocks] + [seen + (WORDS + LETTERS + TITLES)]),
        values=np.concatenate([values for _, values in blocks] + [shape[seen]]),
        word_places=word_places,
        pair_places=pair_places,
        folded=folded,
    )


def _block(places: NDArray[np.int64], width: int, offset: int, weight: float = 1.0) -> tuple[NDArray[np.int64], Floats]:
    counts = np.bincount(places, minlength=width)
    seen = np.flatnonzero(counts != 0)
    values = (1 + np.log(counts[seen])).astype(np.float32)
    length = float(np.sqrt(values @ values)) or 1.0
    return seen + offset, (values * (weight / length)).astype(np.float32)


def _word_hashes(folded: Folded) -> Hashes:
    """Hash every word at once: a prefix sum of a polynomial, taken back to the origin by the inverse power."""
    powers, inverses = _powers()
    terms = _letters()[folded.codes] * powers[: len(folded.codes)]
    sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64)))
    return np.asarray((sums[folded.ends] - sums[folded.starts]) * inverses[folded.starts], dtype=np.uint64)


def _runs(folded: Folded) -> list[Hashes]:
    terms = _letters()[folded.codes]
    runs = []
    for length in RUNS:
        count = max(len(terms) - length + 1, 0)
        run = np.full(count, length, dtype=np.uint64)
        for shift in range(length):
            run = run * _BASE + terms[shift : shift + count]
        runs.append(run)
    return runs


def _bucket(hashes: Hashes, width: int) -> NDArray[np.int64]:
    mixed = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    return (mixed & np.uint64(width - 1)).astype(np.int64)


def _in_titles(folded: Folded) -> NDArray[np.bool_]:
    """Tell the words that stand in title-like lines: the first lines, and short lines in capitals."""
    chosen = np.zeros(len(folded.text) + 1, dtype=np.bool_)
    begin = seen = 0
    for line in folded.text.split("\n"):
        end = begin + len(line)
        words = len(line.split())
        if words:
            seen += 1
            chosen[begin:end] = words <= _TITLE_WORDS and (seen <= _TITLE_LINES or line.isupper())
        begin = end + 1
    return np.asarray(chosen[folded.origins[folded.starts]], dtype=np.bool_)


@cache
def _letters() -> Hashes:
    """Give each folded letter a fixed random number."""
    return np.random.default_rng(20240927).integers(1, 1 << 63, size=256, dtype=np.uint64)


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Give the powers of an odd base modulo 2^64, and those of its inverse."""
    base = int(_BASE)
    inverse = pow(base, -1, 1 << 64)
    powers = np.full(_LIMIT, base, dtype=np.uint64)
    inverses = np.full(_LIMIT, inverse, dtype=np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
