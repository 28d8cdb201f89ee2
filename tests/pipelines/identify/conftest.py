"""People, papers and everything that goes wrong with them, by name."""

from datetime import date

import pytest

from documents.arrival import Declaration
from documents.page import Box, Page, Source, Symbol, Word
from documents.patient import OID_INS_NIR_TEST, Ins, Traits
from pipelines.identify.identifier import EvidenceIdentifier
from tests.contracts.identifiers import DECLARED, INS, LETTER, TRAITS, page

TODAY = date(2026, 11, 22)
DATAMATRIX = (
    b"IS010000000000000000000000S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE MARIE-LOUISE\x1d"
    b"S4PAT-TROIS\x1dS5FS628-03-1979S751215"
)


@pytest.fixture
def identifier() -> EvidenceIdentifier:
    """Give an identifier that accepts test numbers."""
    return EvidenceIdentifier(accept_test_oids=True, today=lambda: TODAY)


@pytest.fixture
def identifier_in_production() -> EvidenceIdentifier:
    """Give an identifier as it runs where patients are real."""
    return EvidenceIdentifier(accept_test_oids=False, today=lambda: TODAY)


@pytest.fixture
def a_letter() -> list[Page]:
    """Give a letter with number and traits."""
    return [page(LETTER)]


@pytest.fixture
def a_page_that_names_nobody() -> list[Page]:
    """Give a trace without a name, such as an ECG strip."""
    return [page("DI DII DIII aVR aVL aVF 25 mm/s 10 mm/mV", source=Source.OCR)]


@pytest.fixture
def a_symbol_alone() -> list[Page]:
    """Give a page that bears an INS Datamatrix and not a readable word."""
    symbol = Symbol(payload=DATAMATRIX, symbology="DataMatrix", box=Box(left=0.7, top=0.1, right=0.8, bottom=0.2))
    return [Page(number=1, source=Source.BLANK, symbols=(symbol,))]


@pytest.fixture
def a_symbol_beside_the_name(a_symbol_alone: list[Page]) -> list[Page]:
    """Give a page whose Datamatrix and printed traits agree."""
    text = "Nom : PAT-TROIS\nPrénom : Dominique\nNée le : 28 mars 1979"
    return [Page(number=1, source=Source.OCR, text=text, symbols=a_symbol_alone[0].symbols)]


@pytest.fixture
def a_twin_s_page_in_the_file(a_letter: list[Page]) -> list[Page]:
    """Give the letter with a page of the patient's twin in it: same birth, same family name, next number."""
    twin = "Nom de naissance : PAT-TROIS\nPrénom : DELPHINE\nNée le : 28/03/1979\nMatricule INS : 279035121519088"
    return [*a_letter, page(twin, number=2)]


@pytest.fixture
def a_twin_s_letter_without_number() -> list[Page]:
    """Give a letter about the twin that prints names and birth only."""
    return [page("Objet : Mme PAT-TROIS Delphine, née le 28/03/1979", source=Source.OCR)]


@pytest.fixture
def a_namesake_s_page_in_the_file(a_letter: list[Page]) -> list[Page]:
    """Give the letter with a page of somebody of the same name, born another day."""
    return [*a_letter, page("PAT-TROIS Dominique – F – 03/11/1988 – 38 ans", number=2)]


@pytest.fixture
def another_patient_s_page_in_the_file(a_letter: list[Page]) -> list[Page]:
    """Give the letter with a page that names somebody else and gives nothing more."""
    return [*a_letter, page("Suite – Mme ROUSSEAU Claire\nTraitement inchangé.", number=2)]


@pytest.fixture
def a_number_with_one_wrong_digit() -> list[Page]:
    """Give the letter as printed with a wrong digit, so that the key is wrong too."""
    return [page(LETTER.replace("51 215", "51 216"))]


@pytest.fixture
def a_number_misread() -> list[Page]:
    """Give the letter as a scan in which a digit was read as another one."""
    return [page(LETTER.replace("51 215", "51 216"), source=Source.OCR)]


@pytest.fixture
def a_birth_date_that_cannot_be_read() -> list[Page]:
    """Give the names with a birth date of which the reader made nothing."""
    return [page("Nom : PAT-TROIS\nPrénom : DOMINIQUE\nNée le : 2B/?3/19", source=Source.OCR)]


@pytest.fixture
def a_namesake_s_birth_date_under_a_lost_label() -> list[Page]:
    """Give the patient's name with another's birth date, of whose label the reader left two letters."""
    return [page("Madame Dominique PAT-TROIS\nNo l 13 août 1980 à Vannes\nDoliprane 1 g", source=Source.OCR)]


@pytest.fixture
def a_line_that_is_another_s_name() -> list[Page]:
    """Give a prescription that says whose it is by a bare line."""
    return [page("Ordonnance\nDURAND Paul\nDoliprane 1 g, trois fois par jour", source=Source.OCR)]


@pytest.fixture
def a_page_with_the_bare_name() -> list[Page]:
    """Give a prescription that bears the patient's name and nothing more about anybody."""
    return [page("Ordonnance\nPAT-TROIS Dominique\nDoliprane 1 g, trois fois par jour", source=Source.OCR)]


@pytest.fixture
def a_page_of_many_words_about_nobody() -> list[Page]:
    """Give a report whose header was not read at all."""
    return [page("Le foie est homogène et de taille normale. " * 5, source=Source.OCR)]


@pytest.fixture
def a_child_on_the_insured_mother_s_number() -> list[Page]:
    """Give a prescription for a child that prints the insured mother's number, called so."""
    text = (
        "Assurée : Mme PAT-TROIS Dominique\nN° de sécurité sociale : 2 79 03 51 215 189 89\n"
        "Patient : PAT-TROIS Lucas\nNé le : 02/05/2015"
    )
    return [page(text)]


@pytest.fixture
def a_doctor_with_the_same_family_name() -> list[Page]:
    """Give the letter, written by somebody of the patient's family name."""
    return [page(LETTER.replace("Docteur Anne PETIT", "Docteur Anne PAT-TROIS"))]


@pytest.fixture
def a_letter_with_placed_words() -> list[Page]:
    """Give a letter whose words have places."""
    lines = ["Nom : PAT-TROIS", "Prénom : Dominique", "Née le : 28/03/1979", "INS : 2 79 03 51 215 189 89"]
    words = tuple(
        Word(text=word, box=Box(left=0.1 * x, top=0.1 * y, right=0.1 * x + 0.09, bottom=0.1 * y + 0.05), line=y)
        for y, line in enumerate(lines)
        for x, word in enumerate(line.split())
    )
    return [Page(number=1, source=Source.OCR, text="\n".join(lines), words=words)]


@pytest.fixture
def declared() -> Declaration:
    """Give what a hospital declares: number and traits."""
    return DECLARED


@pytest.fixture
def declared_number_alone() -> Declaration:
    """Give what a hospital declares that knows only the number."""
    return Declaration(ins=INS)


@pytest.fixture
def declared_traits_alone() -> Declaration:
    """Give what a practitioner declares who does not have the number."""
    return Declaration(traits=TRAITS)


@pytest.fixture
def declared_twin() -> Declaration:
    """Give the declaration of the patient's twin."""
    traits = Traits(birth_name="PAT-TROIS", first_names=("DELPHINE",), sex=TRAITS.sex, birth_date=TRAITS.birth_date)
    return Declaration(ins=Ins(number="279035121519088", oid=OID_INS_NIR_TEST), traits=traits)
