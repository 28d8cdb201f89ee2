"""The model: two heads that are both heard."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.classify.linear import PACKAGED
from pipelines.classify.model import Floats, Model


@pytest.fixture(scope="module")
def model() -> Model:
    """The packaged model."""
    return Model.load(PACKAGED)


def for_one(count: int, place: int) -> Floats:
    """Scores that speak for one and against all others."""
    return np.where(np.arange(count) == place, 1, -1).astype(np.float32)


def test_what_both_heads_say_is_said_as_loudly(model: Model) -> None:
    """A theme that both speak for keeps its score."""
    themes, types = (
        for_one(len(model.themes), 2),
        for_one(len(model.types), int(np.flatnonzero(model.theme_of == 2)[0])),
    )
    assert model.heard(themes, types)[2] == 1


def test_where_the_heads_disagree_neither_is_believed(model: Model) -> None:
    """Of two themes, each with one head for it, none is ahead: the text goes to a person."""
    themes, types = (
        for_one(len(model.themes), 2),
        for_one(len(model.types), int(np.flatnonzero(model.theme_of == 4)[0])),
    )
    heard = model.heard(themes, types)
    assert heard[2] == heard[4] == 0


def test_of_a_theme_without_types_the_first_head_alone_speaks(model: Model) -> None:
    """A model that was never shown a type of a theme can still name the theme."""
    only = replace(model, types=model.types[:1], theme_of=model.theme_of[:1])
    place = (int(model.theme_of[0]) + 1) % len(model.themes)
    assert only.heard(for_one(len(model.themes), place), for_one(1, 0))[place] == 1


def test_rows_are_heard_as_texts_are(model: Model) -> None:
    """A matrix of texts, as training has them, gives row by row what each text alone gives."""
    rng = np.random.default_rng(5)
    themes = rng.normal(size=(3, len(model.themes))).astype(np.float32)
    types = rng.normal(size=(3, len(model.types))).astype(np.float32)
    alone = [model.heard(themes[row], types[row]) for row in range(3)]
    assert np.array_equal(model.heard(themes, types), np.stack(alone))
