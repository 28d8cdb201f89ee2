"""Vaccines: what a patient of an age has received, at the ages of the French calendar."""

from datetime import timedelta
from typing import Final

from specimens.people import Patient
from specimens.wording import Wording

#: Age in months, then the vaccine with its brands.
_CALENDAR: Final[tuple[tuple[float, str, tuple[str, ...]], ...]] = (
    (0.5, "BCG", ("BCG AJ Vaccines",)),
    (2, "Diphtérie-tétanos-coqueluche-polio-Hib-hépatite B", ("Infanrix Hexa", "Hexyon", "Vaxelis")),
    (2, "Pneumocoque conjugué", ("Prevenar 13", "Vaxneuvance")),
    (4, "Diphtérie-tétanos-coqueluche-polio-Hib-hépatite B", ("Infanrix Hexa", "Hexyon")),
    (4, "Pneumocoque conjugué", ("Prevenar 13", "Prevenar 20")),
    (5, "Méningocoque C", ("Neisvac", "Menjugate")),
    (11, "Diphtérie-tétanos-coqueluche-polio-Hib-hépatite B", ("Infanrix Hexa", "Vaxelis")),
    (12, "Rougeole-oreillons-rubéole", ("Priorix", "M-M-RVAXPRO")),
    (16, "Rougeole-oreillons-rubéole", ("Priorix", "M-M-RVAXPRO")),
    (72, "dTcaP (rappel 6 ans)", ("Infanrix Tetra", "Tetravac-acellulaire")),
    (138, "Papillomavirus (HPV)", ("Gardasil 9",)),
    (144, "dTcaP (rappel 11-13 ans)", ("Repevax", "Boostrixtetra")),
    (300, "dTcaP (rappel 25 ans)", ("Repevax", "Boostrixtetra")),
    (540, "dTP (rappel 45 ans)", ("Revaxis",)),
    (780, "dTP (rappel 65 ans)", ("Revaxis",)),
    (784, "Pneumocoque", ("Prevenar 20", "Pneumovax")),
    (800, "Zona", ("Shingrix", "Zostavax")),
)

_YEARLY: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Grippe saisonnière", ("Vaxigrip Tetra", "Influvac Tetra", "Efluelda", "Fluarix Tetra")),
    ("Covid-19", ("Comirnaty", "Spikevax", "Comirnaty Omicron XBB.1.5")),
    ("Hépatite A", ("Havrix 1440", "Avaxim 160")),
    ("Fièvre jaune", ("Stamaril",)),
    ("Typhoïde", ("Typhim Vi",)),
    ("Encéphalite à tiques", ("Ticovac", "Encepur")),
    ("Rage (préexposition)", ("Vaccin rabique Pasteur",)),
    ("Hépatite B", ("Engerix B 20", "Genhevac B")),
)

_HEADS: Final = (
    ("Date", "Vaccin", "Spécialité", "Lot"),
    ("Date", "Maladie(s)", "Nom du vaccin", "N° de lot"),
    ("DATE", "VALENCES", "PRODUIT", "LOT"),
)


def history(words: Wording, patient: Patient) -> str:
    """Draw the vaccinations of a patient until the day of the paper, as a marked table."""
    rng = words.rng
    given = []
    for months, disease, brands in _CALENDAR:
        when = patient.born + timedelta(days=int(months * 30.44) + rng.randint(0, 40))
        if when < words.day and rng.random() < 0.8:
            given.append((when, disease, rng.choice(brands)))
    for disease, brands in rng.sample(_YEARLY, rng.randint(0, 5)):
        when = words.day - timedelta(days=rng.randint(0, 3000))
        if when > patient.born + timedelta(days=400):
            given.append((when, disease, rng.choice(brands)))
    lines = ["|! " + " | ".join(rng.choice(_HEADS))]
    for when, disease, brand in sorted(given)[-16:]:
        lot = rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") + f"{rng.randint(0, 99999):05d}" + rng.choice("ABCX1234")
        lines.append(f"| {words.written(when)} | {disease} | {brand} | {lot}")
    return "\n".join(lines)
