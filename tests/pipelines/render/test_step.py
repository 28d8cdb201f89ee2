"""What is kept of what is rendered: sealed, once, and never in the way of a document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from documents.inspection import Inspection
from documents.page import Page
from documents.role import Role
from documents.stage import Stage
from pipelines.render.idle import IdleRenderer
from pipelines.render.interface import NotMade, Renderer
from pipelines.services import Services
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.canaries import Canaries
from tests.fakes import PlainRenderer, paper
from tests.world import Clock, World
from verso.logging import KNOWN_KEYS

FAILED = NotMade(code="reader-timed-out", failed=True)


class FailingRenderer:
    """Fails at everything."""

    def preview(self, original: bytes, inspection: Inspection, page: Page) -> NotMade:  # noqa: ARG002
        """Fail."""
        return FAILED

    def typeset(self, pages: Sequence[str]) -> NotMade:  # noqa: ARG002
        """Fail."""
        return NotMade(code="out-of-memory", failed=True)

    def searchable(self, original: bytes, inspection: Inspection, pages: Sequence[Page]) -> NotMade:  # noqa: ARG002
        """Fail."""
        return FAILED


@dataclass
class RenderingWorld(World):
    """A world with a renderer of one's choice."""

    renderer: Renderer = PlainRenderer()  # noqa: RUF009  holds no state

    @property
    def services(self) -> Services:
        """The services, with that renderer."""
        services = super().services
        return replace(services, skills=replace(services.skills, renderer=self.renderer))


@pytest.fixture
def world(tmp_path: Path) -> RenderingWorld:
    """A whole Verso with its ledger in a file, everything else in memory."""
    clock = Clock()
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    return RenderingWorld(ledger=open_ledger(url, clock.now), clock=clock)


@pytest.mark.parametrize("pages", [1, 2, 5])
def test_each_page_has_its_preview_and_the_document_its_pdf(world: RenderingWorld, pages: int) -> None:
    """By one task or by many, every part carries the number of its page."""
    content = paper("bonjour", pages=pages)
    document_id = world.hand_over(content).document.id
    world.work()
    document, archive = world.document(document_id), world.services.archive
    assert [sealed.part for sealed in document.parts(Role.PREVIEW)] == list(range(1, pages + 1))
    last = document.required(Role.PREVIEW, pages)
    assert archive.open(document_id, last) == content.split(b"\f")[-1]
    assert archive.open(document_id, document.required(Role.SEARCHABLE)) == content


@pytest.mark.parametrize("renderer", [FailingRenderer(), IdleRenderer()], ids=["failing", "idle"])
def test_a_document_is_stored_without_what_could_not_be_rendered(world: RenderingWorld, renderer: Renderer) -> None:
    """A picture is for people; the paper goes on without it, and is not partial for that."""
    world.renderer = renderer
    document_id = world.hand_over(paper("bonjour", pages=3)).document.id
    world.work()
    document = world.document(document_id)
    assert (document.stage, document.partial, document.attempts) == (Stage.STORED, False, 0)
    assert not {Role.PREVIEW, Role.SEARCHABLE} & {sealed.role for sealed in document.objects}


def test_what_could_not_be_rendered_is_logged_by_its_code(world: RenderingWorld) -> None:
    """The operator sees how often and why; what was never to be made is no event."""
    world.renderer = FailingRenderer()
    world.hand_over(paper("MARTIN Camille"))
    with capture_logs() as lines:
        world.work()
    logged = [(line["name"], line["code"]) for line in lines if line["event"] == "not-rendered"]
    assert logged == [("preview", "reader-timed-out"), ("searchable", "reader-timed-out")]
    assert all(set(line) - {"log_level"} <= KNOWN_KEYS for line in lines)
    assert "MARTIN" not in str(lines)


def test_nothing_rendered_rests_in_clear(world: RenderingWorld) -> None:
    """Previews and PDFs are sealed like the original: no store and no ledger holds a word of them."""
    canaries = Canaries({"name": "Grandchamp-Bouvéry"})
    document_id = world.hand_over(paper("Éloïse Grandchamp-Bouvéry")).document.id
    world.work()
    document = world.document(document_id)
    opened = world.services.archive.open(document_id, document.required(Role.SEARCHABLE))
    assert canaries.found_in(opened)
    for name in world.objects.keys("documents/"):
        assert not canaries.found_in(name.encode() + world.objects.get(name))
