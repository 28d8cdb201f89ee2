"""Known French words tell text from garbage."""

import pytest

from pipelines.read.model.lexicon import Lexicon


@pytest.mark.parametrize("word", ["ordonnance", "hôpital", "Échographie", "MÉDECIN", "glycémie"])
def test_french_words_are_known_in_any_case(lexicon: Lexicon, word: str) -> None:
    """The model's own words, whatever their capitals."""
    assert word in lexicon


@pytest.mark.parametrize("word", ["nqsdf", "zzgrt", "vpqm"])
def test_garbage_is_not(lexicon: Lexicon, word: str) -> None:
    """A shifted font gives none of them."""
    assert word not in lexicon


def test_only_words_of_letters_are_judged(lexicon: Lexicon) -> None:
    """Numbers and codes say nothing about a text."""
    assert lexicon.known("le 12/03/2024, le patient prend 40 mg XQZ") == (2, 3)


def test_what_is_no_model_is_refused() -> None:
    """A broken file is said to be one."""
    with pytest.raises(ValueError, match="traineddata"):
        Lexicon(b"\x01")
