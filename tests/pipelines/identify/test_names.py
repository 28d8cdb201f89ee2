"""Names compared: tolerant of noise, never conflating two people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify.names import Likeness, compare, compare_first


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Élodie", "ELODIE"),
        ("LE GOFF", "Legoff"),
        ("D'ORNANO", "D\u2019Ornano"),
        ("ST-MARTIN", "Saint Martin"),
        ("PAT-TROIS", "PAT TROIS"),
        ("Bœuf", "BOEUF"),
    ],
)
def test_the_same_name_written_in_another_way_is_the_same(left: str, right: str) -> None:
    """Accents, case, hyphens, apostrophes, ST: none of them makes another person."""
    assert compare(left, right, noisy=False) is Likeness.SAME


@pytest.mark.parametrize(
    ("left", "right"),
    [("MARTIN", "MART1N"), ("DUPONT", "DUP0NT"), ("BERNARD", "BERMARD"), ("CLAIRE", "DAIRE"), ("Mélanie", "Mélanic")],
)
def test_what_a_reader_confuses_is_forgiven_on_a_scan_only(left: str, right: str) -> None:
    """Lookalikes agree when one side was read by OCR; on a born-digital page a letter is a letter."""
    assert compare(left, right, noisy=True) is Likeness.SAME
    assert compare(left, right, noisy=False) is Likeness.OTHER


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("LOUIS", "LOUISE"),
        ("MARIE", "MARIA"),
        ("JULIE", "JULIA"),
        ("JULIEN", "JULIE"),
        ("MICHEL", "MICHELE"),
        ("TINA", "LINA"),
        ("LENA", "LUNA"),
        ("NOE", "NOEL"),
        ("THEO", "THEA"),
        ("LUC", "LUE"),
        ("JEAN", "JEANNE"),
        ("GABRIEL", "GABRIELLE"),
        ("EMILE", "EMILIE"),
    ],
)
@pytest.mark.parametrize("noisy", [True, False])
def test_names_of_two_people_are_never_the_same(left: str, right: str, *, noisy: bool) -> None:
    """Twins have such names: no noise makes them one."""
    assert compare(left, right, noisy=noisy) is not Likeness.SAME
    assert compare_first([left], [right], noisy=noisy) is not Likeness.SAME


@pytest.mark.parametrize(
    ("left", "right", "likeness"),
    [
        (["DOMINIQUE", "MARIE-LOUISE"], ["Dominique"], Likeness.SAME),
        (["MARIE", "LOUISE"], ["Marie-Louise"], Likeness.SAME),
        (["JEAN-PIERRE"], ["Jean", "Pierre"], Likeness.SAME),
        (["JEAN-PIERRE"], ["Jean"], Likeness.NEAR),
        (["JEAN-PIERRE"], ["Jean-Paul"], Likeness.OTHER),
        (["LUCAS", "JEAN"], ["Jean"], Likeness.NEAR),
        (["LUCAS", "JEAN"], ["Louis", "Jean"], Likeness.OTHER),
        (["LUCAS"], [], Likeness.OTHER),
    ],
)
def test_first_names_count_from_the_first(left: list[str], right: list[str], likeness: Likeness) -> None:
    """A list may be cut short; a shared second name, or half of a double one, proves nothing."""
    assert compare_first(left, right, noisy=False) is likeness


@given(st.text(), st.text(), st.booleans())
def test_comparing_is_symmetric(left: str, right: str, noisy: bool) -> None:  # noqa: FBT001 drawn by hypothesis
    """Whoever is asked first, the answer is the same."""
    assert compare(left, right, noisy=noisy) is compare(right, left, noisy=noisy)
