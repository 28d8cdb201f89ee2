"""Trials: how models do on authors that they have not read, which is all that tells how they will do in service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.evidence import is_thin
from pipelines.classify.features import extract
from pipelines.classify.reasons import stands
from training.fitting import THEMES, Matrix, fit, joined, picked
from training.lessons import Lessons, Told
from training.measures import Measures, Shares, measure
from training.notes import SOURCE as NOTES
from training.papers import SOURCE as SPECIMENS
from training.scoring import Scored, scored

#: Where texts are parted by how many medical words they hold, each bound excluded.
LENGTHS = (6, 12, 25, 50, 1_000_000)
#: The trial that tells how the model will do on authors never seen.
REAL_BY_SOURCE = "real texts, each by all sources but its own"

#: Of each text, whether it would be filed, and whether rightly.
Answers = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """How many of some texts would be filed without a person, by what had seen nothing of their source."""

    #: Which texts.
    name: str
    texts: int
    filed: int
    #: Of those filed, the ones whose theme was right.
    right: int


def by_source(lessons: Lessons, texts: Sequence[str]) -> tuple[Scored, Scored, NDArray[np.bool_]]:
    """Score each source's texts, and their scraps, by a model that was taught everything but that source.

    Args:
        lessons: What is taught.
        texts: What was told, as text.

    Returns:
        What was said of what was told, of its scraps, and which of what was told would stand as what it was taken for.
    """
    told, torn = lessons.told, lessons.torn
    unseen, unseen_torn = _unscored(told.rows), _unscored(torn.rows)
    standing = np.ones(len(texts), dtype=np.bool_)
    for name in sorted(set(told.sources.tolist())):
        own, own_torn = told.sources == name, torn.sources == name
        model = fit(joined(lessons.written, picked(told.rows, ~own), picked(torn.rows, ~own_torn)))
        unseen.put(own, scored(model, picked(told.rows, own)))
        unseen_torn.put(own_torn, scored(model, picked(torn.rows, own_torn)))
        for place in np.flatnonzero(own & is_thin(told.rows.known)).tolist():
            standing[place] = stands(model, extract(texts[place]), int(unseen.heard[place].argmax()))
    return unseen, unseen_torn, standing


def _unscored(rows: Matrix) -> Scored:
    count = len(rows.themes)
    return Scored(
        heard=np.zeros((count, len(THEMES)), dtype=np.float32),
        weight=np.zeros(count, dtype=np.float32),
        known=np.zeros(count, dtype=np.int64),
    )


def trials(raw: Shares, unseen: Shares, told: Told) -> Iterator[tuple[str, Measures]]:
    """Measure on authors not read: taught by the grammars alone, then by all but the author, author by author."""
    truth, real = told.rows.themes, told.are_real
    if real.any():
        yield "real texts, by the grammars alone", measure(raw[real], truth[real])
    for name in (SPECIMENS, NOTES):
        yield f"{name}, by the grammars alone", measure(raw[told.sources == name], truth[told.sources == name])
    if real.any():
        yield REAL_BY_SOURCE, measure(unseen[real], truth[real])
    for name in sorted(set(told.sources.tolist())):
        yield f"… {name}", measure(unseen[told.sources == name], truth[told.sources == name])


def filed_by_source(found: Answers, told: Told) -> Iterator[Filed]:
    """Count what would be filed of each source."""
    for name in sorted(set(told.sources.tolist())):
        yield _counted(name, told.sources == name, found)


def filed_by_length(found: Answers, told: Told) -> Iterator[Filed]:
    """Count what would be filed of texts by how many medical words they hold."""
    for low, high in zip((0, *LENGTHS), LENGTHS, strict=False):
        name = f"{low} to {high - 1}" if high != LENGTHS[-1] else f"{low} or more"
        yield _counted(name, (told.rows.known >= low) & (told.rows.known < high), found)


def _counted(name: str, own: NDArray[np.bool_], found: Answers) -> Filed:
    accepted, right = found
    return Filed(name=name, texts=int(own.sum()), filed=int(accepted[own].sum()), right=int(right[own].sum()))
