"""Where a scan is cut: separators decide, other signs propose, and a single document is left alone."""

import pytest

from documents.page import Box, Page, Source, Symbol
from pipelines.split.dividing import divide
from pipelines.split.division import Division, Ground, Run
from pipelines.split.separator import PAYLOAD

#: Two made-up people.
ANNE, BRUNO = "279035121518989", "184127645108946"
SHEET = Symbol(payload=PAYLOAD, symbology="DataMatrix", box=Box(left=0.1, top=0.1, right=0.3, bottom=0.3))


def scan(*texts: str) -> list[Page]:
    """Return pages: ``|`` is a separator sheet, an empty text a blank page, ``?`` a page that could not be read."""
    return [_page(number, text) for number, text in enumerate(texts, start=1)]


def _page(number: int, text: str) -> Page:
    source = {"": Source.BLANK, "?": Source.FAILED}.get(text, Source.OCR)
    return Page(number=number, source=source, text=text, symbols=(SHEET,) if text == "|" else ())


def runs(division: Division | None) -> list[tuple[int, int]]:
    """Return the first and last pages of a division's runs."""
    assert division is not None
    return [(run.first, run.last) for run in division.runs]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (["a", "|", "b"], [(1, 1), (3, 3)]),
        (["a", "a", "|", "b", "b"], [(1, 2), (4, 5)]),
        (["|", "a", "|", "b", "|"], [(2, 2), (4, 4)]),
        (["a", "|", "|", "b"], [(1, 1), (4, 4)]),
        (["a", "|", "", "b", ""], [(1, 1), (4, 5)]),
        (["a", "", "|", "", "b"], [(1, 2), (5, 5)]),
        (["a", "|", "", "|", "", "b"], [(1, 1), (6, 6)]),
        (["a", "|", "b", "", "c"], [(1, 1), (3, 5)]),
        (["a", "|", "", ""], [(1, 1)]),
        (["|", "a"], [(2, 2)]),
    ],
    ids=["two", "pages", "ends", "double", "duplex", "both-backs", "double-duplex", "blank-within", "tail", "cover"],
)
def test_separators_cut_and_leave_with_their_backs(pages: list[str], expected: list[tuple[int, int]]) -> None:
    """P33: double sheets count once; the blank back of a sheet scanned on both sides goes with it."""
    division = divide(scan(*pages))
    assert runs(division) == expected
    assert division is not None
    assert division.certain


def test_nothing_but_separators_is_no_stack() -> None:
    """There is nothing to make documents of: a person looks at it."""
    assert divide(scan("|", "", "|")) is None


def test_a_separator_in_letters_only_is_proposed_never_done() -> None:
    """P33: a sheet whose code is spoilt is still seen, and a person decides."""
    division = divide(scan("a", "Feuille de séparation\nverso", "b"))
    assert division is not None
    assert not division.certain
    assert [(run.first, run.ground) for run in division.runs] == [
        (1, Ground.START),
        (3, Ground.UNREADABLE_SEPARATOR),
    ]


def test_a_page_that_could_not_be_read_takes_all_certainty() -> None:
    """It may have been a separator: the papers around it may be two people's."""
    division = divide(scan("a", "|", "b", "?", "c"))
    assert division is not None
    assert not division.certain


def test_another_patient_is_proposed_where_the_number_changes() -> None:
    """Pages of two patients are offered for splitting."""
    division = divide(scan(f"INS {ANNE}", "suite", f"INS {BRUNO}", "suite"))
    assert division == Division(
        runs=(
            Run(first=1, last=2, ground=Ground.START),
            Run(first=3, last=4, ground=Ground.OTHER_PATIENT),
        ),
        certain=False,
    )


def test_another_patient_begins_where_the_first_page_before_the_number_is() -> None:
    """A letter whose number stands on its second page is not cut in two."""
    division = divide(scan(f"Page 1/2\nINS {ANNE}", "Page 2/2", "Page 1/2", f"Page 2/2\nINS {BRUNO}"))
    assert runs(division) == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    "first",
    [
        "Page 1/2",
        "page : 1 sur 3",
        "P. 1 / 2",
        "Paris, le 4 mars 2026\nConcerne Mme X\nChère consœur,\nJe vous adresse",
        "Lyon, le 04/03/2026\nMonsieur et cher confrère,\nmerci",
        "Le 1er janvier 2026\nMadame,\nVous êtes attendue",
    ],
)
def test_a_page_that_opens_a_document_is_proposed(first: str) -> None:
    """Its number, or date and address, say that a document begins there."""
    assert runs(divide(scan("a", "a", first, "b"))) == [(1, 2), (3, 4)]


@pytest.mark.parametrize(
    "pages",
    [
        ["seule"],
        ["Page 1/3", "Page 2/3", "Page 3/3"],
        [f"INS {ANNE}", f"INS {ANNE}"],
        [f"INS {ANNE}", f"N° de l'assuré : INS {BRUNO}"],
        ["Paris, le 4 mars 2026\nCher ami,", "suite du compte rendu, examen du 5 mars 2026"],
        ["a", "Page 2/2\nParis, le 4 mars 2026\nCher confrère,\n"],
        ["a", "1/2 comprimé le soir"],
        ["a", "", "b"],
        ["a", "?"],
    ],
    ids=["one", "numbered", "same", "relative", "dates", "second", "dose", "blank", "unread"],
)
def test_a_single_document_is_left_alone(pages: list[str]) -> None:
    """Most scans are one document, and nobody is bothered with them."""
    assert divide(scan(*pages)) is None


NORD = "Clinique du Nord\n3 rue Haute, 59000 Lille\nTél. 03 53 01 10 20\nDr Anne PETIT\n"
SUD = "Laboratoire du Sud\n12 quai Bas, 13005 Marseille\nTél. 04 65 71 33 44 - FINESS 130012345\n"


def test_another_letterhead_is_proposed() -> None:
    """A letter and a laboratory's report scanned in one go, without page numbers: a person is asked."""
    division = divide(scan(NORD + "Compte rendu", "suite", SUD + "Résultats", "suite"))
    assert division == Division(
        runs=(
            Run(first=1, last=2, ground=Ground.START),
            Run(first=3, last=4, ground=Ground.OTHER_LETTERHEAD),
        ),
        certain=False,
    )


@pytest.mark.parametrize(
    "second",
    [
        NORD,
        NORD.replace("03 53 01 10 20", "03 53 01 18 20").replace("59000", "59009"),
        NORD.replace("03 53 01 10 20", "03 53 01 77 88"),
        "Page 2/2\n" + SUD,
        "Adressé par : Dr Paul GRAND\n" + SUD,
        "Mme Marie DURAND\n12 quai Bas, 13005 Marseille\nTél. 04 65 71 33 44",
        "Laboratoire du Sud\nsuite des résultats",
    ],
    ids=["same", "misread", "other-desk", "numbered", "addressed", "patient", "too-little"],
)
def test_the_same_house_or_too_little_is_no_other_letterhead(second: str) -> None:
    """Neither a misread digit, another desk's telephone, an addressee's head nor a patient's address."""
    assert divide(scan(NORD + "Compte rendu", second + "\nsuite")) is None
