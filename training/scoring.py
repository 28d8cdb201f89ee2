"""Scoring: what models say of many texts at once, and on what evidence."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pipelines.classify.evidence import Caution, Counts, weight_of_words
from pipelines.classify.features import WORDS
from pipelines.classify.model import Floats, Head, Model
from training.fitting import Matrix, narrowed
from training.measures import Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What models said of texts, and on what evidence: a row a text."""

    #: The score of each theme, as it comes from the heads.
    heard: Floats
    #: How much of the lead of the best theme its words account for.
    weight: Floats
    #: How many words are of some family of the lexicon.
    known: Counts

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.known)

    def put(self, places: NDArray[np.bool_], other: Self) -> None:
        """Write other texts at some places."""
        self.heard[places], self.weight[places], self.known[places] = other.heard, other.weight, other.known

    def shares(self, caution: Caution) -> Shares:
        """Give the probability of each theme."""
        return shares(self.heard * caution.sharpness(self.weight, self.known)[:, None])


def scored(model: Model, learned: Matrix) -> Scored:
    """Score a whole matrix."""
    heard, head = scores(model, learned), model.theme_head
    words = np.asarray(learned.rows[:, :WORDS] @ (head.weights[:WORDS] * head.scales), dtype=np.float32)
    return Scored(heard=heard, weight=weight_of_words(heard, words), known=learned.known)


def together(*parts: Scored) -> Scored:
    """Put texts together."""
    return Scored(
        heard=np.concatenate([part.heard for part in parts]),
        weight=np.concatenate([part.weight for part in parts]),
        known=np.concatenate([part.known for part in parts]),
    )


def scores(model: Model, learned: Matrix) -> Floats:
    """Give the scores of the themes of a whole matrix, before any caution."""
    return model.heard(_scores(model.theme_head, learned.rows), type_scores(model, learned))


def type_scores(model: Model, learned: Matrix) -> Floats:
    """Give the scores of the types of a whole matrix, before any temperature."""
    return _scores(model.type_head, narrowed(learned.rows))


def _scores(head: Head, rows: csr_matrix) -> Floats:
    return np.asarray(rows @ (head.weights * head.scales) + head.biases, dtype=np.float32)


def shares(raw: Floats, temperature: float = 1.0) -> Shares:
    """Turn scores into probabilities."""
    raised = np.exp((raw - raw.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
