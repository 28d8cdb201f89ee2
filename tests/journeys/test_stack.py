"""A practitioner scans a pile in one go: separators printed by Verso, read by the real reader, filed apart (P33)."""

import io
from pathlib import Path

import pikepdf
import pytest

from documents.patient import Ins
from documents.stage import Stage
from specimens import Form, Kind, Specimen, generate
from tests.journeys.installation import Installation
from verso.bootstrap import build_archive
from verso.cli.exits import Exit
from verso.settings import load_settings


@pytest.fixture(scope="module")
def letters() -> list[Specimen]:
    """Papers of three patients: born-digital, mixed, and scanned."""
    forms = [Form.DIGITAL, Form.SCANNED_PDF, Form.DIGITAL]
    return list(generate(3, seed=5, kinds=[Kind.LABORATORY], forms=forms, degradations=["light200"]))


def pile(letters: list[Specimen], sheets: Path) -> bytes:
    """Lay the papers on each other, two sheets after the first, one with a blank back after the second."""
    whole = io.BytesIO()
    with pikepdf.new() as made, pikepdf.open(sheets) as separators:
        for letter, count in zip(letters, (2, 1, 0), strict=True):
            with pikepdf.open(io.BytesIO(letter.content)) as paper:
                made.pages.extend(paper.pages)
            made.pages.extend(separators.pages[:count])
            if count == 1:
                made.add_blank_page(page_size=(595, 842))
        made.save(whole)
    return whole.getvalue()


def test_a_pile_is_scanned_once_and_filed_by_patient(
    installation: Installation, letters: list[Specimen], tmp_path: Path
) -> None:
    """Three papers between printed sheets become three documents, each in its own patient's record."""
    sheets, scan = tmp_path / "separators.pdf", tmp_path / "pile.pdf"
    assert installation.command("separators", "-o", str(sheets), "--count", "2").returncode == Exit.DONE
    assert installation.command("separators", "-o", str(sheets)).returncode == Exit.USAGE
    scan.write_bytes(pile(letters, sheets))
    result = installation.command("ingest", str(scan))
    assert result.returncode == Exit.DONE, result.stderr
    assert "3 documents" in result.stdout
    (stack,) = (document for document in installation.documents() if document.parent is None)
    assert stack.stage is Stage.SPLIT
    pieces = installation.ledger.children(stack.id)
    assert [piece.pages for piece in pieces] == [len(letter.truth.pages) for letter in letters]
    archive = build_archive(load_settings(home=installation.home))
    patients = [letter.truth.ins for letter in letters]
    assert [piece.patient for piece in pieces] == [archive.pseudonym(ins) for ins in patients]
    assert installation.command("verify").returncode == Exit.DONE
    _correct(installation, pieces[0].id, letters[1].truth.ins)
    assert installation.ledger.document(pieces[0].id).patient == archive.pseudonym(letters[1].truth.ins)


def _correct(installation: Installation, document: str, ins: Ins) -> None:
    """File a piece under another patient, by command."""
    words = ("correct", document, "--patient", ins.number, "--oid", ins.oid, "--who", "dim", "--why", "homonyme")
    result = installation.command(*words)
    assert result.returncode == Exit.DONE, result.stderr
    installation.start("worker", "courier")
    installation.wait_until(lambda: installation.settled() == len(installation.documents()))
    installation.end()
