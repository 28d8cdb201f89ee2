"""Calibrating: making a probability mean something, on texts that the model has never seen."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from documents.theme import Theme
from pipelines.classify.evidence import Caution, is_thin
from pipelines.classify.model import Floats, Model
from training.fitting import THEMES, Matrix, picked
from training.measures import SIX, Numbers, Shares
from training.scoring import Scored, shares, type_scores

#: What is filed without a person must be right this often.
PRECISION = 0.99
#: No theme is filed below this, however well it did on few texts.
_LOWEST = 0.8
#: Nor is a text that says little below this: most that are known are notes by who wrote the grammars, which flatter.
#: Of forty notes that nobody had looked at, 3 of 24 that the figures alone would file were wrong; above this none was.
LOWEST_WHERE_THIN = 0.97
#: A theme that fewer unseen texts were taken for than this has no threshold of its own.
_FEWEST = 30
#: Above any probability: never filed from the content alone.
NEVER = 2.0
_TEMPERATURES = np.geomspace(0.05, 5.0, 80)
#: Where the search for a caution begins, and how far it goes: base, by words, by known words.
_START = (1.0, 0.3, 0.3)
_BOUNDS = ((-1.0, 4.0), (0.0, 5.0), (0.0, 2.0))

Weights = NDArray[np.float64]


def temperature(raw: Floats, truth: Numbers) -> float:
    """Find the temperature under which unseen texts are the least surprising."""

    def surprise(value: float) -> float:
        return float(-np.log(shares(raw, value)[np.arange(len(truth)), truth] + 1e-9).mean())

    return float(min(_TEMPERATURES, key=surprise))


def caution(unseen: Scored, truth: Numbers, weights: Weights) -> Caution:
    """Find the caution under which unseen texts are the least surprising; more evidence never makes it greater.

    Args:
        unseen: What models said of texts that they had not read.
        truth: Their themes.
        weights: How much each text counts.
    """

    def surprise(values: Weights) -> float:
        found = unseen.shares(Caution(base=values[0], by_words=values[1], by_known=values[2]))
        return float(-np.average(np.log(found[np.arange(len(truth)), truth] + 1e-9), weights=weights))

    # Without derivatives: sums in single precision have none to speak of.
    best = minimize(surprise, _START, method="Nelder-Mead", bounds=_BOUNDS, options={"xatol": 1e-3, "fatol": 1e-6})
    base, by_words, by_known = (round(float(value), 4) for value in best.x)
    return Caution(base=base, by_words=by_words, by_known=by_known)


def as_cautious(known: Caution, unseen: Scored, truth: Numbers) -> Caution:
    """Keep what evidence adds as another model has it, and find the base alone under which texts surprise least."""
    level = replace(known, base=0.0).sharpness(unseen.weight, unseen.known)
    return replace(known, base=-float(np.log(temperature(unseen.heard * level[:, None], truth))))


def type_temperature(model: Model, learned: Matrix) -> float:
    """Find the temperature of the types: how surprised each theme's own types are by texts not learned from."""
    known = picked(learned, np.isin(learned.codes, model.types))
    raw = type_scores(model, known)
    numbers = np.asarray([model.types.index(code) for code in known.codes.tolist()])
    strangers = model.theme_of[None, :] != known.themes[:, None]
    return temperature(np.where(strangers, np.float32(-1000), raw), numbers)


def cautious(unseen: Shares, told: Matrix, sources: NDArray[np.str_]) -> Floats:
    """Give each theme its thresholds, one for texts that say enough and one for those that say little: two rows."""
    thin = is_thin(told.known)
    enough, little = (_cautious(unseen[own], picked(told, own), sources[own]) for own in (~thin, thin))
    return np.stack((enough, np.maximum(little, np.float32(LOWEST_WHERE_THIN))))


def _cautious(unseen: Shares, told: Matrix, sources: NDArray[np.str_]) -> Floats:
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
        accepted[own] = confidence[own] >= chosen[is_thin(told.known[own]).astype(np.int64), answers[own]]
    return accepted, accepted & (answers == told.themes)


def _threshold(confidence: Floats, right: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    """Find the lowest confidence from which at least `PRECISION` of the answers are right."""
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero(running >= PRECISION)
    if not len(enough):
        return 1.0
    return float(confidence[order][enough.max()])
