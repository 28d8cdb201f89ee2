"""The pictures below docs/screens, taken by `python -m tests.journeys.screens` from a stack that it runs.

Each page at the width of a desk and of a phone, as WebP. The papers are those of `specimens`: nobody in them exists.
"""

import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from documents.stage import Stage
from specimens import Form, generate
from tests.journeys.browser import chromium
from tests.journeys.dropping import serve, sign_in, stack_of
from tests.journeys.installation import Installation
from tests.pipelines.files import joined_pdf

WHERE: Final = Path("docs/screens")
#: Most bytes of one picture.
LARGEST: Final = 100_000
#: Width and height of what is seen at once, and how many pixels a dot has.
DESK: Final = (1280, 860, 1.0)
PHONE: Final = (390, 844, 1.5)
_PATIENCE: Final = 240_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Takes pictures of pages."""

    page: Page
    suffix: str

    def take(self, name: str, *, whole: bool = False) -> None:
        """Take a picture, as small as it may be and still legible."""
        self.page.wait_for_load_state("networkidle")
        picture = Image.open(BytesIO(self.page.screenshot(full_page=whole)))
        for quality in (90, 80, 70, 55, 40):
            file = BytesIO()
            picture.convert("RGB").save(file, "WEBP", quality=quality, method=6)
            if file.tell() <= LARGEST:
                break
        (WHERE / f"{name}-{self.suffix}.webp").write_bytes(file.getvalue())


def main() -> int:
    """Take every picture."""
    WHERE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        installation = Installation(Path(folder) / "verso")
        installation.command("status")
        try:
            _take_all(installation, browser, serve(installation))
        finally:
            installation.end()
    return 0


def _take_all(installation: Installation, browser: Browser, address: str) -> None:
    desk = _camera(browser, DESK, "desktop")
    desk.page.goto(f"{address}/entrer")
    desk.take("enter")
    sign_in(desk.page, address)
    for name in ("suivi", "a-verifier"):
        desk.page.goto(f"{address}/{name}")
        desk.take(f"{name}-empty")
    desk.page.goto(f"{address}/deposer")
    desk.page.locator("#files").set_input_files(_papers())
    desk.take("deposer", whole=True)
    desk.page.get_by_role("button", name="Déposer").click()
    desk.page.wait_for_url("**/suivi/*")
    expect(desk.page.locator(".badge.stored").first).to_be_visible(timeout=_PATIENCE)
    desk.take("suivi-live")
    expect(desk.page.locator("#live")).to_have_attribute("data-settled", "yes", timeout=_PATIENCE)
    followed = desk.page.url
    desk.take("suivi", whole=True)
    phone = _camera(browser, PHONE, "phone")
    phone.page.goto(f"{address}/entrer")
    phone.take("enter")
    sign_in(phone.page, address)
    phone.take("deposer")
    phone.page.goto(followed)
    phone.take("suivi")
    waiting = {one.reason: one.id for one in installation.documents() if one.stage is Stage.REVIEW}
    for camera in (desk, phone):
        for path in ("suivi", "a-verifier", "historique"):
            camera.page.goto(f"{address}/{path}")
            camera.take("depots" if path == "suivi" else path)
        for reason, document in sorted(waiting.items()):
            camera.page.goto(f"{address}/a-verifier/{document}")
            camera.page.wait_for_function("[...document.images].slice(0, 2).every((one) => one.complete)")
            camera.take(f"verifier-{reason}")
        filed = next(one for one in installation.documents() if one.stage is Stage.STORED and one.reading == "text")
        camera.page.goto(f"{address}/historique/{filed.id}")
        camera.page.wait_for_function("[...document.images].slice(0, 2).every((one) => one.complete)")
        camera.take("document")
        camera.page.get_by_text("Corriger le classement").click()
        camera.page.get_by_label("Pourquoi corrigez-vous").scroll_into_view_if_needed()
        camera.take("document-correct")
    admin = _camera(browser, DESK, "desktop")
    sign_in(admin.page, address, "admin")
    admin.take("exploitation")
    pocket = _camera(browser, PHONE, "phone")
    sign_in(pocket.page, address, "admin")
    pocket.take("exploitation")


def _camera(browser: Browser, size: tuple[int, int, float], suffix: str) -> Camera:
    width, height, scale = size
    context = browser.new_context(
        locale="fr-FR", viewport={"width": width, "height": height}, device_scale_factor=scale
    )
    return Camera(page=context.new_page(), suffix=suffix)


def _papers() -> list[FilePayload]:
    """Return a practice's morning: letters, results, scans, a stack, one that nobody names, one that is broken."""
    papers = [(one.name, one.content) for one in generate(9, 11, forms=(Form.DIGITAL,))]
    papers += [(one.name, one.content) for one in generate(2, 12, forms=(Form.SCANNED_PDF,))]
    papers += [
        ("pile du matin.pdf", stack_of(8)),
        ("deux courriers.pdf", joined_pdf(papers[3][1], papers[4][1])),
        ("courrier sans nom.txt", b"Compte rendu de consultation\nRevu ce jour en consultation de suivi."),
        ("scan interrompu.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ncut short"),
    ]
    return [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in papers]


if __name__ == "__main__":
    sys.exit(main())
