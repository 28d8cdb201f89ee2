"""Fitting: from labelled texts to a model."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.classify.features import LETTERS, WIDTH, WORDS, extract
from pipelines.classify.model import Head, Model

#: The model's name in the file and in every decision.
VERSION = "linear-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and what it is."""

    text: str = field(repr=False)
    theme: Theme
    #: Official type, where it is known.
    code: str | None
    #: Who wrote it: texts of one source never stand on both sides of a test.
    source: str
    #: How much it counts; 1 is usual.
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Examples as features."""

    rows: csr_matrix
    themes: NDArray[np.int64]
    codes: NDArray[np.str_]
    weights: NDArray[np.float64]


#: The themes in the order of the model.
THEMES: tuple[Theme, ...] = tuple(Theme)


def matrix(examples: Sequence[Example]) -> Matrix:
    """Extract the features of every example."""
    found = [extract(example.text) for example in examples]
    pointers = np.concatenate(([0], np.cumsum([len(each.places) for each in found])))
    return Matrix(
        rows=csr_matrix(
            (
                np.concatenate([each.values for each in found]),
                np.concatenate([each.places for each in found]),
                pointers,
            ),
            shape=(len(found), WIDTH),
            dtype=np.float32,
        ),
        themes=np.asarray([THEMES.index(example.theme) for example in examples]),
        codes=np.asarray([example.code or "" for example in examples]),
        weights=np.asarray([example.weight for example in examples]),
    )


def fit(learned: Matrix, strength: float = 20.0) -> Model:
    """Fit both heads. Uncalibrated: temperatures are 1 and nothing is accepted.

    Args:
        learned: The examples.
        strength: Inverse of the regularisation.
    """
    theme_head = _head(learned.rows, learned.themes, learned.weights, len(THEMES), strength)
    known = np.flatnonzero(learned.codes != "")
    types = tuple(sorted(set(learned.codes[known].tolist())))
    numbers = np.asarray([types.index(code) for code in learned.codes[known].tolist()])
    type_head = _head(_narrow(learned.rows[known]), numbers, learned.weights[known], len(types), strength)
    return Model(
        version=VERSION,
        themes=THEMES,
        types=types,
        theme_of=np.asarray([THEMES.index(type_code(code).theme) for code in types]),
        theme_head=theme_head,
        type_head=type_head,
        temperature=1.0,
        type_temperature=1.0,
        thresholds=np.full(len(THEMES), 2.0, dtype=np.float32),
    )


def _head(
    rows: csr_matrix, numbers: NDArray[np.int64], weights: NDArray[np.float64], classes: int, strength: float
) -> Head:
    """Fit one multinomial head, each class weighing the same in all."""
    seen = np.unique(numbers)
    share = np.bincount(numbers, weights=weights, minlength=classes)
    balance = weights * (weights.sum() / len(seen) / share[numbers])
    regression = LogisticRegression(C=strength, max_iter=80, tol=1e-3)
    regression.fit(rows, numbers, sample_weight=balance)
    weights_out = np.zeros((rows.shape[1], classes), dtype=np.float32)
    biases = np.full(classes, -30.0, dtype=np.float32)
    weights_out[:, seen] = regression.coef_.T
    biases[seen] = regression.intercept_
    return Head.quantised(weights_out, biases)


def _narrow(rows: csr_matrix) -> csr_matrix:
    """Leave out the runs of letters, as `pipelines.classify.model.narrow` does."""
    return hstack([rows[:, :WORDS], rows[:, WORDS + LETTERS :]], format="csr")
