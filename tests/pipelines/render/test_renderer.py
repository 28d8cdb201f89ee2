"""The confined renderer: what a page does to it stops nothing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from documents.page import Page
from pipelines.confinement.limits import Layer, Limits
from pipelines.render.idle import IdleRenderer
from pipelines.render.interface import NotMade
from pipelines.render.renderer import ConfinedRenderer
from specimens import broken
from tests.pipelines.files import letter_pdf, png, scanned_pdf
from tests.pipelines.render import hostile
from tests.pipelines.render.reading import inspected


@pytest.fixture
def suffering(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConfinedRenderer]:
    """Give a renderer whose pages are hostile, and who waits for long."""
    yield from hostilely(Limits(memory=1 << 30, cpu_seconds=5, seconds=60.0), monkeypatch)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConfinedRenderer]:
    """Give one who does not."""
    yield from hostilely(Limits(memory=1 << 30, cpu_seconds=5, seconds=1.0), monkeypatch)


def hostilely(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConfinedRenderer]:
    """Give a renderer whose pages are hostile."""
    renderer = ConfinedRenderer(limits=limits)
    monkeypatch.setattr(renderer._confinement, "_task", "tests.pipelines.render.hostile:make")
    yield renderer
    renderer.close()


@pytest.mark.parametrize(
    ("who", "number", "code"),
    [
        ("suffering", hostile.KILLS, "reader-failed"),
        ("impatient", hostile.HANGS, "reader-timed-out"),
        ("suffering", hostile.DAMAGED, "damaged-file"),
    ],
    ids=["kills", "hangs", "damaged"],
)
def test_a_hostile_page_has_neither_picture_nor_words(
    request: pytest.FixtureRequest, page: Page, who: str, number: int, code: str
) -> None:
    """P20, P21: it costs a child at most, and the caller is told by a code."""
    renderer: ConfinedRenderer = request.getfixturevalue(who)
    original, page = letter_pdf("Bonjour"), replace(page, number=number)
    failed = NotMade(code=code, failed=True)
    assert renderer.preview(original, inspected(original), page) == failed
    assert renderer.searchable(original, inspected(original), [page]) == failed


def test_the_page_after_a_hostile_one_is_drawn(
    suffering: ConfinedRenderer, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another child takes over."""
    original = letter_pdf("Bonjour")
    suffering.preview(original, inspected(original), replace(page, number=hostile.KILLS))
    monkeypatch.undo()
    suffering.close()
    monkeypatch.setattr(suffering._confinement, "_task", "pipelines.render.confined:make")
    assert isinstance(suffering.preview(original, inspected(original), page), bytes)


@pytest.mark.parametrize(
    "original",
    [broken.form_within_itself(), broken.huge_page(), broken.deflate_bomb(), broken.huge_image()],
    ids=["form-within-itself", "huge-page", "deflate-bomb", "huge-image"],
)
def test_a_broken_file_is_survived(renderer: ConfinedRenderer, page: Page, original: bytes) -> None:
    """Whatever is made of it, or not, comes back in time and within bounds."""
    made = renderer.preview(original, inspected(original), page)
    assert isinstance(made, NotMade) or len(made) < 40_000
    laid = renderer.searchable(original, inspected(original), [page])
    assert isinstance(laid, NotMade) or len(laid) <= 1.5 * len(original)


def test_a_page_that_is_not_there_is_not_drawn(renderer: ConfinedRenderer, scan: Image.Image, page: Page) -> None:
    """A page that two parsers do not agree about is left alone."""
    beyond = replace(page, number=7)
    for original in (png(scan), scanned_pdf(scan)):
        assert renderer.preview(original, inspected(original), beyond) == NotMade(code="damaged-file", failed=True)
        assert isinstance(renderer.searchable(original, inspected(original), [beyond]), NotMade)


def test_a_giant_is_left_as_it_is(renderer: ConfinedRenderer, page: Page) -> None:
    """P20: a slot's memory stays flat; such a document has its original and its text."""
    giant = letter_pdf("Bonjour") + bytes(64 << 20)
    assert renderer.searchable(giant, inspected(giant), [page]) == NotMade(code="too-large")


def test_every_layer_confines_it(renderer: ConfinedRenderer) -> None:
    """It is held back like the reader."""
    assert renderer.layers() == frozenset(Layer)


def test_a_renderer_that_is_not_wanted_makes_nothing(page: Page) -> None:
    """`VERSO_DERIVE=false`: nothing fails, nothing is made."""
    idle, original = IdleRenderer(), letter_pdf("Bonjour")
    assert idle.preview(original, inspected(original), page) == NotMade(code="not-wanted")
    assert idle.searchable(original, inspected(original), [page]) == NotMade(code="not-wanted")
