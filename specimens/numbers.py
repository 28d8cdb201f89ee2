"""Numbers with check digits: the matricule of a patient, the RPPS of a practitioner, the FINESS of an establishment."""

from datetime import date
from random import Random

from documents.patient import OID_INS_NIR_TEST, Ins, Sex, matricule_key


def luhn_digit(digits: str) -> str:
    """Return the digit that makes `digits` followed by it right in the sense of Luhn (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def rpps(rng: Random) -> str:
    """Draw the number of a practitioner: 11 digits, the last one a check digit."""
    stem = "10" + "".join(rng.choices("0123456789", k=8))
    return stem + luhn_digit(stem)


def finess(department: str, rng: Random) -> str:
    """Draw the number of an establishment: 9 digits that begin with its department, the last one a check digit."""
    stem = department + "0" + "".join(rng.choices("0123456789", k=5))
    return stem + luhn_digit(stem)


def matricule(*, sex: Sex, born: date, birth_place: str, order: int) -> Ins:
    """Make the test number of a person: sex, year, month, commune, order in the register, key."""
    first = "1" if sex is Sex.MALE else "2"
    stem = f"{first}{born:%y%m}{birth_place}{order:03d}"
    return Ins(number=stem + matricule_key(stem), oid=OID_INS_NIR_TEST)


def spaced(ins: Ins) -> str:
    """Write a matricule in its usual groups: ``2 79 03 51 215 189 89``."""
    n = ins.number
    return " ".join((n[0], n[1:3], n[3:5], n[5:7], n[7:10], n[10:13], n[13:]))
