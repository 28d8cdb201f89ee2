"""Calibrating: making a probability mean something, on texts that the model has never seen."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from documents.theme import Theme
from pipelines.classify.model import Floats, Head, Model
from training.fitting import THEMES, Matrix, narrowed, picked
from training.measures import SIX, Numbers, Shares

#: What is filed without a person must be right this often.
PRECISION = 0.99
#: No theme is filed below this, however well it did on few texts.
_LOWEST = 0.6
#: A theme that fewer unseen texts were taken for than this has no threshold of its own.
_FEWEST = 30
#: Above any probability: never filed from the content alone.
NEVER = 2.0
_TEMPERATURES = np.geomspace(0.05, 5.0, 80)


def scores(model: Model, learned: Matrix) -> Floats:
    """Give the scores of the themes of a whole matrix, before any temperature."""
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


def temperature(raw: Floats, truth: Numbers) -> float:
    """Find the temperature under which unseen texts are the least surprising."""

    def surprise(value: float) -> float:
        return float(-np.log(shares(raw, value)[np.arange(len(truth)), truth] + 1e-9).mean())

    return float(min(_TEMPERATURES, key=surprise))


def type_temperature(model: Model, learned: Matrix) -> float:
    """Find the temperature of the types: how surprised each theme's own types are by texts not learned from."""
    known = picked(learned, np.isin(learned.codes, model.types))
    raw = type_scores(model, known)
    numbers = np.asarray([model.types.index(code) for code in known.codes.tolist()])
    strangers = model.theme_of[None, :] != known.themes[:, None]
    return temperature(np.where(strangers, np.float32(-1000), raw), numbers)


def calibrated(model: Model, chosen: Floats, value: float, type_value: float) -> Model:
    """Give the model its temperatures and thresholds.

    Args:
        model: The model, uncalibrated.
        chosen: The threshold of each theme, chosen on unseen texts under `value`.
        value: The temperature of the themes.
        type_value: That of the types.
    """
    return replace(model, temperature=value, type_temperature=type_value, thresholds=chosen)


def cautious(unseen: Shares, told: Matrix, sources: NDArray[np.str_]) -> Floats:
    """Give each theme the highest of the thresholds that are chosen leaving out one source after the other.

    No source's easy texts may lower what is asked of an author never seen: held to what was promised on such authors,
    thresholds of all sources together fell short of it, these did not.

    Args:
        unseen: Probabilities on unseen texts.
        told: Those texts: their themes, and how much each counts.
        sources: Who wrote each of them.
    """
    names = np.unique(sources)
    if len(names) < 2:
        return thresholds(unseen, told)
    left = [sources != name for name in names]
    chosen = [thresholds(unseen[kept], picked(told, kept)) for kept in left]
    return np.asarray(np.max(chosen, axis=0), dtype=np.float32)


def thresholds(unseen: Shares, told: Matrix) -> Floats:
    """Give each theme the lowest threshold that keeps what is accepted right.

    Of the six, one with few unseen texts is held to the threshold of all. Of the others, one with few is never filed
    from its content alone: what nobody could check is no ground for leaving a person out.
    """
    answers, confidence = unseen.argmax(axis=1), unseen.max(axis=1)
    right = answers == told.themes
    common = max(_LOWEST, _threshold(confidence, right, told.weights))
    chosen = np.full(len(THEMES), NEVER, dtype=np.float32)
    for place, theme in enumerate(THEMES):
        own = answers == place
        if theme is Theme.OTHER:
            continue
        if own.sum() >= _FEWEST:
            chosen[place] = max(_LOWEST, _threshold(confidence[own], right[own], told.weights[own]))
        elif theme in SIX:
            chosen[place] = common
    return chosen


def filed(unseen: Shares, told: Matrix, sources: NDArray[np.str_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which texts would be filed by thresholds that were chosen without their source, and which rightly."""
    accepted = np.zeros(len(unseen), dtype=np.bool_)
    answers, confidence = unseen.argmax(axis=1), unseen.max(axis=1)
    for name in np.unique(sources):
        own = sources == name
        chosen = cautious(unseen[~own], picked(told, ~own), sources[~own])
        accepted[own] = confidence[own] >= chosen[answers[own]]
    return accepted, accepted & (answers == told.themes)


def _threshold(confidence: Floats, right: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    """Find the lowest confidence from which at least `PRECISION` of the answers are right."""
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero(running >= PRECISION)
    if not len(enough):
        return 1.0
    return float(confidence[order][enough.max()])
