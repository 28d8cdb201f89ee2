"""The yardstick: generated texts that no model is taught by, so that what nobody decided lately does not get worse."""

from collections.abc import Iterator

from documents.page import Page, Source
from pipelines.learning.decisions import Labelled
from training.corpus.writing import library

#: Of no other library.
_SEED = 20_260_000


def yardstick(count: int = 1) -> Iterator[Labelled]:
    """Write `count` texts of every usual type, more of the frequent ones: always the same.

    Needs no scikit-learn: models are compared where none can be trained.
    """
    for code, text in library(count, _SEED):
        yield Labelled(pages=(Page(number=1, source=Source.TEXT, text=text),), type_code=code)
