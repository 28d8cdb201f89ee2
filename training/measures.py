"""Measures: how good a set of answers is, for people who must decide whether to trust it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.theme import Theme
from training.fitting import THEMES

#: The six themes that people see and that the figures are about.
SIX = (Theme.SYNTHESIS, Theme.TREATMENT, Theme.REPORT, Theme.IMAGING, Theme.BIOLOGY, Theme.PREVENTION)

Shares = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Figures about answers on texts whose theme is known."""

    count: int
    accuracy: float
    #: F1 of each of the six themes, None where the texts hold none of it.
    f1: tuple[float | None, ...]
    #: Share of texts that may be answered, most confident first, with at least 99 % of the answers right.
    coverage_at_99: float
    #: Share right among the most confident 80 %.
    precision_at_80: float
    #: Mean distance between confidence and accuracy over ten bins.
    calibration_error: float

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the six themes that are present."""
        present = [value for value in self.f1 if value is not None]
        return sum(present) / len(present) if present else 0.0


def measure(shares: Shares, truth: Numbers) -> Measures:
    """Measure answers.

    Args:
        shares: The probability of each theme, a row a text, in the order of `training.fitting.THEMES`.
        truth: The right theme's place, a text.
    """
    answers = shares.argmax(axis=1)
    right = (answers == truth)[np.argsort(-shares.max(axis=1), kind="stable")]
    running = np.cumsum(right) / np.arange(1, len(right) + 1)
    enough = np.flatnonzero(running >= 0.99)
    return Measures(
        count=len(truth),
        accuracy=float(right.mean()),
        f1=tuple(_f1(answers, truth, THEMES.index(theme)) for theme in SIX),
        coverage_at_99=float((enough.max() + 1) / len(right)) if len(enough) else 0.0,
        precision_at_80=float(right[: max(1, int(0.8 * len(right)))].mean()),
        calibration_error=_calibration_error(shares, truth),
    )


def confusion(answers: Numbers, truth: Numbers, themes: Sequence[Theme]) -> list[list[int]]:
    """Count, for each true theme (row), what was answered (column)."""
    places = [THEMES.index(theme) for theme in themes]
    return [[int(((truth == row) & (answers == column)).sum()) for column in places] for row in places]


def _f1(answers: Numbers, truth: Numbers, place: int) -> float | None:
    if not (truth == place).any():
        return None
    both = ((answers == place) & (truth == place)).sum()
    return float(2 * both / ((answers == place).sum() + (truth == place).sum()))


def _calibration_error(shares: Shares, truth: Numbers) -> float:
    confidence = shares.max(axis=1)
    right = shares.argmax(axis=1) == truth
    bins = np.minimum((confidence * 10).astype(np.int64), 9)
    gaps = [
        abs(float(right[bins == place].mean() - confidence[bins == place].mean())) * float((bins == place).mean())
        for place in np.unique(bins)
    ]
    return sum(gaps)
