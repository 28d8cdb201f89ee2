"""What a person sees of an identification: each piece of evidence with its page and place, dates and author too."""

import io
from datetime import date

import pytest
from rich.console import Console
from rich.table import Table

from documents.identification import (
    Author,
    DateKind,
    DocumentDate,
    Evidence,
    EvidenceKind,
    Identification,
    IdentityOutcome,
)
from documents.page import Box
from documents.patient import OID_INS_NIR_TEST, Ins, Sex, Traits
from verso.cli.identifying import author_line, dates_table, evidence_table

BOX = Box(left=0.12, top=0.3, right=0.48, bottom=0.34)


def shown(table: Table) -> str:
    """Return a table as a wide terminal shows it."""
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_evidence_is_shown_with_page_and_place() -> None:
    """Whoever settles looks there, and sees what had to be repaired."""
    number = Evidence(
        kind=EvidenceKind.MATRICULE,
        page=2,
        box=BOX,
        ins=Ins(number="279035121518989", oid=OID_INS_NIR_TEST),
        repaired=True,
    )
    traits = Traits(birth_name="PAT-TROIS", first_names=("DOMINIQUE",), sex=Sex.FEMALE, birth_date=date(1979, 3, 28))
    line, other = shown(
        evidence_table((number, Evidence(kind=EvidenceKind.TRAITS, page=3, traits=traits)))
    ).splitlines()[3:5]
    assert [cell in line for cell in ("matricule", " 2 ", "0.12,0.30 - 0.48,0.34", "279035121518989 (réparé)")] == [
        True
    ] * 4
    assert [cell in other for cell in ("traits", " 3 ", "PAT-TROIS", "DOMINIQUE", "28/03/1979", " F ")] == [True] * 6


def test_every_kind_of_date_is_shown_with_page_and_place() -> None:
    """In French, the day as the French write it."""
    dates = tuple(DocumentDate(kind=kind, day=date(2024, 3, 12), page=1, box=BOX) for kind in DateKind)
    rows = shown(dates_table(dates)).splitlines()[3:-1]
    assert [row.split()[1] for row in rows] == ["acte", "prélèvement", "édition", "signature", "naissance"]
    assert all("12/03/2024" in row and "0.12,0.30 - 0.48,0.34" in row for row in rows)


@pytest.mark.parametrize(
    ("author", "line"),
    [
        (Author(), "auteur : inconnu"),
        (
            Author(rpps="10003456782", name="Anne PETIT", specialty="Cardiologie", finess="750100042"),
            "auteur : Anne PETIT, Cardiologie, RPPS 10003456782, FINESS 750100042",
        ),
        (Author(finess="750100042"), "auteur : FINESS 750100042"),
    ],
)
def test_an_author_is_shown_as_far_as_known(author: Author, line: str) -> None:
    """What is not known is not made up."""
    assert author_line(Identification(outcome=IdentityOutcome.INSUFFICIENT, author=author)) == line
