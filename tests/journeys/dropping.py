"""What journeys through the pages share: the pages served, somebody who signs in, a stack to drop."""

from io import BytesIO
from itertools import islice

import httpx2
from playwright.sync_api import Page, expect
from pypdf import PdfReader, PdfWriter

from pipelines.split.printing import print_separators
from specimens import Form, generate
from tests.journeys.installation import Installation
from tests.services.ports import free_ports

PASSWORD = "a password of the journey"


def serve(installation: Installation, *others: str) -> str:
    """Start the pages with a worker and a courier behind them; return their address."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    installation.settings.update(WEB_PORT=str(port), WEB_URL=url, LOCAL_PASSWORD=PASSWORD)
    installation.start("web", "worker", "courier", *others)
    installation.wait_until(lambda: answers(url))
    return url


def answers(url: str) -> bool:
    """Tell whether the web process serves."""
    try:
        return httpx2.get(f"{url}/api/v1/health").is_success
    except httpx2.HTTPError:
        return False


def sign_in(page: Page, address: str, login: str = "medecin") -> None:
    """Come in."""
    page.goto(address)
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).not_to_have_url(f"{address}/entrer")
    # Its scripts listen by then.
    page.wait_for_load_state()


def stack_of(pages: int, *scans: bytes) -> bytes:
    """Return one scan of many papers with separator sheets between them, so many pages in all.

    Args:
        pages: How many.
        scans: PDFs of images that lie on top of the stack.
    """
    sheet = PdfReader(BytesIO(print_separators(1))).pages[0]
    papers = (PdfReader(BytesIO(specimen.content)).pages for specimen in generate(pages, 8, forms=(Form.DIGITAL,)))
    scanned = (PdfReader(BytesIO(scan)).pages for scan in scans)
    leaves = islice((leaf for paper in (*scanned, *papers) for leaf in (*paper, sheet)), pages)
    writer = PdfWriter()
    for leaf in leaves:
        writer.add_page(leaf)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
