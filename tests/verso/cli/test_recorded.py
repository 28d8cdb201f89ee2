"""What a person does at the command line is on record: each verb of `docs/decisions/audit.md`, with who did it."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from documents.action import Action
from documents.arrival import Arrival
from documents.document import DocumentId
from pipelines.receive import receive
from storage.ledger.migration import migrate
from tests.fakes import paper, plain_skills
from tests.world import HOSPITAL
from verso.bootstrap import build_ledger, build_services
from verso.cli.main import app
from verso.settings import load_settings
from workers.performing import Performer
from workers.retrying import patience_of

WHO = ("--who", "dupont")
WHY = ("--why", "contrôle")


@pytest.fixture
def document(home: Path) -> DocumentId:
    """A document that is filed."""
    settings = load_settings(home=home)
    services = replace(build_services(settings), skills=plain_skills())
    found = receive(Arrival(feeder=HOSPITAL, content=paper("lettre")), services).document
    performer = Performer(services=services, patience=patience_of(settings), owner="here/1/1", lease=settings.lease)
    while due := services.ledger.due(10, settings.lease):
        services.ledger.sent(due, services.now())
        for work in due:
            performer.perform(work)
    return found.id


def recorded(home: Path, *words: str) -> list[tuple[str, str, str, str | None]]:
    """Run a verb; return role, actor, action and document of each event that it wrote."""
    ledger = build_ledger(load_settings(home=home))
    before = len(ledger.entries(0, 1000))
    result = CliRunner().invoke(app, [*words, *WHO])
    assert result.exit_code == 0, result.output
    return [(one.role or "", one.actor, one.action, one.document) for one in ledger.entries(0, 1000)[before:]]


def test_looking_and_opening_are_on_record(home: Path, document: DocumentId, tmp_path: Path) -> None:
    """What the ledger knows, what was found out, the original: each with the document."""
    assert recorded(home, "show", document) == [("operator", "dupont", Action.LOOKED, document)]
    both = recorded(home, "show", document, "--identity", *WHY)
    assert ("operator", "dupont", Action.UNSEALED, document) in both
    opened = recorded(home, "open", document, "-o", str(tmp_path / "original"), *WHY)
    assert opened == [("operator", "dupont", Action.UNSEALED, document)]


def test_letting_people_in_is_on_record(home: Path) -> None:
    """And letting them in no more."""
    added = recorded(home, "member", "add", "899700000001", "--role", "administrator", "--issuer", "https://op.example")
    assert [entry[2] for entry in added] == [Action.GRANTED]
    (member,) = [entry.detail for entry in build_ledger(load_settings(home=home)).entries(0, 1000)]
    assert [entry[2] for entry in recorded(home, "member", "remove", member)] == [Action.REVOKED]


def test_keys_copies_and_exports_are_on_record(
    home: Path, document: DocumentId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replacing keys, destroying old ones, copying the ledger, making it again, giving the trail out."""
    del document
    assert Action.ROTATED in {entry[2] for entry in recorded(home, "keys", "rotate")}
    assert Action.RETIRED in {entry[2] for entry in recorded(home, "keys", "retire")}
    exported = recorded(home, "audit", "export", "-o", str(tmp_path / "trail"), *WHY)
    assert Action.EXPORTED in {entry[2] for entry in exported}
    copy = str(tmp_path / "copy")
    assert [entry[2] for entry in recorded(home, "ledger", "backup", copy)] == [Action.COPIED]
    again = f"sqlite:///{tmp_path / 'again.db'}"
    migrate(again)
    monkeypatch.setenv("VERSO_LEDGER_URL", again)
    assert recorded(home, "ledger", "restore", copy)[-1][2] == Action.RESTORED
