"""Persons printed on a page: who is its patient, and who is not."""

from datetime import date

import pytest

from documents.page import Source
from documents.patient import Sex
from pipelines.identify import persons
from pipelines.identify.agreement import compare_names
from pipelines.identify.person import Person
from pipelines.identify.sheet import lay_out
from tests.contracts.identifiers import page

TODAY = date(2026, 11, 22)
MARIE = Person(
    birth_name="DUPONT",
    used_name="DURAND",
    first_names=("MARIE", "LOUISE"),
    birth_date=date(1961, 3, 3),
    start=0,
    end=0,
)


def found(text: str, source: Source = Source.TEXT) -> list[Person]:
    """Return the persons on a page of a text."""
    return persons.find(lay_out(page(text, source=source)), TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Patiente : Mme DURAND Marie, née le 03/03/1961",
        "Concerne : Madame DURAND Marie née DUPONT le 3 mars 1961",
        "Nom de naissance : DUPONT  Prénoms : Marie Louise  Date de naissance : 03/03/1961  Sexe : F",
        "Nom de naissance\nDUPONT\nPrénom(s)\nMarie\nDate de naissance\n03/03/1961",
        "Nom : DURAND\nPrénom : Marie\nDDN: 03/03/61",
        "Je soussigné, Docteur Anne PETIT, certifie avoir vu en consultation Mme Marie DURAND, née le 03/03/1961",
        "Mme DURAND Marie (65 ans), née le 3 mars 1961",
        "DURAND Marie – F – 03/03/1961 – 65 ans",
        "DURAND Marie - F -\u2014 03/03/1961 - 65 ans",
        "DURAND Marie né(e) le 03/03/1961",
        "Madame Marie DURAND\nNée DUPONT le 03-03-1961",
        "NOM DE NAISSANCE | DUPONT | PRENOM | MARIE | NEE LE | 03/03/1961",
        "Nom, prénom : DURAND Marie\nNée le : 03.03.1961",
        "Madame MARIE DURAND\nNom de naissance : DUPONT\nDate de naissance : 03/03/61",
        "Identité : DURAND, Marie, Féminin, 03/03/1961",
        "Patiente : DURAND Marie, 03/03/1961",
        "Sexe : F Née le : 03/03/1961 à : Quimper\nNom d'usage : DURAND Prénom : Marie",
        "IDENTITÉ DU PATIENT : DURAND Marie\nDate de naissance : 3 mars 1961",
    ],
)
def test_a_patient_is_read_however_papers_name_one(text: str) -> None:
    """Labels, sentences, tables, one line or several."""
    read = found(text)
    assert any(p.birth_date == date(1961, 3, 3) for p in read)
    assert any(compare_names(MARIE, p, noisy=False).same for p in read)


@pytest.mark.parametrize(
    "text",
    [
        "Norn de naissanoe : DUPONT\nPrénorn : Marie\nDate dc naissance : O3/03/1961",
        "Nom de naisance : DUPONT\nPrénms : Marie\nDatede naissance : 03/03/1961",
        "PATIEMT : DURAND MARlE\nNée 1e : 03/03/I961",
        "Nolm de naissance : DUPONT – Prénom : MARIE – Née le03/03/1961",
    ],
)
def test_a_patient_is_read_through_reading_errors(text: str) -> None:
    """Labels and digits misread in the usual ways."""
    read = found(text, Source.OCR)
    assert any(p.birth_date == date(1961, 3, 3) for p in read)
    assert any(compare_names(MARIE, p, noisy=True).same for p in read)


@pytest.mark.parametrize(
    "text",
    [
        "Docteur Jean MARTIN\nMédecine générale\nParis, le 12/03/2024",
        "Cher confrère, merci de m'avoir adressé ce patient.",
        "Son fils Paul DUPONT, né le 12/04/1990, l'accompagne.",
        "Mère : Mme DUPONT Jeanne, née le 12/04/1930",
        "Assuré : M. DUPONT Paul né le 12/04/1960",
        "Représentant légal : Mme DUPONT Jeanne, née le 12/04/1980",
        "Compte rendu : examen du 12/03/2024, bonne tolérance.",
        "Personne à prévenir : ANDRÉ Chantal, née le 03/03/1960",
    ],
)
def test_nobody_else_is_taken_for_the_patient(text: str) -> None:
    """Doctors, addressees, children, parents, the insured."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("Sexe : F", Sex.FEMALE),
        ("Sexe : Masculin", Sex.MALE),
        ("Sexe : Féminin", Sex.FEMALE),
        ("Sexe : H", Sex.MALE),
        ("Patient : M. DURAND Paul", Sex.MALE),
        ("Patiente : Mme DURAND Marie", Sex.FEMALE),
    ],
)
def test_sex_is_read_from_label_or_civility(text: str, sex: Sex) -> None:
    """Whichever the paper gives."""
    assert found(text)[0].sex is sex


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Lieu de naissance : LYON (69381)", "69381"),
        ("Lieu de naissance (code INSEE | Libellé) 63220 | MAZOIRES", "63220"),
        ("Code lieu de naissance : 2A004", "2A004"),
        ("Lieu de naissance : 99139", "99139"),
    ],
)
def test_the_code_of_the_birth_place_is_read(text: str, place: str) -> None:
    """Before or after the place's name."""
    assert found(text)[0].birth_place == place


def test_two_patients_on_one_page_are_two() -> None:
    """A label that comes again begins another person."""
    read = found("Nom : DUPONT\nPrénom : Marie\n\nNom : MARTIN\nPrénom : Paul")
    assert [p.name for p in read] == ["DUPONT", "MARTIN"]


def test_letter_case_tells_first_from_family_names() -> None:
    """Where it does not, the words stand together: absent rather than wrong."""
    told, untold = found("Patient : LE GOFF Jean-Pierre")[0].traits, found("Patient : LE GOFF MARTIN")[0].traits
    assert (told.used_name, told.first_names) == ("LE GOFF", ("Jean-Pierre",))
    assert (untold.used_name, untold.first_names) == ("LE GOFF MARTIN", ())
