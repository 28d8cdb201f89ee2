"""Evidence: how much the words of a text say for what it is taken for, and how far that may be believed.

A note of four lines has margins as wide as a letter's, often by one line that another kind of paper would hold as well.
What tells them apart is how much of the margin its words account for, and how many of them are medical at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]

#: A text with fewer medical words than this is thin: it is held to thresholds of its own.
THIN = 12
#: More medical words than this make no text more believable.
_PLENTY = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """How scores become probabilities: the less the words say, the flatter."""

    #: Logarithm of what scores are multiplied by where no words speak.
    base: float
    #: What a unit of the margin that words account for adds to that logarithm.
    by_words: float = 0.0
    #: What a unit of the logarithm of the number of medical words adds to it.
    by_known: float = 0.0

    def sharpness(self, weight: Floats, known: Counts) -> Floats:
        """Give what scores are multiplied by before they become probabilities.

        Args:
            weight: As `weight_of_words` gives it.
            known: How many words are of a family of the lexicon.
        """
        many = np.log1p(np.minimum(known, _PLENTY))
        return np.asarray(np.exp(self.base + self.by_words * weight + self.by_known * many), dtype=np.float32)


def weight_of_words(heard: Floats, words: Floats) -> Floats:
    """Give how much of the lead of the best theme over the second its words account for: one text, or a row a text.

    Args:
        heard: The score of each theme.
        words: The part of it that words and pairs of words brought.
    """
    order = np.argsort(heard, axis=-1, kind="stable")
    best, second = (np.take_along_axis(words, order[..., place, None], axis=-1)[..., 0] for place in (-1, -2))
    return np.asarray(best - second, dtype=np.float32)


def is_thin(known: Counts) -> NDArray[np.bool_]:
    """Tell whether a text says little, by its number of medical words: one text, or a row a text."""
    return np.asarray(known < THIN)
