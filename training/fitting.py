"""Fitting: from labelled texts to a model."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array, hstack, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.classify.evidence import Caution
from pipelines.classify.families import width
from pipelines.classify.features import LETTERS, WORDS, extract, space
from pipelines.classify.model import Head, Model
from pipelines.classify.shapes import SHAPES

#: The model's name in the file and in every decision.
VERSION = "linear-5"
#: Inverse of the regularisation.
STRENGTH = 1.2
#: What the shape of lines and the families of words are stressed, beside an average word. More of the families, and
#: writers with few words of their own are taken for each other.
_SHAPED, _FAMILIAR = 1.5, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and what it is."""

    text: str = field(repr=False)
    theme: Theme
    #: Official type, where it is known.
    code: str | None
    #: Who wrote it: texts of one source never stand on both sides of a test.
    source: str
    #: Under which licence its author gives it, as the file says.
    licence: str = "Verso's own"
    #: How much it counts; 1 is usual.
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Examples as features."""

    rows: csr_matrix
    themes: NDArray[np.int64]
    codes: NDArray[np.str_]
    weights: NDArray[np.float64]
    #: How many words of each are of some family of the lexicon.
    known: NDArray[np.int64]

    def weighed(self, factors: NDArray[np.float64]) -> Self:
        """Give the same examples, each counting its factor times as much."""
        return replace(self, weights=self.weights * factors)


#: The themes in the order of the model.
THEMES: tuple[Theme, ...] = tuple(Theme)
#: How much each theme weighs in all: the six are what feeders send, prevention the least, the others come now and then.
_PRIORS = {
    Theme.PREVENTION: 0.7,
    Theme.CERTIFICATE: 0.5,
    Theme.ADMINISTRATIVE: 0.3,
    Theme.WISHES: 0.3,
    Theme.REIMBURSEMENT: 0.3,
    Theme.OTHER: 0.35,
}


def matrix(examples: Sequence[Example]) -> Matrix:
    """Extract the features of every example."""
    found = [extract(example.text) for example in examples]
    pointers = np.concatenate(([0], np.cumsum([len(each.places) for each in found], dtype=np.int64)))
    places = [each.places for each in found] or [np.zeros(0, dtype=np.int64)]
    values = [each.values for each in found] or [np.zeros(0, dtype=np.float32)]
    return Matrix(
        rows=csr_matrix((np.concatenate(values), np.concatenate(places), pointers), shape=(len(found), space())),
        themes=np.asarray([THEMES.index(example.theme) for example in examples], dtype=np.int64),
        codes=np.asarray([example.code or "" for example in examples], dtype=np.str_),
        weights=np.asarray([example.weight for example in examples], dtype=np.float64),
        known=np.asarray([each.known for each in found], dtype=np.int64),
    )


def joined(*parts: Matrix) -> Matrix:
    """Put examples together."""
    return Matrix(
        rows=vstack([part.rows for part in parts], format="csr"),
        themes=np.concatenate([part.themes for part in parts]),
        codes=np.concatenate([part.codes for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        known=np.concatenate([part.known for part in parts]),
    )


def picked(whole: Matrix, chosen: NDArray[np.bool_]) -> Matrix:
    """Keep some examples."""
    return Matrix(
        rows=whole.rows[np.flatnonzero(chosen)],
        themes=whole.themes[chosen],
        codes=whole.codes[chosen],
        weights=whole.weights[chosen],
        known=whole.known[chosen],
    )


def fit(learned: Matrix, strength: float = STRENGTH) -> Model:
    """Fit both heads. Uncalibrated: scores are believed as they are and nothing is accepted."""
    priors = np.asarray([_PRIORS.get(theme, 1.0) for theme in THEMES])
    known = picked(learned, learned.codes != "")
    types = tuple(sorted(set(known.codes.tolist())))
    numbers = np.asarray([types.index(code) for code in known.codes.tolist()], dtype=np.int64)
    return Model(
        version=VERSION,
        themes=THEMES,
        types=types,
        theme_of=np.asarray([THEMES.index(type_code(code).theme) for code in types], dtype=np.int64),
        theme_head=_head(learned.rows, learned.themes, learned.weights, priors, strength),
        type_head=_head(narrowed(known.rows), numbers, known.weights, np.ones(len(types)), strength),
        caution=Caution(base=0.0),
        type_temperature=1.0,
        thresholds=np.full((2, len(THEMES)), 2.0, dtype=np.float32),
    )


def _head(
    rows: csr_matrix,
    numbers: NDArray[np.int64],
    weights: NDArray[np.float64],
    priors: NDArray[np.float64],
    strength: float,
) -> Head:
    """Fit one head, each class weighing its prior in all.

    Support vectors beat logistic regression on authors never seen, in a tenth of the time: margins do not keep growing
    on the easy, generated texts. The temperature makes probabilities of them.
    """
    classes = len(priors)
    seen = np.unique(numbers)
    share = np.bincount(numbers, weights=weights, minlength=classes)
    balance = weights * (weights.sum() / len(seen) / share[numbers]) * priors[numbers]
    emphasis = _emphasis(rows)
    machine = LinearSVC(C=strength, max_iter=25, random_state=0)
    with warnings.catch_warnings():
        # The last digits of the margins are noise beside the 8 bits that are kept.
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(rows @ diags_array(emphasis, format="csr"), numbers, sample_weight=balance)
    weights_out = np.zeros((rows.shape[1], classes), dtype=np.float32)
    biases = np.full(classes, -30.0, dtype=np.float32)
    weights_out[:, seen] = machine.coef_.T * emphasis[:, None]
    biases[seen] = machine.intercept_
    return Head.quantised(weights_out, biases)


def _emphasis(rows: csr_matrix) -> NDArray[np.float32]:
    """Say how much each feature is stressed: rare ones more than those in every text, shapes and families as they are.

    The weights are folded back, so that a text in service needs no such step.
    """
    holders = np.bincount(rows.indices, minlength=rows.shape[1])
    rarity = np.log(rows.shape[0] / (1 + holders)).clip(min=0)
    emphasis = rarity / rarity[holders > 0].mean()
    emphasis[-len(SHAPES) - width() :] = _SHAPED
    emphasis[-width() :] = _FAMILIAR
    return np.asarray(emphasis, dtype=np.float32)


def narrowed(rows: csr_matrix) -> csr_matrix:
    """Leave out the runs of letters, as `pipelines.classify.model.narrow` does."""
    return hstack([rows[:, :WORDS], rows[:, WORDS + LETTERS :]], format="csr")
