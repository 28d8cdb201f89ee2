"""A candidate is judged on the documents where it differs, with chance taken off."""

from collections.abc import Sequence

import pytest

from documents.theme import Theme
from pipelines.learning.comparing import losses
from pipelines.learning.measuring import Answer, figures, macro_f1


def answer(said: Theme, truth: Theme = Theme.IMAGING, *, accepted: bool = True, probability: float = 0.9) -> Answer:
    """Answer about one document."""
    return Answer(truth=truth, said=said, exact=said is truth, accepted=accepted, probability=probability)


RIGHT = answer(Theme.IMAGING)
WRONG = answer(Theme.REPORT)
UNSURE = answer(Theme.REPORT, accepted=False)


def test_an_equal_candidate_loses_nothing() -> None:
    """The same answers, and a few that cancel each other out."""
    assert losses([RIGHT] * 90 + [UNSURE] * 10, [RIGHT] * 90 + [UNSURE] * 10) == ()
    assert losses([RIGHT] * 95 + [UNSURE] * 5, [UNSURE] * 2 + [RIGHT] * 95 + [UNSURE] * 3) == ()


def test_a_better_candidate_loses_nothing() -> None:
    """More right, fewer asked."""
    assert losses([UNSURE] * 20 + [RIGHT] * 80, [RIGHT] * 100) == ()


def test_one_loss_is_chance_and_many_are_not() -> None:
    """One document in a hundred proves nothing; five that nothing makes up for do."""
    assert losses([RIGHT] * 100, [UNSURE] + [RIGHT] * 99) == ()
    assert "recall of imaging" in losses([RIGHT] * 100, [UNSURE] * 5 + [RIGHT] * 95)


def test_a_small_theme_is_not_drowned_by_the_large_ones() -> None:
    """Every theme has to hold by itself, whatever is gained elsewhere."""
    rare = answer(Theme.PREVENTION, Theme.PREVENTION)
    lost = answer(Theme.REPORT, Theme.PREVENTION, accepted=False)
    current = [rare] * 6 + [UNSURE] * 50 + [RIGHT] * 500
    assert losses(current, [lost] * 6 + [RIGHT] * 550) == ("recall of prevention", "macro-F1")


def test_papers_filed_wrongly_weigh_more_than_questions_asked() -> None:
    """Two more papers under a wrong theme are enough to refuse, right elsewhere or not."""
    current, candidate = [UNSURE] * 2 + [RIGHT] * 98, [WRONG] * 2 + [RIGHT] * 98
    assert losses(current, candidate) == ("precision of what is filed without a person",)


def test_answers_about_different_documents_are_not_compared() -> None:
    """A missing answer is a fault, not a loss."""
    with pytest.raises(ValueError, match="shorter"):
        losses([RIGHT] * 2, [RIGHT])


GIVEN: Sequence[Answer] = (RIGHT, RIGHT, UNSURE, answer(Theme.REPORT, Theme.REPORT), WRONG)


def test_figures_are_what_can_be_counted_by_hand() -> None:
    """Of four images two are found, one is misfiled as a report, one is asked about."""
    imaging, report, everything = (figures(GIVEN, theme) for theme in (Theme.IMAGING, Theme.REPORT, None))
    assert (imaging.count, imaging.precision, imaging.recall, imaging.abstention) == (4, 1.0, 0.5, 0.25)
    assert (report.count, report.precision, report.recall, report.abstention) == (1, 0.5, 1.0, 0.0)
    assert (everything.count, everything.precision, everything.recall) == (5, 0.75, 0.6)
    assert imaging.calibration_error == pytest.approx(0.1)
    assert macro_f1(GIVEN) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_nothing_measured_is_not_called_perfect() -> None:
    """A theme without papers has no figures, and no answers no score."""
    empty = figures(GIVEN, Theme.BIOLOGY)
    assert (empty.count, empty.precision, empty.recall, empty.calibration_error) == (0, None, None, None)
    assert macro_f1([]) == 0.0
