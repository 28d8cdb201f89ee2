"""Numbers with check digits."""

from datetime import date
from random import Random

import pytest

from documents.patient import OID_INS_NIR_TEST, Sex
from specimens.numbers import finess, luhn_digit, matricule, rpps, spaced


def luhn_holds(digits: str) -> bool:
    """Check a number as ISO/IEC 7812-1 describes it, from the right."""
    values = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in values) % 10 == 0


@pytest.mark.parametrize(("digits", "check"), [("7992739871", "3"), ("0", "0"), ("453201511283036", "6")])
def test_the_check_digit_is_that_of_luhn(digits: str, check: str) -> None:
    """Known numbers get their known digit."""
    assert luhn_digit(digits) == check


@pytest.mark.parametrize("seed", range(20))
def test_practitioners_and_establishments_have_right_numbers(seed: int) -> None:
    """RPPS has 11 digits, FINESS 9, both with a right check digit."""
    rng = Random(seed)
    assert len(number := rpps(rng)) == 11
    assert luhn_holds(number)
    assert len(house := finess("33", rng)) == 9
    assert luhn_holds(house)


@pytest.mark.parametrize("place", ["33063", "2A004", "2B033", "97411", "99352"])
def test_a_matricule_says_who_was_born_when_and_where(place: str) -> None:
    """Sex, year, month and place stand in it, its key is right and its authority is that of tests."""
    ins = matricule(sex=Sex.FEMALE, born=date(1984, 3, 9), birth_place=place, order=42)
    assert ins.number.startswith(f"28403{place}042")
    assert ins.oid == OID_INS_NIR_TEST


def test_a_matricule_is_printed_in_its_usual_groups() -> None:
    """Sex, year, month, department, commune, order, key."""
    ins = matricule(sex=Sex.MALE, born=date(1950, 1, 2), birth_place="2A004", order=7)
    assert spaced(ins).split() == ["1", "50", "01", "2A", "004", "007", ins.number[13:]]
