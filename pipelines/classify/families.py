"""Families: how much of a text is of each family of words, in how many of its lines, and which open it."""

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.folding import Folded
from pipelines.classify.hashing import WordSums
from pipelines.classify.lexicon import Masks, lexicon

Floats = NDArray[np.float32]

#: Lines that open a text.
_OPENING = 3


def width() -> int:
    """Tell how many numbers `families` gives: three a family and one of the whole."""
    return 3 * len(lexicon().families) + 1


def families(folded: Folded, sums: WordSums) -> tuple[Floats, int]:
    """Measure a text: numbers from 0 to 1, and how many of its words are of some family.

    Its length is left out: whoever writes texts to learn from writes some kinds shorter than they are.
    """
    count = len(folded.starts)
    if not count:
        return np.zeros(width(), dtype=np.float32), 0
    masks = lexicon().masks_of(folded, sums)
    of_lines = np.bitwise_or.reduceat(masks, _first_words(folded))
    opening = np.bitwise_or.reduce(of_lines[:_OPENING], keepdims=True)
    known = int(np.count_nonzero(masks))
    measured = np.concatenate(
        (
            np.sqrt(_bits(masks).mean(axis=0)),
            np.sqrt(_bits(of_lines).mean(axis=0)),
            _bits(opening)[0],
            # Of French that is no medicine, few words are known.
            np.asarray([known / count], dtype=np.float32),
        )
    )
    return measured, known


def _first_words(folded: Folded) -> NDArray[np.int64]:
    """Give the place of the first word of each line that holds any."""
    raw = np.frombuffer(folded.text.encode("latin-1", "replace") + b"\n", dtype=np.uint8)
    lines = np.cumsum(raw == ord("\n"))[folded.origins[folded.starts]]
    return np.flatnonzero(np.concatenate(([True], lines[1:] != lines[:-1])))


def _bits(masks: Masks) -> Floats:
    places = np.arange(len(lexicon().families), dtype=np.uint64)
    return ((masks[:, None] >> places) & np.uint64(1)).astype(np.float32)
