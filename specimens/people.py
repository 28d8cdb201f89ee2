"""The fictional people: patients with test numbers, practitioners and establishments, coherent with one another."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from random import Random
from typing import Final

from documents.patient import Ins, Sex, Traits
from specimens.numbers import finess, matricule, rpps
from specimens.places import COMMUNES, CORSICA, COUNTRIES, OVERSEAS, Place
from specimens.wording import Wording

#: The day after which nothing in the fictional world happens.
LAST_DAY: Final = date(2026, 9, 30)


class Trade(StrEnum):
    """What an establishment does."""

    PRACTICE = "practice"
    HOSPITAL = "hospital"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    SCREENING = "screening"
    PATHOLOGY = "pathology"


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """A place of care."""

    trade: Trade
    #: 9 digits with a right check digit.
    finess: str
    name: str
    street: str
    postcode: str
    town: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner:
    """A doctor."""

    #: 11 digits with a right check digit.
    rpps: str
    first_name: str
    last_name: str
    sex: Sex
    #: The specialty as printed, e.g. ``Médecine générale``.
    specialty: str
    establishment: Establishment

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A patient of the fictional world."""

    ins: Ins = field(repr=False)
    traits: Traits = field(repr=False)
    birth_town: str = field(repr=False)
    street: str = field(repr=False)
    postcode: str = field(repr=False)
    town: str = field(repr=False)

    @property
    def born(self) -> date:
        """The day of birth."""
        if self.traits.birth_date is None:
            raise ValueError("a specimen's patient has a birth date")
        return self.traits.birth_date

    @property
    def sex(self) -> Sex:
        """The administrative sex."""
        return self.traits.sex or Sex.UNKNOWN

    @property
    def last_name(self) -> str:
        """The name in use: the used name, else the birth name."""
        return self.traits.used_name or self.traits.birth_name or ""

    @property
    def first_name(self) -> str:
        """The first of the first names, upper case."""
        return self.traits.first_names[0]

    def age(self, day: date) -> int:
        """Age in whole years on a day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def phone(department: str, rng: Random) -> str:
    """Draw a telephone number of the region of a department, in the block reserved for fiction where there is one."""
    prefix = {"7": "01 99 00", "5": "03 53 01", "6": "04 65 71", "3": "05 36 49"}.get(department[0], "02 61 91")
    return f"{prefix} {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everybody and every place, drawn from one seed."""

    patients: tuple[Patient, ...] = field(repr=False)
    practitioners: tuple[Practitioner, ...] = field(repr=False)

    def patient(self, rng: Random, fits: Callable[[Patient], bool]) -> Patient:
        """Draw a patient for whom `fits` holds.

        Raises:
            LookupError: There is none.
        """
        for _ in range(200):
            drawn = rng.choice(self.patients)
            if fits(drawn):
                return drawn
        raise LookupError("nobody in this world fits")

    def practitioner(
        self, rng: Random, trade: Trade, specialty: str | None = None, *, but: Practitioner | None = None
    ) -> Practitioner:
        """Draw a practitioner of a trade, of a specialty when there is one, other than `but`.

        Raises:
            LookupError: There is none.
        """
        of_trade = [p for p in self.practitioners if p.establishment.trade is trade and p is not but]
        special = [p for p in of_trade if specialty is None or p.specialty == specialty]
        if not (special or of_trade):
            raise LookupError(f"nobody of trade {trade}")
        return rng.choice(special or of_trade)


@cache
def populate(seed: int, patients: int = 400) -> World:
    """Draw a world: patients with twins and namesakes among them, and those who treat them."""
    rng = Random(f"world/{seed}")
    people: list[Patient] = []
    while len(people) < patients:
        person = _patient(rng)
        people.append(person)
        if rng.random() < 0.04:
            people.append(_twin(person, rng))
        if rng.random() < 0.04:
            people.append(_namesake(person, rng))
    return World(patients=tuple(people[:patients]), practitioners=tuple(_practitioners(rng)))


def _words(rng: Random, sex: Sex = Sex.MALE) -> Wording:
    return Wording(rng=rng, sex=sex, day=LAST_DAY)


def _birth(rng: Random) -> tuple[date, Place]:
    """Draw a day and a place of birth: the old are many among the sick, Corsica's codes begin in 1976."""
    age = rng.choice((rng.uniform(0.3, 18), rng.uniform(18, 60), rng.uniform(45, 97), rng.uniform(45, 97)))
    born = LAST_DAY - timedelta(days=int(age * 365.25))
    regions = [COMMUNES] * 14 + [COUNTRIES] * 3 + [OVERSEAS]
    regions += [CORSICA, CORSICA] if born.year >= 1976 else []
    return born, rng.choice(rng.choice(regions))


