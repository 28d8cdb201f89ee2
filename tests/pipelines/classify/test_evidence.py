"""Evidence decides how far a lead is believed."""

import numpy as np
import pytest

from pipelines.classify.evidence import THIN, Caution, Floats, is_thin, weight_of_words

CAUTION = Caution(base=1.0, by_words=0.8, by_known=0.5)


def floats(*values: float) -> Floats:
    """Give an array as the model has them."""
    return np.asarray(values, dtype=np.float32)


def test_the_weight_of_words_is_their_part_of_the_lead() -> None:
    """Of the best theme over the second, whatever words say of others."""
    heard, words = floats(0.1, 0.9, 0.6), floats(5.0, 0.7, 0.5)
    assert weight_of_words(heard, words) == pytest.approx(0.2)


def test_rows_weigh_as_texts_do() -> None:
    """A matrix of texts gives row by row what each text gives alone."""
    rng = np.random.default_rng(7)
    heard, words = (rng.normal(size=(5, 11)).astype(np.float32) for _ in range(2))
    assert weight_of_words(heard, words).tolist() == [
        float(weight_of_words(heard[row], words[row])) for row in range(5)
    ]


def test_more_words_that_speak_make_a_lead_more_believable() -> None:
    """Whether they weigh more or are more."""
    base = CAUTION.sharpness(floats(0.1), np.asarray([5]))
    assert CAUTION.sharpness(floats(0.4), np.asarray([5])) > base
    assert CAUTION.sharpness(floats(0.1), np.asarray([15])) > base


def test_beyond_plenty_more_words_prove_no_more() -> None:
    """A discharge summary of ten pages is not surer than a letter."""
    some, many = (CAUTION.sharpness(floats(0.1), np.asarray([count])) for count in (25, 2500))
    assert some == many


def test_a_text_with_few_medical_words_is_thin() -> None:
    """However long its letterhead."""
    assert is_thin(np.asarray([0, THIN - 1, THIN])).tolist() == [True, True, False]
