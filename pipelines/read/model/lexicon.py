"""Known French words, read from the word graph inside Tesseract's own model: nothing to ship, nothing to license."""

import functools
import re
import struct
from array import array
from collections.abc import Sequence
from pathlib import Path

from pipelines.read.model.traineddata import Component, characters, component

_WORD = re.compile(r"[^\W\d_]{3,}")
#: Words looked at on one page: enough to judge it.
_SAMPLE = 250
_END_OF_NODE, _BACKWARD, _END_OF_WORD = 1, 2, 4


class Lexicon:
    """A set of words as a squished directed graph (tesseract, dict/dawg.h)."""

    def __init__(self, traineddata: bytes) -> None:
        """Read the word graph of a model.

        Raises:
            ValueError: The file is no traineddata file or has no words.
        """
        self._letters = {letter: number for number, letter in enumerate(characters(traineddata))}
        graph = component(traineddata, Component.WORDS)
        _magic, letters, count = struct.unpack_from("<hii", graph)
        self._edges = array("Q", graph[10 : 10 + 8 * count])
        self._letter_bits = max(letters - 1, 1).bit_length()
        self._mask = (1 << self._letter_bits) - 1
        self._has = functools.lru_cache(maxsize=1 << 16)(self._find)

    def __contains__(self, word: str) -> bool:
        """Tell whether a word is known, whatever its case."""
        return self._has(word.lower()) or self._has(word) or self._has(word.capitalize())

    def known(self, text: str) -> tuple[int, int]:
        """Return how many words of a text are known, of how many that were judged: letters only, three or more."""
        words: Sequence[str] = _WORD.findall(text)
        if len(words) > _SAMPLE:
            words = words[:: len(words) // _SAMPLE + 1]
        return sum(word in self for word in words), len(words)

    def _find(self, word: str) -> bool:
        node = 0
        ends = False
        for character in word:
            letter = self._letters.get(character)
            edge = None if letter is None else self._edge(node, letter)
            if edge is None:
                return False
            node = edge >> (self._letter_bits + 3)
            ends = bool(edge >> self._letter_bits & _END_OF_WORD)
        return ends

    def _edge(self, node: int, letter: int) -> int | None:
        edges = self._edges
        while True:
            edge = edges[node]
            flags = edge >> self._letter_bits
            if edge & self._mask == letter and not flags & _BACKWARD:
                return edge
            if flags & _END_OF_NODE:
                return None
            node += 1


@functools.cache
def load(traineddata: Path) -> Lexicon:
    """Return the words of a model file, read once.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no traineddata file or has no words.
    """
    return Lexicon(traineddata.read_bytes())
