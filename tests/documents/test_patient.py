"""The national number and its key, by the published vectors and by property."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.patient import Ins, matricule_key

MATRICULES = st.from_regex(re.compile(r"[1-4]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2A|2B)\d{6}", re.ASCII), fullmatch=True)


@pytest.mark.parametrize(
    ("matricule", "key"),
    [
        ("2550814168025", "38"),
        ("2840588321025", "32"),
        ("284052A321025", "52"),
        ("284052B321025", "79"),
        ("2790351215189", "89"),
    ],
)
def test_the_key_is_that_of_the_published_numbers(matricule: str, key: str) -> None:
    """The vectors of the national insurer's own validator, Corsica among them, and the national test patient."""
    assert matricule_key(matricule) == key


@given(MATRICULES)
def test_a_key_has_two_digits_from_01_to_97(matricule: str) -> None:
    """Whatever the department, known month or not."""
    key = matricule_key(matricule)
    assert len(key) == 2
    assert 1 <= int(key) <= 97


@given(MATRICULES, st.integers(0, 98))
def test_of_all_keys_one_is_right(matricule: str, key: int) -> None:
    """A number exists with its key or not at all."""
    right = f"{key:02d}" == matricule_key(matricule)
    try:
        made = Ins(number=f"{matricule}{key:02d}")
    except ValueError:
        assert not right
    else:
        assert right
        assert made.number[:13] == matricule


@pytest.mark.parametrize(
    "text", ["", "279035121518", "27903512151890", "27913A1215189", "2790351C15189", "2 79 03 51 215 189"]
)
def test_what_has_not_the_shape_has_no_key(text: str) -> None:
    """Letters elsewhere, the thirteenth month, too short, too long."""
    with pytest.raises(ValueError, match="not a matricule"):
        matricule_key(text)
