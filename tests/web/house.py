"""A web of its own for a test: the application, whoever comes in, and hands that do the work behind it at once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from documents.document import Document, DocumentId
from pipelines.services import Services
from tests.fakes import plain_skills
from verso.bootstrap import build_services, prepare
from verso.settings import Settings, load_settings
from verso.telemetry.interface import SILENT, Telemetry
from web.app import make_app
from workers.performing import Performer
from workers.retrying import patience_of

PASSWORD = "a password of the tests"
ORIGIN = "http://testserver"


def services_of_plain_papers(settings: Settings, telemetry: Telemetry = SILENT) -> Services:
    """Return real stores with skills that need no paper."""
    return replace(build_services(settings, telemetry), skills=plain_skills())


@dataclass
class House:
    """What a test of the web touches."""

    settings: Settings
    app: FastAPI

    @classmethod
    def at(cls, home: Path, **more: Any) -> "House":
        """Build a house in a folder."""
        said: dict[str, Any] = {"home": home, "local_password": PASSWORD, "web_url": ORIGIN, **more}
        settings = load_settings(**said)
        prepare(settings)
        return cls(settings=settings, app=make_app(settings))

    def visitor(self, login: str | None = None) -> TestClient:
        """Return a browser in which somebody has signed in; nobody when no login is given."""
        client = TestClient(self.app, base_url=ORIGIN, follow_redirects=False)
        if login is not None:
            answer = client.post("/entrer", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 303
        return client

    @property
    def services(self) -> Services:
        """What the application works with, in the test's own thread."""
        found: Services = self.app.state.desk.services
        return found

    def work(self) -> None:
        """Do whatever is due."""
        services = self.services
        performer = Performer(
            services=services, patience=patience_of(self.settings), owner="here/1/1", lease=timedelta(seconds=60)
        )
        while due := services.ledger.due(100, timedelta(0)):
            services.ledger.sent(due, services.now())
            for one in due:
                performer.perform(one)

    def document(self, document_id: str) -> Document:
        """Look a document up."""
        return self.services.ledger.document(DocumentId(document_id))


def files(*contents: bytes) -> list[tuple[str, tuple[str, bytes]]]:
    """Return files as a form's."""
    return [("file", (f"paper-{number}.txt", content)) for number, content in enumerate(contents)]
