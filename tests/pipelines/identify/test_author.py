"""Who wrote it: absent rather than wrong."""

from random import Random

import pytest

from documents.identification import Author
from documents.page import Source
from pipelines.identify import author
from pipelines.identify.sheet import lay_out
from specimens.numbers import finess, rpps
from tests.contracts.identifiers import page

RPPS = "10003456782"
FINESS = "750100042"


def found(*texts: str, source: Source = Source.TEXT) -> Author:
    """Return the author of pages of texts."""
    return author.find([lay_out(page(text, n, source)) for n, text in enumerate(texts, 1)])


@pytest.mark.parametrize("seed", range(20))
def test_drawn_numbers_have_right_check_digits(seed: int) -> None:
    """RPPS and FINESS both end with a Luhn digit."""
    rng = Random(seed)
    written = found(f"RPPS : {rpps(rng)}\nFINESS {finess('75', rng)}")
    assert written.rpps is not None
    assert written.finess is not None


@pytest.mark.parametrize("number", ["2A0000014", "2B0000020"])
def test_corsican_establishments_count_their_letter(number: str) -> None:
    """The letters of Corsica weigh 1 and 2 in the check digit."""
    assert found(f"N° FINESS : {number}").finess == number


def test_one_wrong_digit_is_nobody() -> None:
    """P10 for people: absent rather than wrong."""
    written = found("RPPS 10113404669\nFINESS 660591372")
    assert (written.rpps, written.finess) == (None, None)


def test_the_national_form_of_an_rpps_is_understood() -> None:
    """Directories write an 8 before it."""
    rng = Random(1)
    number = rpps(rng)
    assert found(f"N° RPPS : 8{number}").rpps == number


def test_two_authors_are_none() -> None:
    """Where several sign, nobody is chosen for them."""
    rng = Random(2)
    written = found(f"Dr Anne PETIT RPPS {rpps(rng)}\nDr Paul GRAND RPPS {rpps(rng)}")
    assert (written.rpps, written.name) == (None, None)


def test_the_prescriber_and_the_addressee_are_not_the_author() -> None:
    """A letter names whom it is for and who asked."""
    written = found(
        "Dr Anne PETIT\nPrescripteur : Dr Paul GRAND\nMédecin traitant : Dr Luc BLANC\nCher Docteur Jean ROUX"
    )
    assert written.name == "Anne PETIT"


def test_spaces_and_misread_ones_do_not_hide_a_number() -> None:
    """A reader's l for 1 and spaces in groups, where the check digit then proves right."""
    rng = Random(3)
    number = rpps(rng)
    assert found(f"RPPS : {number[0].replace('1', 'l')}{number[1:5]} {number[5:]}", source=Source.OCR).rpps == number


def test_a_number_without_its_label_is_none() -> None:
    """Eleven digits with a right check digit may be anything."""
    rng = Random(4)
    assert found(f"Référence {rpps(rng)}").rpps is None


@pytest.mark.parametrize(
    ("text", "specialty"),
    [
        ("Docteur Anne PETIT\nCardiologue", "Cardiologie"),
        ("Dr Anne PETIT – Médecine générale – Conventionné secteur 1", "Médecine générale"),
        ("Dr Anne PETIT\nRadiodiagnostic et imagerie médicale", "Radiologie"),
        ("Dr Anne PETIT\nGynécologie-obstétrique\nCher Dr Paul GRAND, dermatologue", "Gynécologie-obstétrique"),
        ("Dr Anne PETIT\nDr Paul GRAND, dermatologue", None),
        ("Dr Anne PETIT, cardiologue\nDr Anne PETIT, pneumologue", None),
        ("Adressé en cardiologie\nDr Anne PETIT", None),
        ("Cardiologie", None),
    ],
)
def test_a_specialty_is_the_one_beside_the_author_s_name(text: str, specialty: str | None) -> None:
    """P10 for people: what stands beside another's name, or beside none, is not the author's."""
    assert found(text).specialty == specialty


def test_a_published_corsican_number_is_right() -> None:
    """The weight of B is that of a hospital's published number; with any other letter or digit it would be wrong."""
    assert found("FINESS 2B0000012").finess == "2B0000012"
    assert found("FINESS 2A0000012").finess is None
