"""What a person types, from end to end: ingest, look, inspect, review, open, verify."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.role import Role
from documents.stage import Stage
from specimens import Form, Kind, Specimen, generate
from tests.journeys.installation import Installation
from verso.cli.exits import Exit


@pytest.fixture(scope="module")
def specimen() -> Specimen:
    """A born-digital lab report."""
    return next(generate(1, seed=3, kinds=[Kind.LABORATORY], forms=[Form.DIGITAL]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, specimen: Specimen) -> Path:
    """What somebody hands over: a letter, an empty file, a web page that calls itself a PDF, a note about nobody."""
    path = tmp_path_factory.mktemp("handed-over")
    (path / "report.pdf").write_bytes(specimen.content)
    (path / "empty.pdf").write_bytes(b"")
    (path / "page.pdf").write_bytes(b"<!doctype html><html><body>404</body></html>")
    (path / "note.txt").write_text("Penser à rappeler le fournisseur de papier demain matin.", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def verso(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Installation]:
    """An installation that was handed that folder."""
    made = Installation(tmp_path_factory.mktemp("commands") / "verso")
    result = made.command("ingest", str(folder))
    assert result.returncode == Exit.DONE, result.stderr
    yield made
    made.end()


def by_size(verso: Installation, size: int) -> Document:
    """Return the document whose original has that size."""
    return next(document for document in verso.documents() if document.size == size)


def test_every_file_ends_stored_in_review_or_refused(verso: Installation, folder: Path) -> None:
    """None missing, none twice, and the bad ones say why."""
    documents = verso.documents()
    assert len(documents) == len(list(folder.iterdir()))
    reasons = {document.size: (document.stage, document.reason) for document in documents}
    assert reasons[0] == (Stage.REFUSED, "empty-file")
    assert reasons[(folder / "page.pdf").stat().st_size] == (Stage.REFUSED, "unknown-type")
    assert reasons[(folder / "note.txt").stat().st_size] == (Stage.REVIEW, "patient-insufficient")


def test_the_same_command_again_says_that_all_are_known(verso: Installation, folder: Path) -> None:
    """P15: nothing is filed twice."""
    again = verso.command("ingest", str(folder))
    assert "4 files were known already" in again.stdout
    assert len(verso.documents()) == 4


def test_a_dry_run_prints_one_json_object_a_file_and_stores_nothing(
    verso: Installation, folder: Path, specimen: Specimen
) -> None:
    """Pages with number, source, text and seconds; patient, type, class, theme, confidence; or the refusal."""
    before = sorted(path for path in verso.home.rglob("*") if path.is_file())
    result = verso.command("inspect", str(folder), "--json")
    assert sorted(path for path in verso.home.rglob("*") if path.is_file()) == before
    found = {Path(line["file"]).name: line for line in map(json.loads, result.stdout.splitlines())}
    assert set(found) == {path.name for path in folder.iterdir()}
    assert found["empty.pdf"]["refusal"]["code"] == "empty-file"
    report = found["report.pdf"]
    assert report["refusal"] is None
    assert [set(page) >= {"number", "source", "text", "seconds"} for page in report["pages"]]
    assert {"patient", "type_code", "class_code", "theme", "confidence", "author", "dates"} <= set(report)
    born = next(one for one in report["dates"] if one["kind"] == "birth")
    assert born["day"] == str(specimen.truth.traits.birth_date)
    assert (born["page"], len(born["box"])) == (1, 4)
    assert specimen.truth.pages[0].split()[0] in report["pages"][0]["text"]


def test_looking_shows_ids_and_codes_and_never_content(verso: Installation, specimen: Specimen) -> None:
    """Whoever looks over a shoulder learns nothing about a patient."""
    document = by_size(verso, len(specimen.content))
    shown = "".join(
        verso.command(*words).stdout for words in (("status",), ("list",), ("show", document.id), ("review", "list"))
    )
    assert document.id in shown
    assert specimen.truth.ins.number not in shown
    assert specimen.truth.traits.birth_name is not None
    assert specimen.truth.traits.birth_name not in shown


def test_evidence_dates_and_author_are_shown_after_who_and_why_are_written_down(
    verso: Installation, specimen: Specimen
) -> None:
    """The same verb shows them when asked to, with page and place, and the audit trail has it first."""
    document = by_size(verso, len(specimen.content))
    shown = verso.command("show", document.id, "--identity", "--who", "dr-house", feed="contrôle qualité\n")
    assert shown.returncode == Exit.DONE, shown.stderr
    assert f"{specimen.truth.traits.birth_date:%d/%m/%Y}" in shown.stdout
    assert "naissance" in shown.stdout
    event = verso.ledger.events(document.id)[-1]
    assert (event.action, event.actor) == (Action.UNSEALED, Actor.operator("dr-house"))
    assert event.detail == Role.IDENTITY.slug


def test_an_original_is_opened_after_who_and_why_are_written_down(
    verso: Installation, specimen: Specimen, tmp_path: Path
) -> None:
    """The bytes come back as received, for one person's eyes, and the audit trail has it first."""
    document = by_size(verso, len(specimen.content))
    output = tmp_path / "opened.pdf"
    words = ("open", document.id, "--output", str(output), "--who", "dr-house")
    assert verso.command(*words, feed="demande de la patiente\n").returncode == Exit.DONE
    assert output.read_bytes() == specimen.content
    assert output.stat().st_mode & 0o777 == 0o600
    event = verso.ledger.events(document.id)[-1]
    assert (event.action, event.actor, event.detail) == (
        Action.UNSEALED,
        Actor.operator("dr-house"),
        Role.ORIGINAL.slug,
    )
    assert event.sealed_ground is not None
    assert b"patiente" not in event.sealed_ground


