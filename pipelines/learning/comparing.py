"""Comparing: whether a candidate does worse than the model in service on the same documents, beyond chance."""

import math
from collections.abc import Sequence
from itertools import compress

from documents.theme import Theme
from pipelines.learning.measuring import Answer, macro_f1

#: How many standard deviations of chance a loss must exceed: one in twenty losses of an equal candidate does.
NOISE = 1.645
#: The same for documents filed wrongly, where doubt speaks against the candidate sooner.
MISFILED_NOISE = 1.0
#: How much macro-F1 may fall.
MACRO_F1 = 0.02


def losses(current: Sequence[Answer], candidate: Sequence[Answer]) -> tuple[str, ...]:
    """Name what got worse; nothing when the candidate may be promoted.

    Both answered the same documents in the same order, so only documents on which they differ count: of those that
    one of them got right, the candidate's losses against its gains, as a sign test does (McNemar 1947).

    Raises:
        ValueError: The two did not answer the same number of documents.
    """
    themes = sorted({answer.truth for answer in current})
    found = [f"recall of {theme}" for theme in themes if _worse_recall(current, candidate, theme)]
    misfiled = [(then.misfiled, now.misfiled) for then, now in zip(current, candidate, strict=True)]
    if _lost([(not then, not now) for then, now in misfiled], MISFILED_NOISE):
        found.append("precision of what is filed without a person")
    if macro_f1(candidate) < macro_f1(current) - MACRO_F1:
        found.append("macro-F1")
    if _lost([(then.exact, now.exact) for then, now in zip(current, candidate, strict=True)], NOISE):
        found.append("accuracy of the exact type")
    return tuple(found)


def _worse_recall(current: Sequence[Answer], candidate: Sequence[Answer], theme: Theme) -> bool:
    pairs = [(then.right, now.right) for then, now in zip(current, candidate, strict=True)]
    return _lost(list(compress(pairs, (answer.truth is theme for answer in current))), NOISE)


def _lost(pairs: Sequence[tuple[bool, bool]], noise: float) -> bool:
    """Tell whether more turned from good to bad than chance explains beside those that turned from bad to good."""
    lost = sum(then and not now for then, now in pairs)
    gained = sum(now and not then for then, now in pairs)
    return lost - gained > noise * math.sqrt(lost + gained)
