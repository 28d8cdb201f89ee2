"""Finds thousands of words in megabytes at once: a table of their beginnings tells where one of them may stand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

#: Bytes of a beginning; no word is shorter.
_BEGINNING: Final = 5
#: Bytes looked at in one go.
_AT_ONCE: Final = 1 << 22
#: Bits of the table.
_BITS: Final = 20
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


class Needles:
    """Words to be found."""

    def __init__(self, words: Iterable[bytes]) -> None:
        """Prepare the table.

        Raises:
            ValueError: A word is shorter than a beginning.
        """
        self._by_beginning: dict[bytes, list[bytes]] = defaultdict(list)
        for word in words:
            if len(word) < _BEGINNING:
                message = "too short to be looked for"
                raise ValueError(message)
            self._by_beginning[word[:_BEGINNING]].append(word)
        self._table = np.zeros(1 << _BITS, dtype=bool)
        for beginning in self._by_beginning:
            self._table[_places(np.frombuffer(beginning, dtype=np.uint8))] = True

    def in_bytes(self, content: bytes) -> Iterator[bytes]:
        """Yield the words that stand in some bytes, as often as they do."""
        for start in range(0, max(0, len(content) - _BEGINNING + 1), _AT_ONCE):
            window = np.frombuffer(content, dtype=np.uint8)[start : start + _AT_ONCE + _BEGINNING - 1]
            for place in np.flatnonzero(self._table[_places(window)]) + start:
                at = int(place)
                for word in self._by_beginning.get(content[at : at + _BEGINNING], ()):
                    if content.startswith(word, at):
                        yield word


def _places(window: np.ndarray) -> np.ndarray:
    """Return, for each place at which a beginning fits, where that one stands in the table."""
    count = len(window) - _BEGINNING + 1
    found = np.zeros(count, dtype=np.uint64)
    for offset in range(_BEGINNING):
        found = found << np.uint64(8) | window[offset : offset + count]
    return (found * _SPREAD) >> np.uint64(64 - _BITS)
