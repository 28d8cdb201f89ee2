"""Calibrating: making a probability mean something, on texts that the model has never seen."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from documents.theme import Theme
from pipelines.classify.model import Floats, Head, Model
from training.fitting import THEMES, Matrix, narrowed
from training.measures import Numbers, Shares

#: What is filed without a person must be right this often.
PRECISION = 0.99
#: No theme is filed below this, however well it did on few texts.
_LOWEST = 0.6
#: A theme with fewer unseen texts than this is held to the threshold of all.
_FEWEST = 30
_TEMPERATURES = np.geomspace(0.05, 5.0, 80)


def scores(head: Head, learned: Matrix) -> Floats:
    """Give the scores of a whole matrix, before any temperature."""
    return np.asarray(learned.rows @ (head.weights * head.scales) + head.biases, dtype=np.float32)


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
    known = [place for place, code in enumerate(learned.codes.tolist()) if code in model.types]
    rows = narrowed(learned.rows[known])
    head = model.type_head
    raw = np.asarray(rows @ (head.weights * head.scales) + head.biases, dtype=np.float32)
    numbers = np.asarray([model.types.index(learned.codes[place]) for place in known])
    strangers = model.theme_of[None, :] != learned.themes[known][:, None]
    return temperature(np.where(strangers, np.float32(-1000), raw), numbers)


def calibrated(model: Model, unseen: Shares, truth: Numbers, value: float, type_value: float) -> Model:
    """Give the model its temperature, and to each theme the lowest threshold that keeps what is accepted right.

    Args:
        model: The model, uncalibrated.
        unseen: Probabilities on unseen texts, under `value`.
        truth: Their themes.
        value: The temperature of the themes.
        type_value: That of the types.
    """
    answers, confidence = unseen.argmax(axis=1), unseen.max(axis=1)
    common = _threshold(confidence, answers == truth)
    thresholds = np.full(len(THEMES), max(common, _LOWEST), dtype=np.float32)
    for place, theme in enumerate(THEMES):
        own = answers == place
        if own.sum() >= _FEWEST:
            thresholds[place] = max(_LOWEST, _threshold(confidence[own], (answers == truth)[own]))
        if theme is Theme.OTHER:
            thresholds[place] = 2.0
    return replace(model, temperature=value, type_temperature=type_value, thresholds=thresholds)


def _threshold(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Find the lowest confidence from which at least `PRECISION` of the answers are right."""
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(running >= PRECISION)
    if not len(enough):
        return 1.0
    return float(confidence[order][enough.max()])