def _patient(rng: Random) -> Patient:
    sex = rng.choice((Sex.MALE, Sex.FEMALE))
    words = _words(rng, sex)
    born, birthplace = _birth(rng)
    rule = "first-name-f" if sex is Sex.FEMALE else "first-name-m"
    first_names = tuple(name.upper() for name in words.several(rule, rng.choice((1, 1, 2, 3, 3, 4))))
    birth_name = words.draw("family-name")
    married = born.year < 2003 and rng.random() < (0.55 if sex is Sex.FEMALE else 0.02)
    used_name = words.draw("family-name") if married else None
    if married and rng.random() < 0.1:
        used_name = f"{birth_name}-{used_name}"
    home = rng.choice(COMMUNES)
    ins = matricule(sex=sex, born=born, birth_place=birthplace.code, order=rng.randint(1, 899))
    return Patient(
        ins=ins,
        traits=Traits(
            birth_name=birth_name,
            used_name=used_name,
            first_names=first_names,
            sex=sex,
            birth_date=born,
            birth_place=birthplace.code,
        ),
        birth_town=birthplace.name,
        street=words.draw("street"),
        postcode=home.postcode,
        town=home.name,
    )


def _twin(person: Patient, rng: Random) -> Patient:
    """Make a twin of the same sex: the same traits but the first names, the next number in the register."""
    rule = "first-name-f" if person.sex is Sex.FEMALE else "first-name-m"
    names = tuple(name.upper() for name in _words(rng).several(rule, 2))
    order = int(person.ins.number[10:13]) + 1
    place = person.traits.birth_place or ""
    ins = matricule(sex=person.sex, born=person.born, birth_place=place, order=order)
    return replace(person, ins=ins, traits=replace(person.traits, first_names=names, used_name=None))


def _namesake(person: Patient, rng: Random) -> Patient:
    """Make another person with the same names and sex, born another day in another place."""
    other = _patient(rng)
    ins = matricule(
        sex=person.sex,
        born=other.born,
        birth_place=other.traits.birth_place or "",
        order=rng.randint(1, 899),
    )
    traits = replace(person.traits, birth_date=other.born, birth_place=other.traits.birth_place)
    return replace(other, ins=ins, traits=traits)


#: How many practitioners of each trade, and the specialties they take in turn.
_CALLINGS: Final = {
    Trade.PRACTICE: (
        *("Médecine générale",) * 6,
        "Cardiologie",
        "Dermatologie",
        "Ophtalmologie",
        "Gynécologie-obstétrique",
        "Pédiatrie",
        "Rhumatologie",
        "Psychiatrie",
        "Pneumologie",
        "Endocrinologie",
        "Oto-rhino-laryngologie",
        "Gastro-entérologie",
        "Neurologie",
    ),
    Trade.HOSPITAL: (
        "Médecine interne",
        "Cardiologie",
        "Pneumologie",
        "Gériatrie",
        "Chirurgie digestive",
        "Chirurgie orthopédique",
        "Neurologie",
        "Néphrologie",
        "Urologie",
        "Pédiatrie",
        "Endocrinologie",
        "Gastro-entérologie",
        "Urgences",
        "Oncologie médicale",
        "Chirurgie vasculaire",
        "Gynécologie-obstétrique",
    ),
    Trade.LABORATORY: ("Biologie médicale",),
    Trade.IMAGING: ("Radiodiagnostic et imagerie médicale",),
    Trade.SCREENING: ("Santé publique", "Radiodiagnostic et imagerie médicale"),
    Trade.PATHOLOGY: ("Anatomie et cytologie pathologiques",),
}


def _practitioners(rng: Random) -> list[Practitioner]:
    found = []
    for trade, specialties in _CALLINGS.items():
        houses = [_establishment(trade, rng) for _ in range(12)]
        for number in range(48):
            sex = rng.choice((Sex.MALE, Sex.FEMALE))
            words = _words(rng, sex)
            found.append(
                Practitioner(
                    rpps=rpps(rng),
                    first_name=words.draw("first-name-f" if sex is Sex.FEMALE else "first-name-m"),
                    last_name=words.draw("family-name"),
                    sex=sex,
                    specialty=specialties[number % len(specialties)],
                    establishment=houses[number % 12] if trade is not Trade.PRACTICE else _establishment(trade, rng),
                )
            )
    return found


def _establishment(trade: Trade, rng: Random) -> Establishment:
    place = rng.choice(COMMUNES)
    words = _words(rng)
    words.bound = {"town": place.name}
    return Establishment(
        trade=trade,
        finess=finess(place.department, rng),
        name=words.draw(f"establishment.{trade.value}"),
        street=words.draw("street"),
        postcode=place.postcode,
        town=place.name,
        phone=phone(place.department, rng),
    )
