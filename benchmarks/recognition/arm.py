"""A way of reading, and how it did: errors by kind, and processor time."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.recognition.sample import KINDS, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one arm did on one page."""

    kind: str
    wrong_letters: int
    letters: int
    wrong_words: int
    words: int
    cpu: float


@dataclass(slots=True)
class Arm:
    """One way of reading: a function from a sample to its text, and what it used."""

    name: str
    read: Callable[[Sample], tuple[str, float]]
    #: Pages of each kind that it reads, the first ones; all if None.
    most: int | None = None
    scores: list[Score] = field(default_factory=list)
    peak_mb: float = 0.0

    def wants(self, sample: Sample) -> bool:
        """Tell whether a page is among those that it reads."""
        return self.most is None or sum(score.kind == sample.kind for score in self.scores) < self.most

    def errors(self, kinds: Iterable[str]) -> float:
        """Return the mean over kinds of the character error rate in per cent."""
        return float(np.mean([self._error(kind) for kind in kinds]))

    def word_errors(self) -> float:
        """Return the word error rate in per cent."""
        return 100.0 * sum(s.wrong_words for s in self.scores) / sum(s.words for s in self.scores)

    def cpu(self, most: int | None = None) -> float:
        """Return processor seconds a page; of the first so many of each kind if given."""
        spent = [score.cpu for kind in KINDS for score in self._of(kind)[:most]]
        return sum(spent) / len(spent)

    def by_kind(self) -> dict[str, float]:
        """Return the character error rate of each kind."""
        return {kind: self._error(kind) for kind in KINDS}

    def _error(self, kind: str) -> float:
        mine = self._of(kind)
        return 100.0 * sum(s.wrong_letters for s in mine) / max(sum(s.letters for s in mine), 1)

    def _of(self, kind: str) -> list[Score]:
        return [score for score in self.scores if score.kind == kind]


def score_of(sample: Sample, text: str, cpu: float) -> Score:
    """Return how a text and its processor seconds compare with the truth."""
    truth, found = _normal(sample.truth), _normal(text)
    return Score(
        kind=sample.kind,
        wrong_letters=distance(list(truth), list(found)),
        letters=len(truth),
        wrong_words=distance(truth.split(), found.split()),
        words=len(truth.split()),
        cpu=cpu,
    )


def _normal(text: str) -> str:
    """Return a text with one kind of quote, dash and space: print does not tell them apart. Accents count."""
    plain = unicodedata.normalize("NFC", text).translate(str.maketrans("\u2019\u2013\u2014", "'--"))
    return " ".join(plain.split())


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the Levenshtein distance between two sequences."""
    numbers: dict[str, int] = {}
    first, second = (np.array([numbers.setdefault(item, len(numbers)) for item in seq]) for seq in (one, other))
    places = np.arange(len(first) + 1)
    row = places.copy()
    for count, item in enumerate(second, start=1):
        best = np.minimum(row[:-1] + (first != item), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate(([count], best)) - places) + places
    return int(row[-1])
