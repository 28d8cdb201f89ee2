"""The lexicon: the families of words (drugs, analytes, organs, vaccines), each known by whole words and by stems.

A writer never seen uses other words of the same families. All words are looked up at once: a word, each of its
beginnings and each of its ends is a hash, taken from the sums that hashed the words themselves.
"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.folding import Folded
from pipelines.classify.hashing import Hashes, WordSums

Masks = NDArray[np.uint64]

_WHOLE, _BEGINNING, _END = 1, 2, 3
#: Of a beginning or an end, no more than so many letters are compared.
_LONGEST_BEGINNING, _LONGEST_END = 8, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Every entry as a hash, and the families it belongs to as bits."""

    #: SHA-256 of the file, hex: a model fits the lexicon it was taught with and no other.
    digest: str
    #: Names of the families; the bit of a family is its place here.
    families: tuple[str, ...]
    #: Ways a word is looked up: whole, by a beginning or an end of so many letters.
    ways: tuple[tuple[int, int], ...]
    #: Hashes of the entries, ascending.
    hashes: Hashes
    masks: Masks
    #: Which of 65 536 leading bits any hash has: most words are in no family and are seen so at once.
    leading: NDArray[np.bool_]

    def masks_of(self, folded: Folded, sums: WordSums) -> Masks:
        """Give the families of each word of a text, a bit a family."""
        masks = np.zeros(len(folded.starts), dtype=np.uint64)
        ways, lengths, salts = (np.asarray(column)[:, None] for column in zip(*self._lookups(), strict=True))
        words = folded.ends - folded.starts
        starts = np.where(ways == _END, folded.ends - lengths, folded.starts)
        ends = np.where(ways == _BEGINNING, folded.starts + lengths, folded.ends)
        looked, found = np.nonzero(words >= lengths)
        salted = sums.between(starts[looked, found], ends[looked, found]) * salts[looked, 0]
        likely = np.flatnonzero(self.leading[salted >> np.uint64(48)])
        if len(likely):
            places = np.searchsorted(self.hashes, salted[likely]).clip(max=len(self.hashes) - 1)
            same = self.hashes[places] == salted[likely]
            np.bitwise_or.at(masks, found[likely[same]], self.masks[places[same]])
        return masks

    def _lookups(self) -> tuple[tuple[int, int, np.uint64], ...]:
        """Give every way with its length and what its hashes are salted with."""
        return tuple((way, length, _salt(way)) for way, length in self.ways)


@cache
def lexicon() -> Lexicon:
    """Read the packaged lexicon."""
    found: defaultdict[int, int] = defaultdict(int)
    ways: set[tuple[int, int]] = set()
    families: list[str] = []
    content = files("pipelines.classify").joinpath("words/classes.txt").read_bytes()
    for family, entry in _entries(content.decode()):
        if family not in families:
            families.append(family)
        way, stem = _way(entry)
        ways.add((way, len(stem) if way != _WHOLE else 0))
        found[WordSums.hash(stem) * int(_salt(way)) % (1 << 64)] |= 1 << families.index(family)
    hashes = np.asarray(sorted(found), dtype=np.uint64)
    leading = np.zeros(1 << 16, dtype=np.bool_)
    leading[hashes >> np.uint64(48)] = True
    return Lexicon(
        digest=hashlib.sha256(content).hexdigest(),
        families=tuple(families),
        ways=tuple(sorted(ways)),
        hashes=hashes,
        masks=np.asarray([found[each] for each in hashes.tolist()], dtype=np.uint64),
        leading=leading,
    )


def _way(entry: str) -> tuple[int, str]:
    """Tell how an entry is looked up, and its letters that count."""
    if entry.endswith("*"):
        return _BEGINNING, entry[:-1][:_LONGEST_BEGINNING]
    if entry.startswith("*"):
        return _END, entry[1:][-_LONGEST_END:]
    return _WHOLE, entry


def _entries(text: str) -> Iterator[tuple[str, str]]:
    family = ""
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("["):
            family = line.strip("[]")
            continue
        for entry in line.split():
            yield family, unicodedata.normalize("NFD", entry.lower()).encode("ascii", "ignore").decode()


def _salt(way: int) -> np.uint64:
    return np.uint64(0x9E3779B97F4A7C15 * way % (1 << 64) | 1)
