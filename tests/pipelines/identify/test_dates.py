"""Dates as French papers write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify import dates
from pipelines.identify.folding import fold

BIRTH = date(1961, 3, 3)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "printed",
    [
        "né le 03/03/1961 à Lyon",
        "né(e) le 3 mars 1961",
        "né le 3 Mars 1961,",
        "DDN: 03/03/61",
        "03.03.1961",
        "03-03-1961",
        "3/3/1961",
        "03 03 1961",
        "1961-03-03",
        "03031961",
        "O3/O3/I961",
        "03/0371961",
        "né le03/03/1961",
        "03/03/1961Sexe",
        "le 3 mors 1961",
    ],
)
def test_every_french_form_is_read(printed: str) -> None:
    """Digits, words, two-digit years, and what readers make of them."""
    (found,) = dates.find(fold(printed))
    assert dates.in_century(found, TODAY) == BIRTH


@pytest.mark.parametrize("printed", ["1er mars 1961", "1 ER MARS 1961"])
def test_the_first_of_a_month_is_read(printed: str) -> None:
    """French writes 1er."""
    (found,) = dates.find(fold(printed))
    assert found.day == date(1961, 3, 1)


@pytest.mark.parametrize(
    "printed", ["31/02/1961", "03/13/1961", "45.5.10", "01 44 53 45 51", "3/19", "13/08/19 67", "1/2/3"]
)
def test_what_is_no_date_is_none(printed: str) -> None:
    """P10: absent rather than wrong."""
    assert dates.find(fold(printed)) == []


@pytest.mark.parametrize(
    ("printed", "born"), [("03/03/61", 1961), ("03/03/24", 2024), ("03/03/27", 1927), ("01/12/26", 1926)]
)
def test_a_short_year_is_the_last_one_that_has_passed(printed: str, born: int) -> None:
    """Nobody is born tomorrow."""
    (found,) = dates.find(fold(printed))
    day = dates.in_century(found, TODAY)
    assert day is not None
    assert day.year == born


def test_a_full_year_to_come_is_no_past_date() -> None:
    """A date after the last possible day is none."""
    (found,) = dates.find("12/12/2031")
    assert dates.in_century(found, TODAY) is None


@pytest.mark.parametrize(
    ("word", "month"), [("MARS", 3), ("FEVRIER", 2), ("FEVRLER", 2), ("NOVEMRE", 11), ("JUIN", 6), ("JUIL", 7)]
)
def test_months_are_known_through_one_misread_letter(word: str, month: int) -> None:
    """A month is known where only one is so near."""
    assert dates.month_number(word) == month


@pytest.mark.parametrize("word", ["MAX", "JUI", "PATIENT", "ANS"])
def test_other_words_are_no_month(word: str) -> None:
    """Where no month or two are near: none."""
    assert dates.month_number(word) is None


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"])
)
def test_every_day_is_read_back(day: date, form: str) -> None:
    """What is written is read."""
    (found,) = dates.find(day.strftime(form))
    assert found.day == day


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    """Whatever a reader makes of a page, looking for dates does not fail."""
    assert all(d.end > d.start for d in dates.find(fold(text)))
