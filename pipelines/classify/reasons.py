"""Reasons: the words that spoke for a theme, and whether it still stands without the sentence that spoke loudest."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.classify.features import Features, extract
from pipelines.classify.model import Floats, Model

_REASONS = 8
#: What parts statements: the end of a line, or of a sentence.
_BETWEEN = re.compile(r"\n|(?<=[.;!?])\s+")


def because(model: Model, features: Features, theme: int) -> tuple[str, ...]:
    """Give the words and pairs of words that spoke most for the theme against the others, as they stood."""
    spoke, folded = _spoke(model, features, theme), features.folded
    words = len(features.word_places)
    reasons: dict[str, str] = {}
    for number in np.argsort(-spoke, kind="stable")[: 10 * _REASONS].tolist():
        if spoke[number] <= 0 or len(reasons) == _REASONS:
            break
        first, last = (number, number) if number < words else (number - words, number - words + 1)
        phrase = " ".join(folded.word(each) for each in range(first, last + 1)).strip()
        if sum(map(str.isalpha, phrase)) > 2:
            reasons.setdefault(phrase.lower(), phrase)
    return tuple(reasons.values())


def stands(model: Model, features: Features, theme: int) -> bool:
    """Tell whether a text would be of the same theme without the statement whose words spoke most for it.

    A note from an emergency room reads as imaging by its one line about an X-ray, and as a note without it. A text of
    one statement has nothing else to stand on, and stands or falls with its probability.
    """
    text = features.folded.text
    statements = list(_statements(text))
    if len(statements) < 2:
        return True
    begin, end = statements[_loudest(model, features, theme, statements)]
    themes, _ = model.scores(extract(text[:begin] + text[end:]))
    return int(themes.argmax()) == theme


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Give where each statement begins and ends."""
    ends = [found.span() for found in _BETWEEN.finditer(text)]
    begins = [0, *(end for _, end in ends)]
    for begin, (end, _) in zip(begins, [*ends, (len(text), 0)], strict=True):
        if text[begin:end].strip():
            yield begin, end


def _loudest(model: Model, features: Features, theme: int, statements: Sequence[tuple[int, int]]) -> int:
    folded, spoke = features.folded, _spoke(model, features, theme)
    starts = folded.origins[folded.starts]
    # A pair of words is where its first word is.
    places = np.searchsorted([begin for begin, _ in statements], np.concatenate((starts, starts[:-1])), "right") - 1
    return int(np.bincount(places.clip(min=0), weights=spoke, minlength=len(statements)).argmax())


def _spoke(model: Model, features: Features, theme: int) -> NDArray[np.float64]:
    """Give how much each word, then each pair of words, spoke for the theme against the mean of all."""
    head, count = model.theme_head, features.words
    block, values = features.places[:count], features.values[:count]
    rows: Floats = head.weights[block] * head.scales
    spoke = (rows[:, theme] - rows.mean(axis=1)) * values
    return np.asarray(
        spoke[np.searchsorted(block, np.concatenate((features.word_places, features.pair_places)))], dtype=np.float64
    )
