"""The fictional people."""

from collections import Counter

from documents.patient import Sex
from specimens.people import Trade, populate


def test_a_seed_always_holds_the_same_people() -> None:
    """The world of a seed does not depend on the run."""
    assert populate.__wrapped__(5) == populate.__wrapped__(5)
    assert populate.__wrapped__(5) != populate.__wrapped__(6)


def test_the_number_of_a_patient_agrees_with_the_traits() -> None:
    """Sex, year, month and place of birth are the same in both."""
    for patient in populate(0).patients:
        number, traits = patient.ins.number, patient.traits
        assert number[0] == ("1" if traits.sex is Sex.MALE else "2")
        assert number[1:5] == f"{patient.born:%y%m}"
        assert number[5:10] == traits.birth_place


def test_no_two_patients_share_a_number() -> None:
    """A matricule names one person."""
    numbers = Counter(patient.ins.number for patient in populate(0).patients)
    assert max(numbers.values()) == 1


def test_the_world_holds_those_who_are_mistaken_for_each_other() -> None:
    """There are twins (all traits but the first names) and namesakes (names and sex, another day)."""
    traits = [patient.traits for patient in populate(0).patients]
    families = Counter((t.birth_name, t.birth_date, t.birth_place, t.sex) for t in traits)
    names = Counter((t.birth_name, t.first_names, t.sex) for t in traits)
    assert max(families.values()) > 1
    assert max(names.values()) > 1


def test_people_are_born_in_corsica_overseas_and_abroad() -> None:
    """Places with letters and countries are there, where programs forget them."""
    places = {patient.traits.birth_place or "" for patient in populate(0).patients}
    assert {place[:2] for place in places} >= {"2A", "2B", "97", "99"}


def test_there_is_somebody_of_every_trade() -> None:
    """Each kind of paper finds its author."""
    assert {p.establishment.trade for p in populate(0).practitioners} == set(Trade)
