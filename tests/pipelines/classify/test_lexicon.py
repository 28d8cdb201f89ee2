"""Words that no writer of the training texts used are known by the family they belong to."""

import numpy as np
import pytest

from pipelines.classify.families import families, width
from pipelines.classify.folding import fold
from pipelines.classify.hashing import WordSums
from pipelines.classify.lexicon import lexicon


def known(text: str) -> list[set[str]]:
    """Give the families of each word of a text."""
    folded = fold(text)
    masks = lexicon().masks_of(folded, WordSums.over(folded.codes))
    return [{name for bit, name in enumerate(lexicon().families) if int(mask) >> bit & 1} for mask in masks]


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("Périndopril", "drug"),
        ("TRANDOLAPRIL", "drug"),
        ("pitavastatine", "drug"),
        ("glycémie", "analyte"),
        ("échographique", "modality"),
        ("hystérectomie", "surgery"),
        ("mmol/L", "unit"),
        ("vaccinations", "vaccine"),
        ("Antécédents", "history"),
    ],
)
def test_a_word_is_known_by_itself_by_its_beginning_or_by_its_end(word: str, family: str) -> None:
    """Capitals and accents change nothing, and a new drug has an old ending."""
    assert family in known(f"le {word} ce")[1]


def test_a_part_inside_a_word_is_no_stem() -> None:
    """Only beginnings and ends count."""
    assert "drug" not in known("aprilis")[0]


def test_words_of_no_family_stay_unknown() -> None:
    """Most words of any text say nothing."""
    assert known("néanmoins qwertyuiop") == [set(), set()]


def test_a_word_is_the_same_wherever_it_stands() -> None:
    """Its hash is taken back to the origin of the text."""
    assert known("creatinine " + "xyz " * 800 + "creatinine")[-1] == known("creatinine")[0]


def test_the_families_of_a_text_count_words_lines_and_opening() -> None:
    """Two of four words and one of two lines are drugs, and they do not open the text."""
    folded = fold("un deux\nramipril bisoprolol\n")
    measured, known = families(folded, WordSums.over(folded.codes))
    count = len(lexicon().families)
    drug = lexicon().families.index("drug")
    assert measured[drug] == pytest.approx(np.sqrt(2 / 4))
    assert measured[count + drug] == pytest.approx(np.sqrt(1 / 2))
    assert len(measured) == width()
    assert known == 2


def test_a_text_without_words_has_no_families() -> None:
    """An empty page says nothing."""
    folded = fold(" \n ")
    measured, known = families(folded, WordSums.over(folded.codes))
    assert not measured.any()
    assert known == 0
