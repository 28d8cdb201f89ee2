"""Lessons: everything that a model is taught from, as features, and who wrote each text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents.type_codes import type_code
from training.corpus.writing import library
from training.fitting import Example, Matrix, joined, matrix
from training.notes import SOURCE as NOTES
from training.papers import SOURCE as SPECIMENS
from training.scraps import scraps

#: How many texts of a usual type, and how many specimens of each kind, a model is taught by unless told otherwise: what
#: `./run train` ships and `./run bench classification` measures.
COUNT, PAPERS = 64, 20

_GENERATED = "generated"
#: How many scraps are torn out of a generated text and out of a labelled one.
_OF_GENERATED, _OF_LABELLED = 0.5, 2.0
#: What a scrap counts beside its text: of many, nobody could tell from what paper they are.
_SCRAP = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Labelled texts, and who wrote each."""

    rows: Matrix
    sources: NDArray[np.str_]

    @property
    def are_real(self) -> NDArray[np.bool_]:
        """Tell which are of nobody who works on Verso."""
        return np.asarray(~np.isin(self.sources, (SPECIMENS, NOTES)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What a model is taught from."""

    #: Texts of no author: generated ones, scraps of them, and texts whose label is a guess.
    written: Matrix
    told: Told
    #: Scraps of what was told.
    torn: Told


def generated(count: int, seed: int) -> list[Example]:
    """Write texts from the grammars."""
    return [
        Example(text=text, theme=type_code(code).theme, code=code, source=_GENERATED)
        for code, text in library(count, seed)
    ]


def taught(written: Sequence[Example], seed: int) -> Matrix:
    """Give generated texts and scraps of them."""
    return joined(matrix(written), _lightly(matrix(scraps(written, seed, _OF_GENERATED))))


def gathered(
    written: Sequence[Example], weak: Sequence[Example], labelled: Sequence[Example], seed: int, real_weight: float
) -> Lessons:
    """Gather lessons.

    Args:
        written: Generated texts.
        weak: Texts whose label is a guess.
        labelled: Texts whose label was given by a person.
        seed: Decides what scraps are torn.
        real_weight: What a real text counts beside a generated one.
    """
    torn = _told(scraps(labelled, seed, _OF_LABELLED), real_weight)
    return Lessons(
        written=joined(taught(written, seed), matrix(weak)),
        told=_told(labelled, real_weight),
        torn=Told(rows=_lightly(torn.rows), sources=torn.sources),
    )


def _told(examples: Sequence[Example], real_weight: float) -> Told:
    sources = np.asarray([example.source for example in examples], dtype=np.str_)
    plain = Told(rows=matrix(examples), sources=sources)
    return Told(rows=plain.rows.weighed(np.where(plain.are_real, real_weight, 1.0)), sources=sources)


def _lightly(torn: Matrix) -> Matrix:
    return torn.weighed(np.full(len(torn.themes), _SCRAP))
