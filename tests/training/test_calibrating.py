"""Thresholds keep what is filed right, and nothing that could not be checked is filed."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from documents.theme import Theme
from pipelines.classify.evidence import THIN, Counts
from training.calibrating import NEVER, caution, cautious, filed, thresholds
from training.fitting import THEMES, Matrix
from training.measures import Shares
from training.scoring import Scored


def answered(*answers: tuple[Theme, Theme, float, int]) -> tuple[Shares, Matrix]:
    """Give probabilities and truth: so many texts of a theme, taken for another with a confidence."""
    truth, shares = [], []
    for theme, taken, confidence, count in answers:
        row = np.full(len(THEMES), (1 - confidence) / (len(THEMES) - 1), dtype=np.float32)
        row[THEMES.index(taken)] = confidence
        truth += [THEMES.index(theme)] * count
        shares += [row] * count
    return np.asarray(shares, dtype=np.float32), told(truth, np.ones(len(truth)))


def told(
    truth: Sequence[int], weights: np.ndarray[tuple[int], np.dtype[np.float64]], known: Counts | None = None
) -> Matrix:
    """Give texts of which only the theme, the weight and the number of medical words matter."""
    return Matrix(
        rows=csr_matrix((len(truth), 1)),
        themes=np.asarray(truth, dtype=np.int64),
        codes=np.full(len(truth), ""),
        weights=weights,
        known=np.full(len(truth), 2 * THIN) if known is None else known,
    )


def threshold(chosen: np.ndarray[tuple[int], np.dtype[np.float32]], theme: Theme) -> float:
    """Give the threshold of a theme."""
    return float(chosen[THEMES.index(theme)])


def test_a_theme_is_filed_from_where_99_in_100_were_right() -> None:
    """A mistake at 0.8 among forty texts lifts the threshold above it."""
    unseen, judged = answered(
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.95, 40),
        (Theme.REPORT, Theme.BIOLOGY, 0.8, 1),
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.7, 5),
    )
    assert threshold(thresholds(unseen, judged), Theme.BIOLOGY) == pytest.approx(0.95)


def test_a_theme_of_the_six_with_few_texts_is_held_to_the_threshold_of_all() -> None:
    """Two texts prove nothing by themselves."""
    unseen, judged = answered(
        (Theme.IMAGING, Theme.IMAGING, 0.9, 60),
        (Theme.PREVENTION, Theme.PREVENTION, 0.95, 2),
        (Theme.REPORT, Theme.IMAGING, 0.85, 9),
    )
    assert threshold(thresholds(unseen, judged), Theme.PREVENTION) == pytest.approx(0.9)


def test_a_theme_beside_the_six_that_few_texts_checked_is_never_filed_from_content() -> None:
    """P11: what nobody could check is no ground for leaving a person out."""
    unseen, judged = answered(
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.95, 40),
        (Theme.CERTIFICATE, Theme.CERTIFICATE, 0.99, 5),
        (Theme.OTHER, Theme.OTHER, 0.99, 50),
    )
    chosen = thresholds(unseen, judged)
    assert threshold(chosen, Theme.CERTIFICATE) == threshold(chosen, Theme.OTHER) == NEVER


def test_a_text_that_counts_more_weighs_more() -> None:
    """One real text in error is worth several that were written for the purpose."""
    unseen, judged = answered((Theme.BIOLOGY, Theme.BIOLOGY, 0.9, 120), (Theme.REPORT, Theme.BIOLOGY, 0.85, 1))
    weighty = np.ones(121)
    weighty[-1] = 5.0
    light, heavy = (thresholds(unseen, told(judged.themes.tolist(), weights)) for weights in (np.ones(121), weighty))
    assert threshold(light, Theme.BIOLOGY) == pytest.approx(0.85)
    assert threshold(heavy, Theme.BIOLOGY) == pytest.approx(0.9)


def test_no_source_s_easy_texts_lower_what_is_asked_of_others() -> None:
    """Three hundred papers of one author hide the mistake on another's: the threshold is the one without them."""
    unseen, judged = answered(
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.95, 40),
        (Theme.REPORT, Theme.BIOLOGY, 0.9, 1),
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.85, 300),
    )
    sources = np.asarray(["a"] * 41 + ["b"] * 300)
    assert threshold(thresholds(unseen, judged), Theme.BIOLOGY) == pytest.approx(0.85)
    enough, _ = cautious(unseen, judged, sources)
    assert threshold(enough, Theme.BIOLOGY) == pytest.approx(0.95)


def test_texts_that_say_little_are_held_to_what_was_right_among_their_like() -> None:
    """Three hundred letters hide the mistake on a note of four lines: notes have a threshold of their own."""
    unseen, judged = answered(
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.99, 40),
        (Theme.REPORT, Theme.BIOLOGY, 0.98, 1),
        (Theme.BIOLOGY, Theme.BIOLOGY, 0.8, 300),
    )
    known = np.asarray([THIN - 1] * 41 + [THIN] * 300)
    notes = told(judged.themes.tolist(), judged.weights, known)
    enough, thin = cautious(unseen, notes, np.full(341, "a"))
    assert threshold(enough, Theme.BIOLOGY) == pytest.approx(0.8)
    assert threshold(thin, Theme.BIOLOGY) == pytest.approx(0.99)


def test_what_says_little_is_never_filed_from_a_low_probability() -> None:
    """Notes by whoever wrote the grammars are easy: that all of them were right lowers nothing."""
    unseen, judged = answered((Theme.BIOLOGY, Theme.BIOLOGY, 0.8, 100))
    notes = told(judged.themes.tolist(), judged.weights, np.full(100, THIN - 1))
    _, thin = cautious(unseen, notes, np.full(100, "a"))
    assert thin.min() == pytest.approx(0.97)


def test_where_few_words_speak_less_is_believed() -> None:
    """Texts with the same scores, right where their words account for the lead, and half wrong where they do not."""
    heard = np.zeros((80, len(THEMES)), dtype=np.float32)
    heard[:, 0] = 0.5
    spoken = np.repeat([True, False], 40)
    truth = np.where(spoken, 0, np.arange(80) % 2)
    unseen = Scored(heard=heard, weight=np.where(spoken, 0.5, 0.0).astype(np.float32), known=np.full(80, THIN))
    found = unseen.shares(caution(unseen, truth, np.ones(80))).max(axis=1)
    assert found[spoken].min() > 0.9
    assert found[~spoken].max() < 0.7


def test_what_would_be_filed_is_judged_by_thresholds_that_had_not_seen_its_source() -> None:
    """A source full of sure mistakes shows as such, instead of lifting its own threshold."""
    unseen, judged = answered((Theme.BIOLOGY, Theme.BIOLOGY, 0.9, 40), (Theme.REPORT, Theme.BIOLOGY, 0.95, 10))
    sources = np.asarray(["a"] * 40 + ["b"] * 10)
    accepted, right = filed(unseen, judged, sources)
    assert accepted[40:].all()
    assert not right[40:].any()


def test_no_theme_is_filed_from_a_low_probability_however_well_it_did() -> None:
    """Three hundred right answers on few authors are no promise about the next one."""
    unseen, judged = answered((Theme.BIOLOGY, Theme.BIOLOGY, 0.61, 300))
    assert threshold(thresholds(unseen, judged), Theme.BIOLOGY) == pytest.approx(0.8)
