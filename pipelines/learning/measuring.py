"""Measuring: how well a classifier agrees with what is known, theme by theme, at the thresholds in service."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.classification import Classification
from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.classify.interface import Classifier
from pipelines.learning.decisions import Labelled

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a classifier said of a document whose type is known."""

    truth: Theme
    said: Theme
    #: Whether the exact type is right too.
    exact: bool
    #: Whether it would be filed without a person.
    accepted: bool
    #: The probability that the classifier gave to its theme, 0 to 1.
    probability: float

    @property
    def right(self) -> bool:
        """Whether the theme is right."""
        return self.said is self.truth

    @property
    def misfiled(self) -> bool:
        """Whether it would be filed, without a person, under a wrong theme."""
        return self.accepted and not self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures about some answers; a share is None where nothing stands under the line."""

    #: Documents that are of it.
    count: int
    #: Of those that would be filed as it, the share that are.
    precision: float | None
    #: Of those that are of it, the share that the best guess says to be, filed or not.
    recall: float | None
    #: Of those that are of it, the share that a person would be asked about.
    abstention: float | None
    #: Mean distance between what was promised and what was right, over ten bins of the documents said to be of it.
    calibration_error: float | None


def answers(classifier: Classifier, known: Iterable[Labelled]) -> Sequence[Answer]:
    """Ask a classifier about documents whose type is known."""
    return [_answer(classifier.classify(one.pages, one.declared), one) for one in known]


def figures(given: Sequence[Answer], theme: Theme | None = None) -> Figures:
    """Give the figures of one theme, or of all together."""
    own = [answer for answer in given if theme in {None, answer.truth}]
    said = [answer for answer in given if theme in {None, answer.said}]
    filed = [answer for answer in said if answer.accepted]
    return Figures(
        count=len(own),
        precision=_share(answer.right for answer in filed),
        recall=_share(answer.right for answer in own),
        abstention=_share(not answer.accepted for answer in own),
        calibration_error=_calibration_error(said),
    )


def macro_f1(given: Sequence[Answer]) -> float:
    """Give the mean F1 of the themes that occur."""
    scores = [_f1(given, theme) for theme in sorted({answer.truth for answer in given})]
    return sum(scores) / len(scores) if scores else 0.0


def _answer(found: Classification, known: Labelled) -> Answer:
    return Answer(
        truth=known.theme,
        said=type_code(found.best.type_code).theme,
        exact=found.best.type_code == known.type_code,
        accepted=found.accepted,
        probability=found.theme_probability,
    )


def _share(flags: Iterable[bool]) -> float | None:
    counted = list(flags)
    return sum(counted) / len(counted) if counted else None


def _f1(given: Sequence[Answer], theme: Theme) -> float:
    right = sum(answer.right for answer in given if answer.truth is theme)
    both = sum((answer.truth is theme) + (answer.said is theme) for answer in given)
    return 2 * right / both


def _calibration_error(said: Sequence[Answer]) -> float | None:
    if not said:
        return None
    bins: dict[int, list[Answer]] = {}
    for answer in said:
        bins.setdefault(min(int(answer.probability * _BINS), _BINS - 1), []).append(answer)
    return sum(abs(sum(one.right - one.probability for one in members)) for members in bins.values()) / len(said)
