"""Composing: a paper of a kind about somebody of the fictional world, written in the words of the grammar."""

from datetime import date, timedelta
from random import Random
from typing import Final

from documents.patient import Sex
from specimens.datamatrix import payload
from specimens.kind import Kind
from specimens.laboratory import results
from specimens.markup import parse
from specimens.numbers import spaced
from specimens.paper import (
    Align,
    Block,
    Columns,
    Fields,
    Frame,
    Heading,
    Letterhead,
    PageBreak,
    Paper,
    Paragraph,
    Shown,
    Signature,
)
from specimens.people import LAST_DAY, Patient, Practitioner, Trade, World
from specimens.profiles import PROFILES, Profile
from specimens.vaccines import history
from specimens.wording import Wording, write_date

_DATE_FORMATS: Final = (
    "%d/%m/%Y",
    "%d/%m/%Y",
    "%d/%m/%Y",
    "%-d %B %Y",
    "%-d %B %Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%y",
)

#: How often a paper has next to no letterhead: copies, faxes, second sheets.
_BARE: Final = 0.06

#: How en dashes and apostrophes are written: most programs know only those of the keyboard.
_TYPOGRAPHIES: Final = (
    str.maketrans({"\u2013": "-"}),
    str.maketrans({"\u2013": "-"}),
    str.maketrans({"\u2013": "-"}),
    str.maketrans({"'": "\u2019"}),
)


