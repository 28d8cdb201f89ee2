"""Features: what of a document the model weighs, as hashed counts of words and letters and as the shape of its lines.

Five blocks stand side by side in one space, the first three each brought to its own length so that none drowns the
others: words and pairs of words; runs of three to five letters, which survive OCR; the words of the lines that look
like titles; the shapes of lines (`pipelines.classify.shapes`); the families of words (`pipelines.classify.families`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.families import families, width
from pipelines.classify.folding import Folded, fold
from pipelines.classify.hashing import BASE, Hashes, WordSums, letters
from pipelines.classify.shapes import SHAPES, shapes

Floats = NDArray[np.float32]

WORDS = 1 << 16
LETTERS = 1 << 17
TITLES = 1 << 12
#: Where the shapes begin; after them come the families.
_SHAPED = WORDS + LETTERS + TITLES
#: Lengths of the runs of letters.
RUNS = (3, 4, 5)
#: A title is short.
_TITLE_WORDS = 9
_TITLE_LINES = 6


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
    #: How many words are of some family of the lexicon.
    known: int

    @property
    def words(self) -> int:
        """How many of the places are of words and pairs of words: those come first."""
        return int(np.searchsorted(self.places, WORDS))


def space() -> int:
    """Tell how many features there are in all."""
    return _SHAPED + len(SHAPES) + width()


def extract(text: str) -> Features:
    """Give the features of a text. Any text will do, the empty one too."""
    folded = fold(text)
    sums = WordSums.over(folded.codes)
    words = sums.between(folded.starts, folded.ends)
    word_places = _bucket(words, WORDS)
    pair_places = _bucket(words[:-1] * np.uint64(31) + words[1:] * BASE, WORDS)
    runs = np.concatenate([_bucket(run, LETTERS) for run in _runs(folded)])
    titles = _bucket(words[_in_titles(folded)], TITLES)
    blocks = (
        _block(np.concatenate((word_places, pair_places)), WORDS, 0),
        _block(runs, LETTERS, WORDS),
        _block(titles, TITLES, WORDS + LETTERS, weight=0.5),
    )
    of_families, known = families(folded, sums)
    measured = np.concatenate((shapes(folded.text), of_families))
    seen = np.flatnonzero(measured)
    return Features(
        places=np.concatenate([places for places, _ in blocks] + [seen + _SHAPED]),
        values=np.concatenate([values for _, values in blocks] + [measured[seen]]),
        word_places=word_places,
        pair_places=pair_places,
        folded=folded,
        known=known,
    )


def _block(places: NDArray[np.int64], width: int, offset: int, weight: float = 1.0) -> tuple[NDArray[np.int64], Floats]:
    counts = np.bincount(places, minlength=width)
    seen = np.flatnonzero(counts != 0)
    values = (1 + np.log(counts[seen])).astype(np.float32)
    length = float(np.sqrt(values @ values)) or 1.0
    return seen + offset, (values * (weight / length)).astype(np.float32)


def _runs(folded: Folded) -> list[Hashes]:
    terms = letters()[folded.codes]
    runs = []
    for length in RUNS:
        count = max(len(terms) - length + 1, 0)
        run = np.full(count, length, dtype=np.uint64)
        for shift in range(length):
            run = run * BASE + terms[shift : shift + count]
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
