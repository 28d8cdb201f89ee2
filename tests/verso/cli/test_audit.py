"""The verbs of the audit trail, and those that look: what cannot be written down is not shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from documents.arrival import Arrival, Declaration
from documents.document import DocumentId
from documents.errors import LedgerUnavailable
from documents.stage import Stage
from pipelines.receive import receive
from tests.fakes import INS, plain_skills
from tests.world import HOSPITAL
from verso.bootstrap import build_ledger, build_services
from verso.cli.exits import Exit
from verso.cli.main import app
from verso.settings import load_settings
from workers.performing import Performer
from workers.retrying import patience_of

CANARY = "Grandchamp-Bouvery"


@pytest.fixture
def document(home: Path) -> DocumentId:
    """A document in review, received and worked on by processes that prove their events."""
    settings = load_settings(home=home)
    services = replace(build_services(settings), skills=plain_skills())
    content = f"INS {INS}\n{CANARY}".encode()
    found = receive(Arrival(feeder=HOSPITAL, content=content, declaration=Declaration()), services).document
    owner = "here/1/1"
    performer = Performer(services=services, patience=patience_of(settings), owner=owner, lease=settings.lease)
    for work in services.ledger.due(10, settings.lease):
        performer.perform(work)
    assert services.ledger.document(found.id).stage is Stage.REVIEW
    return found.id


def gag(home: Path) -> None:
    """Let no event be written any more."""
    engine = create_engine(f"sqlite:///{home / 'ledger.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER gag BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no more'); END"))
    engine.dispose()


def alter(home: Path, statement: str) -> None:
    """Do as somebody who may do anything in the database."""
    engine = create_engine(f"sqlite:///{home / 'ledger.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_refuse_update"))
        connection.execute(text(statement))
    engine.dispose()


def verso(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, list(words))


def test_a_trail_that_is_whole_says_where_it_ends(home: Path, document: DocumentId) -> None:
    """Anchored by hand, verified by hand; what the two say of the end is the same."""
    del document
    assert verso("audit", "anchor").exit_code == Exit.DONE
    verified = verso("audit", "verify")
    assert verified.exit_code == Exit.DONE
    assert "5 events, 2 links, 1 anchors: whole. 0 events wait" in verified.stdout
    end = build_ledger(load_settings(home=home)).last_link()
    assert verified.stdout.split()[-1] == end.digest


def test_a_broken_link_is_named(home: Path, document: DocumentId) -> None:
    """The exit code is the one that calls the security officer."""
    del document
    verso("audit", "anchor")
    alter(home, "UPDATE events SET actor = 'other' WHERE id = 2")
    found = verso("audit", "verify")
    assert found.exit_code == Exit.TAMPERED
    assert "First broken link: 1." in found.stdout
    assert "entry-forged  link 1, event 2" in found.stdout


def test_an_export_is_recorded_and_holds_ids_and_codes(home: Path, document: DocumentId, tmp_path: Path) -> None:
    """Every event is in it, that of the export itself last; nothing of the paper is."""
    file = tmp_path / "trail.ndjson"
    asked = ("--who", "auditor", "--why", f"plainte de {CANARY}")
    assert verso("audit", "export", "--output", str(file), *asked).exit_code == Exit.DONE
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [one["subtype"][0]["code"] for one in found] == ["received", "moved", "moved", "moved", "moved", "exported"]
    assert {one["entity"][0]["what"]["identifier"]["value"] for one in found[:-1]} == {document}
    assert file.stat().st_mode & 0o777 == 0o600
    assert CANARY not in file.read_text(encoding="utf-8")
    assert INS not in file.read_text(encoding="utf-8")
    assert build_ledger(load_settings(home=home)).entries(0, 10)[-1].actor == "auditor"


def test_an_export_may_be_of_one_document_or_of_a_time(document: DocumentId, tmp_path: Path) -> None:
    """What a patient asks about is not buried in everybody's."""
    asked = ("--who", "auditor", "--why", "demande")
    verso("audit", "export", "--output", str(tmp_path / "one"), "--document", document, *asked)
    verso("audit", "export", "--output", str(tmp_path / "old"), "--until", "2020-01-01", *asked)
    verso("audit", "export", "--output", str(tmp_path / "new"), "--since", "2020-01-01", *asked)
    lengths = [len((tmp_path / name).read_text(encoding="utf-8").splitlines()) for name in ("one", "old", "new")]
    assert lengths == [6, 0, 8]


@pytest.mark.parametrize(
    "words",
    [
        ("open", "ID", "--output", "FILE", "--who", "x", "--why", "y"),
        ("review", "show", "ID", "--who", "x", "--why", "y"),
        ("show", "ID"),
        ("audit", "export", "--output", "FILE", "--who", "x", "--why", "y"),
    ],
)
def test_what_cannot_be_written_down_is_not_shown(
    home: Path, document: DocumentId, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Who looked, and why, is on record before anything is shown; without it there is nothing to see."""
    gag(home)
    file = tmp_path / "shown"
    given = {"ID": document, "FILE": str(file)}
    result = verso(*(given.get(word, word) for word in words))
    assert isinstance(result.exception, LedgerUnavailable)
    assert document not in result.stdout
    assert not file.exists()