def compose(kind: Kind, world: World, rng: Random, *, long: bool = False) -> Paper:
    """Compose a paper.

    Args:
        kind: What it is.
        world: Who there is.
        rng: The only source of chance.
        long: Make sure that it takes at least two pages.
    """
    profile = PROFILES[kind]
    act_date = LAST_DAY - timedelta(days=int(rng.triangular(0, 3300, 200)))
    patient = world.patient(rng, lambda p: _fits(p, profile, act_date))
    author = world.practitioner(rng, rng.choice(profile.trades), rng.choice(profile.specialties))
    colleague = world.practitioner(rng, Trade.PRACTICE, "Médecine générale", but=author)
    written_on = min(act_date + timedelta(days=rng.choice((0, 0, 0, 1, 2, 5, 9))), LAST_DAY)
    words = Wording(
        rng=rng,
        sex=patient.sex,
        day=act_date,
        child=patient.age(act_date) < 16,
        characters=rng.choice(_TYPOGRAPHIES),
        date_format=rng.choice(_DATE_FORMATS),
    )
    words.bound = bind(words, patient, author, colleague, written_on)
    if kind is Kind.LABORATORY:
        words.bound |= {"results": results(words, patient, long=long)}
    if kind is Kind.VACCINATION:
        words.bound |= {"history": history(words, patient)}
    shown = _draw_shown(rng)
    body = list(parse(words.draw(f"{kind.value}.body")))
    if long:
        body.insert(max(1, len(body) // 2), PageBreak())
    opening = _opening(words, colleague if rng.random() < profile.addressed else None)
    identity = _identity(words, patient, shown)
    blocks: list[Block] = [_letterhead(words, author), *_ordered(rng, opening, identity, body)]
    if rng.random() < profile.signed:
        blocks.append(Signature(tuple(words.draw("signature").splitlines())))
    return Paper(
        kind=kind,
        type_code=kind.type_code,
        theme=kind.theme,
        patient=patient,
        author=author,
        establishment=author.establishment,
        act_date=act_date,
        written_on=written_on,
        shown=shown,
        blocks=tuple(blocks),
        footer=tuple(words.draw(f"footer.{_house(author)}").splitlines()),
        running_head=words.draw("running-head"),
    )


def _fits(patient: Patient, profile: Profile, day: date) -> bool:
    low, high = profile.ages
    return patient.born < day and low <= patient.age(day) <= high and profile.sex in {None, patient.sex}


def _house(author: Practitioner) -> str:
    """Whether the stationery is that of a doctor's own practice or of a house."""
    return "practice" if author.establishment.trade is Trade.PRACTICE else "house"


def bind(
    words: Wording, patient: Patient, author: Practitioner, colleague: Practitioner, written_on: date
) -> dict[str, str]:
    """Return what the rules may say about the people and the day, by name."""
    house, traits = author.establishment, patient.traits
    age = patient.age(words.day)
    given = patient.first_name.title() if words.rng.random() < 0.5 else patient.first_name
    civility = "Madame" if patient.sex is Sex.FEMALE else "Monsieur"
    return {
        "town": house.town,
        "at-town": _at(house.town),
        "house": house.name,
        "house-street": house.street,
        "house-postcode": house.postcode,
        "house-phone": house.phone,
        "finess": house.finess,
        "specialty": author.specialty,
        "of-specialty": ("d'" if author.specialty[0] in "AEIOUÉ" else "de ") + author.specialty,
        "doctor": f"Docteur {author.name}",
        "dr": f"Dr {author.name}",
        "doctor-name": author.name,
        "doctor-last-name": author.last_name,
        "rpps": author.rpps,
        "colleague": f"Dr {colleague.name}",
        "colleague-sex": "Chère Consœur" if colleague.sex is Sex.FEMALE else "Cher Confrère",
        "civility": civility,
        "civ": "Mme" if patient.sex is Sex.FEMALE else "M.",
        "last-name": patient.last_name,
        "given": given,
        "birth-name": traits.birth_name or "",
        "used-name": patient.last_name,
        "first-names": " ".join(traits.first_names),
        "first-name": patient.first_name,
        "sex": patient.sex.value,
        "sex-word": "Féminin" if patient.sex is Sex.FEMALE else "Masculin",
        "born": words.written(patient.born),
        "born-short": write_date(patient.born, "%d/%m/%Y"),
        "birth-place": traits.birth_place or "",
        "birth-town": patient.birth_town,
        "at-birth": _born_at(patient),
        "ins": _ins(words, patient),
        "home-street": patient.street,
        "home-postcode": patient.postcode,
        "home-town": patient.town.upper(),
        "age": f"{age} ans" if age > 1 else f"{max(1, (words.day - patient.born).days // 31)} mois",
        "day": words.written(words.day),
        "today": words.written(written_on),
        "today-long": write_date(written_on, "%-d %B %Y"),
    }


def _at(town: str) -> str:
    """Say that something is in a town: ``à Reims``, ``au Mans``."""
    return f"au {town[3:]}" if town.startswith("Le ") else f"à {town}"


def _born_at(patient: Patient) -> str:
    """Say where a patient was born: ``à Reims``, or in brackets the country."""
    abroad = (patient.traits.birth_place or "").startswith("99")
    return f"({patient.birth_town})" if abroad else _at(patient.birth_town)


def _ins(words: Wording, patient: Patient) -> str:
    """Write the matricule in one of the ways in which it is printed."""
    number = patient.ins.number
    in_groups = spaced(patient.ins)
    with_key = f"{number[:13]} {number[13:]}"
    return words.rng.choice((number, in_groups, in_groups, with_key, in_groups.replace(" ", "  ")))


def _draw_shown(rng: Random) -> frozenset[Shown]:
    return rng.choice(
        (
            frozenset({Shown.TRAITS}),
            frozenset({Shown.TRAITS}),
            frozenset({Shown.TRAITS, Shown.MATRICULE}),
            frozenset({Shown.TRAITS, Shown.MATRICULE}),
            frozenset({Shown.TRAITS, Shown.MATRICULE}),
            frozenset({Shown.TRAITS, Shown.DATAMATRIX}),
            frozenset({Shown.TRAITS, Shown.MATRICULE, Shown.DATAMATRIX}),
        )
    )


def _ordered(rng: Random, opening: Block, identity: Block, body: list[Block]) -> list[Block]:
    """Put place and date, identity and body in one of the orders that are usual."""
    if isinstance(opening, Columns) or rng.random() < 0.5:
        return [opening, identity, *body]
    titled = isinstance(body[0], Heading)
    orders = ([identity, opening, *body], [identity, *body, opening], [body[0], identity, *body[1:], opening])
    return rng.choice(orders if titled else orders[:2])


def _letterhead(words: Wording, author: Practitioner) -> Letterhead:
    """Draw a letterhead: lines marked ``!`` are set off, lines marked ``~`` stand in a column of their own."""
    trade = author.establishment.trade
    known = {Trade.PRACTICE: "practice", Trade.HOSPITAL: "house"}.get(trade, trade.value)
    lines = words.draw(f"letterhead.{'none' if words.rng.random() < _BARE else known}").splitlines()
    strong = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
    weak = [line for line in lines if not line.startswith(("! ", "~ ")) and line.strip()]
    aside = [line.removeprefix("~ ") for line in lines if line.startswith("~ ")]
    return Letterhead((*strong, *weak), len(strong), tuple(aside))


def _opening(words: Wording, addressee: Practitioner | None) -> Block:
    """Write place and date, and to whom it goes."""
    where_and_when = words.draw("place-and-date")
    if addressee is None:
        return Paragraph(where_and_when, words.rng.choice((Align.RIGHT, Align.RIGHT, Align.LEFT)))
    house = addressee.establishment
    address = (house.street, f"{house.postcode} {house.town.upper()}")
    return Columns((where_and_when,), (f"Dr {addressee.name}", addressee.specialty, *address))


def _identity(words: Wording, patient: Patient, shown: frozenset[Shown]) -> Block:
    """Write whose paper it is: labels and values become lines of a frame."""
    rule = "identity.matricule" if Shown.MATRICULE in shown else "identity.traits"
    lines: list[str] = []
    for block in parse(words.draw(rule)):
        match block:
            case Fields(rows):
                lines.extend(f"{label} : {value}" for label, value in rows)
            case Paragraph(text):
                lines.append(text)
            case _:
                raise ValueError("an identity holds fields and lines only")
    return Frame(tuple(lines), payload(patient.ins, patient.traits) if Shown.DATAMATRIX in shown else None)