def test_a_document_without_a_searchable_pdf_says_so_and_is_not_opened(
    verso: Installation, specimen: Specimen, tmp_path: Path
) -> None:
    """A born-digital paper is searched as it is: there is nothing else to unseal, and nothing is recorded."""
    document = by_size(verso, len(specimen.content))
    events = len(verso.ledger.events(document.id))
    words = ("open", document.id, "--searchable", "--output", str(tmp_path / "opened.pdf"), "--who", "dr-house")
    assert verso.command(*words, feed="demande de la patiente\n").returncode != Exit.DONE
    assert not (tmp_path / "opened.pdf").exists()
    assert len(verso.ledger.events(document.id)) == events


def test_an_unknown_document_is_said_with_its_exit_code(verso: Installation) -> None:
    """A script can tell a wrong id from a broken system."""
    result = verso.command("show", "0" * 32)
    assert result.returncode == Exit.MISUSED
    assert "unknown-document" in result.stderr


def test_a_doubt_is_shown_settled_and_stored(verso: Installation, folder: Path, specimen: Specimen) -> None:
    """The secretary names patient and type; the document goes on by itself."""
    document = by_size(verso, (folder / "note.txt").stat().st_size)
    shown = verso.command("review", "show", document.id, "--who", "secretary", feed="courrier du jour\n")
    assert "Le patient n'est pas identifié" in shown.stdout
    event = verso.ledger.events(document.id)[-1]
    assert (event.action, event.actor, event.detail) == (Action.UNSEALED, Actor.operator("secretary"), "evidence")
    assert event.sealed_ground is not None
    ins = specimen.truth.ins
    words = ("review", "settle", document.id, "--who", "secretary", "--patient", "-", "--oid", ins.oid)
    settled = verso.command(*words, "--type", "11488-4", feed=f"{ins.number}\n")
    assert settled.returncode == Exit.DONE, settled.stderr
    verso.start("worker", "courier")
    verso.wait_until(lambda: verso.ledger.document(document.id).stage is Stage.STORED)
    assert verso.ledger.document(document.id).type_code == "11488-4"


def test_a_wrong_number_is_not_settled(verso: Installation, specimen: Specimen) -> None:
    """A slip of the finger never becomes somebody's record."""
    document = by_size(verso, len(specimen.content))
    wrong = verso.command("review", "settle", document.id, "--patient", "279035121518988")
    assert wrong.returncode == Exit.USAGE


def test_verify_finds_an_object_that_was_altered(verso: Installation) -> None:
    """Everything authentic at first; one flipped byte, and its document is named."""
    assert verso.command("verify").returncode == Exit.DONE
    victim = min(path for path in (verso.home / "objects" / "documents").rglob("*") if path.is_file())
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    result = verso.command("verify")
    assert result.returncode == Exit.TAMPERED
    assert "altered" in result.stdout
