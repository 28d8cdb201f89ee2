"""Retraining: what people decided, learned beside generated texts and weighed together with the packaged model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.model import Floats, Head, Model
from pipelines.learning.decisions import Labelled
from training.calibrating import as_cautious, cautious, type_temperature
from training.fitting import Example, Matrix, fit, joined, matrix, picked
from training.lessons import generated, taught
from training.scoring import Scored, scored, together

#: The seeds of what is learned from and of what thresholds are chosen on.
_LEARNED, _HELD = 1, 2
#: What a decision counts beside a generated text.
_WEIGHT = 3.0
#: Decisions are scored by models that have not read them, in so many turns.
_TURNS = 3


def retrain(packaged: Model, decided: Sequence[Labelled], count: int) -> Model:
    """Train a candidate, each time from the packaged model, never from an earlier candidate.

    The packaged model was taught by texts that do not ship. What it knows is kept by averaging: of two linear models,
    the mean of the weights is the vote of both.

    Args:
        packaged: The model that ships with this release.
        decided: What people decided, nothing of it frozen.
        count: Texts of a usual type to generate.
    """
    written, held = taught(generated(count, _LEARNED), _LEARNED), matrix(generated(max(1, count // 6), _HELD))
    told = matrix([_example(one) for one in decided])
    unseen = together(*_by_turns(packaged, written, told), scored(_averaged(packaged, fit(written)), held))
    known = joined(*(picked(told, _turn(told, number)) for number in range(_TURNS)), held)
    care = as_cautious(packaged.caution, unseen, known.themes)
    model = _averaged(packaged, fit(joined(written, told)), told)
    chosen = cautious(unseen.shares(care), known, np.full(len(known.themes), "decisions"))
    model = replace(model, caution=care, type_temperature=type_temperature(model, held), thresholds=chosen)
    # Decisions are the hard cases; however well they go, nothing is filed from a lower probability than before.
    return replace(model, thresholds=np.maximum(model.thresholds, packaged.thresholds))


def _example(one: Labelled) -> Example:
    return Example(text=one.text, theme=one.theme, code=one.type_code, source="decisions", weight=_WEIGHT)


def _by_turns(packaged: Model, written: Matrix, told: Matrix) -> Iterator[Scored]:
    """Score the decisions of each turn by a model that has read all the others."""
    for number in range(_TURNS):
        own = _turn(told, number)
        others = picked(told, ~own)
        yield scored(_averaged(packaged, fit(joined(written, others)), others), picked(told, own))


def _turn(told: Matrix, number: int) -> NDArray[np.bool_]:
    return np.asarray(np.arange(len(told.themes)) % _TURNS == number)


def _averaged(packaged: Model, learned: Model, told: Matrix | None = None) -> Model:
    """Give the vote of both models.

    A type that only one of them knows is that one's to judge, and one that nobody decided about the packaged one's: it
    was taught by many more texts of it.
    """
    decided = set(told.codes.tolist()) if told else set()
    types = tuple(sorted({*packaged.types, *learned.types}))
    places = {code: place for model in (packaged, learned) for code, place in _themes_of(model).items()}
    return replace(
        learned,
        types=types,
        theme_of=np.asarray([places[code] for code in types], dtype=np.int64),
        theme_head=_mean(packaged.theme_head, learned.theme_head),
        type_head=_mean(
            _spread(packaged, learned, types),
            _spread(learned, packaged, types),
            np.asarray([0.5 * (code in decided) for code in types], dtype=np.float32),
        ),
    )


def _themes_of(model: Model) -> dict[str, int]:
    return dict(zip(model.types, model.theme_of.tolist(), strict=True))


def _spread(model: Model, other: Model, types: Sequence[str]) -> Head:
    """Give a model's head of types over all types, with the other's columns where it has none itself."""
    columns = [(model if code in model.types else other, code) for code in types]
    heads = [(owner.type_head, owner.types.index(code)) for owner, code in columns]
    return Head(
        weights=np.stack([head.weights[:, place] for head, place in heads], axis=1),
        scales=np.asarray([head.scales[place] for head, place in heads], dtype=np.float32),
        biases=np.asarray([head.biases[place] for head, place in heads], dtype=np.float32),
    )


def _mean(first: Head, second: Head, share: Floats | float = 0.5) -> Head:
    """Give the mean of two heads, the second with its share, of all classes or of each."""
    weights = (1 - share) * (first.weights * first.scales) + share * (second.weights * second.scales)
    biases = (1 - share) * first.biases + share * second.biases
    return Head.quantised(np.asarray(weights, dtype=np.float32), np.asarray(biases, dtype=np.float32))
