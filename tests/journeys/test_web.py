"""A practitioner's morning in a real browser: a stack is dropped and watched, its doubts are settled, it is filed."""

import socket
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect
from pypdf import PdfReader, PdfWriter

from documents.stage import Stage
from pipelines.split.printing import print_separators
from specimens import Form, generate
from tests.fakes import INS
from tests.journeys.browser import chromium
from tests.journeys.installation import Installation

PASSWORD = "a password of the journey"
#: Milliseconds after which the pipeline has failed rather than being slow.
PATIENCE = 150_000


@pytest.fixture
def address(installation: Installation) -> str:
    """The pages, with a worker and a courier behind them."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    installation.settings.update(WEB_PORT=str(port), WEB_URL=url, LOCAL_PASSWORD=PASSWORD)
    installation.start("web", "worker", "courier")
    installation.wait_until(lambda: answers(url))
    return url


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of Chromium's, in French."""
    with chromium() as browser:
        yield browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}).new_page()


def answers(url: str) -> bool:
    """Tell whether the web process serves."""
    try:
        return httpx2.get(f"{url}/api/v1/health").is_success
    except httpx2.HTTPError:
        return False


def stack_of(pages: int) -> bytes:
    """Return one scan of many papers with separator sheets between them, so many pages in all."""
    sheet = PdfReader(BytesIO(print_separators(1))).pages[0]
    papers = (PdfReader(BytesIO(specimen.content)).pages for specimen in generate(pages, 8, forms=(Form.DIGITAL,)))
    leaves = islice((leaf for paper in papers for leaf in (*paper, sheet)), pages)
    writer = PdfWriter()
    for leaf in leaves:
        writer.add_page(leaf)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def dropped() -> list[FilePayload]:
    """Return twenty files: papers, a stack of forty pages, one whose patient nobody names, and two that are bad."""
    papers = [(one.name, one.content) for one in generate(16, 3, forms=(Form.DIGITAL,))]
    others = [
        ("pile.pdf", stack_of(40)),
        ("sans-nom.txt", b"Compte rendu de consultation\nRevu ce jour en consultation de suivi."),
        ("vide.pdf", b""),
        ("abime.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ncut short"),
    ]
    return [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in papers + others]


def sign_in(page: Page, address: str) -> None:
    """Come in as a practitioner."""
    page.goto(address)
    page.get_by_label("Identifiant").fill("medecin")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{address}/deposer")


def barriers(page: Page) -> list[str]:
    """Return what keeps somebody from using a page (axe-core, serious and critical)."""
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def test_a_stack_is_dropped_watched_settled_and_filed(installation: Installation, address: str, page: Page) -> None:
    """Twenty files, forty pages in one of them: nothing is filled in, two are refused, the doubts take one key each."""
    sign_in(page, address)
    assert barriers(page) == []
    page.locator("#files").set_input_files(dropped())
    page.get_by_role("button", name="Déposer").click()
    page.wait_for_url("**/suivi/*")
    expect(page.locator("#live")).to_have_attribute("data-settled", "yes", timeout=PATIENCE)
    assert barriers(page) == []
    expect(page.locator(".totals .refused dd")).to_have_text("2")
    expect(page.get_by_text("découpé en")).to_be_visible()

    page.get_by_role("link", name="À vérifier", exact=True).click()
    assert barriers(page) == []
    nameless = next(
        one for one in installation.documents() if one.stage is Stage.REVIEW and one.media_type == "text/plain"
    )
    page.goto(f"{address}/a-verifier/{nameless.id}")
    assert barriers(page) == []
    page.get_by_label("Autre patient (INS)").fill(INS)
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.locator("input[data-key='1']")).to_be_checked()
    page.get_by_role("button", name="Valider la décision").click()
    expect(page.get_by_role("status")).to_contain_text("Décision enregistrée")
    installation.wait_until(lambda: installation.ledger.document(nameless.id).stage is Stage.STORED)

    page.goto(f"{address}/historique")
    assert barriers(page) == []
    expect(page.get_by_text("Classé").first).to_be_visible()


def test_a_phone_shows_the_same_pages_without_scrolling_sideways(address: str) -> None:
    """And offers its camera."""
    with chromium() as browser:
        page = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}).new_page()
        sign_in(page, address)
        expect(page.get_by_text("Prendre une photo")).to_be_visible()
        for path in ("/deposer", "/suivi", "/a-verifier", "/historique"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_keyboard_alone_is_enough(address: str, page: Page) -> None:
    """From the door to a file chooser, without a mouse."""
    page.goto(f"{address}/entrer")
    page.keyboard.type("medecin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/deposer")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.locator("#files").focus()
    with page.expect_file_chooser():
        page.keyboard.press("Space")
