"""Hashing: every word of a folded text as one number, all of them at once."""

from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.folding import HEAD, TAIL, Bytes, Places

Hashes = NDArray[np.uint64]

BASE = np.uint64(0x9E3779B97F4A7C15)
#: No folded text is longer than its head and tail and the signs around them.
_LIMIT = HEAD + TAIL + 4096


@dataclass(frozen=True, slots=True)
class WordSums:
    """Sums of a polynomial over a text: any stretch of it hashes in one step, wherever it stands."""

    _sums: Hashes

    @classmethod
    def over(cls, codes: Bytes) -> Self:
        """Sum a folded text."""
        terms = letters()[codes] * _powers()[0][: len(codes)]
        return cls(np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64))))

    def between(self, starts: Places, ends: Places) -> Hashes:
        """Hash stretches of the text: the sum taken back to the origin by the inverse power."""
        return np.asarray((self._sums[ends] - self._sums[starts]) * _powers()[1][starts], dtype=np.uint64)

    @staticmethod
    def hash(word: str) -> int:
        """Hash one folded word, the same way."""
        numbers = letters()
        total = sum(int(numbers[ord(letter)]) * pow(int(BASE), place, 1 << 64) for place, letter in enumerate(word))
        return total % (1 << 64)


@cache
def letters() -> Hashes:
    """Give each folded letter a fixed random number."""
    return np.random.default_rng(20240927).integers(1, 1 << 63, size=256, dtype=np.uint64)


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Give the powers of an odd base modulo 2^64, and those of its inverse."""
    base = int(BASE)
    powers = np.full(_LIMIT, base, dtype=np.uint64)
    inverses = np.full(_LIMIT, pow(base, -1, 1 << 64), dtype=np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)
