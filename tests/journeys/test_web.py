"""A practitioner's morning in a real browser: a stack is dropped and watched, its doubts are settled, it is filed."""

import base64
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from documents.stage import Stage
from specimens import Form, generate
from tests.fakes import INS
from tests.journeys.browser import chromium
from tests.journeys.dropping import PASSWORD, answers, serve, sign_in, stack_of
from tests.journeys.installation import Installation
from tests.pipelines.files import joined_pdf, letter_pdf

#: Milliseconds after which the pipeline has failed rather than being slow.
PATIENCE = 150_000

#: Pages that one task reads: so many that whoever looks at the page now and then sees some of them read, and some not.
PART = 20

#: Hands files to the page as a mouse does that drops them: each as its name, its type and its bytes in Base64.
DROP = """
(place, files) => {
  const carried = new DataTransfer();
  for (const [name, type, content] of files) {
    carried.items.add(new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], name, { type }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    place.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all journeys here: each hands over papers of its own."""
    made = Installation(tmp_path_factory.mktemp("web") / "verso", {"PAGES_PER_PART": str(PART), "SLOTS": "2"})
    assert made.command("status").returncode == 0
    yield made
    made.end()


@pytest.fixture(scope="module")
def address(installation: Installation) -> str:
    """The pages, with a worker and a courier behind them."""
    return serve(installation)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of it, in French, of somebody who was never here."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


#: How many pages of a file the page says have been read; null when it says nothing of it (any more).
PAGES_READ = """
(name) => {
  const row = [...document.querySelectorAll("#live tbody tr")].find((one) => one.innerText.includes(name));
  const bar = row?.querySelector("progress");
  return bar ? bar.value : null;
}
"""


def morning() -> list[tuple[str, str, bytes]]:
    """Return twenty files: papers, a stack of forty pages, one whose patient nobody names, and two that are bad."""
    papers = [(one.name, one.media_type, one.content) for one in generate(15, 3, forms=(Form.DIGITAL,))]
    scan, *scans = [one.content for one in generate(5, 5, forms=(Form.SCANNED_PDF,), degradations=("light200",))]
    others = [
        ("pile.pdf", "application/pdf", stack_of(40, *scans)),
        ("scan.pdf", "application/pdf", scan),
        ("sans-nom.txt", "text/plain", b"Compte rendu de consultation\nRevu ce jour en consultation de suivi."),
        ("vide.pdf", "application/pdf", b""),
        ("abime.pdf", "application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\ncut short"),
    ]
    return papers + others


def drop(page: Page, files: list[tuple[str, str, bytes]]) -> None:
    """Drop files on the page, as from a desktop."""
    carried = [(name, kind, base64.b64encode(content).decode()) for name, kind, content in files]
    page.locator("#drop").evaluate(DROP, carried)
    expect(page.locator("#chosen li")).to_have_count(len(files))


def watched(page: Page, name: str, interrupt: Callable[[], None]) -> list[int]:
    """Return the numbers of pages that are seen to have been read of a file, until all are.

    While a part is half read something befalls the server, and at the next number the page is reloaded.
    """
    seen: list[int] = []
    coming: list[Callable[[], object]] = [interrupt, page.reload]
    while (read := page.evaluate(PAGES_READ, name)) is not None or not seen:
        if read is not None and read not in seen[-1:]:
            seen.append(read)
            if coming and any(number % PART for number in seen):
                coming.pop(0)()
        page.wait_for_timeout(100)
    return seen


def barriers(page: Page) -> list[str]:
    """Return what keeps somebody from using a page (axe-core, serious and critical)."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def settle_by_keyboard(page: Page) -> None:
    """Settle the doubt that is shown: a candidate or the patient's number, the first guess, confirmed."""
    page.wait_for_load_state()
    page.locator("h1").click()
    if page.locator("input[data-key='a']").count():
        page.keyboard.press("a")
    else:
        page.get_by_label("Autre patient (INS)").fill(INS)
        page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.locator("input[data-key='1']")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".said[role=status]").first).to_contain_text("Décision enregistrée")


def correct_on_the_page(page: Page, address: str) -> None:
    """Correct the day of the newest filed paper on its own page, by keyboard, and see it filed anew."""
    page.locator("tr", has=page.locator(".badge.stored")).first.get_by_role("link", name="Voir le document").click()
    page.get_by_text("Corriger le classement").press("Enter")
    assert barriers(page) == []
    page.get_by_label("Autre date de l'acte").fill("2025-03-14")
    page.get_by_label("Pourquoi corrigez-vous").fill("date de rédaction")
    page.get_by_label("Pourquoi corrigez-vous").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Correction enregistrée")
    place = page.url.partition("?")[0]
    assert place.startswith(f"{address}/historique/")
    while page.get_by_text("14/03/2025").count() == 0:
        page.wait_for_timeout(300)
        page.goto(place)
    expect(page.locator(".badge.stored")).to_be_visible()
    expect(page.get_by_text("Classement corrigé")).to_be_visible()


def test_a_stack_is_dropped_watched_settled_and_filed(installation: Installation, address: str, page: Page) -> None:
    """Twenty files, forty pages in one of them: nothing is filled in, two are refused, a doubt takes three keys.

    P37: neither a reload nor a restart of the server in the middle of it loses anything of what is watched.
    """
    sign_in(page, address)
    assert barriers(page) == []
    drop(page, morning())
    page.get_by_role("button", name="Déposer").click()
    page.wait_for_url("**/suivi/*", timeout=PATIENCE)
    followed = page.url

    def restart() -> None:
        installation.kill("web")
        installation.start("web")
        installation.wait_until(lambda: answers(address))

    read = watched(page, "pile.pdf", restart)
    assert read == sorted(read)
    assert any(number % PART for number in read)
    expect(page.locator("#live")).to_have_attribute("data-settled", "yes", timeout=PATIENCE)
    assert barriers(page) == []
    expect(page.locator(".totals .all dd")).to_have_text("20")
    expect(page.locator(".totals .refused dd")).to_have_text("2")
    expect(page.get_by_text("Le fichier est vide.")).to_be_visible()
    expect(page.get_by_text("découpé en")).to_be_visible()
    expect(page.get_by_text("né(e) le").first).to_be_visible()

    page.get_by_role("link", name="À vérifier", exact=True).click()
    assert barriers(page) == []
    page.locator(".list .whole").first.click()
    assert barriers(page) == []
    for _ in range(installation.ledger.counts()[Stage.REVIEW]):
        settle_by_keyboard(page)
    expect(page).to_have_url(f"{address}/a-verifier?said=decided")

    installation.wait_until(lambda: installation.settled() == sum(installation.ledger.counts().values()))
    page.goto(followed)
    expect(page.locator(".totals .stored dd")).to_have_text("18")
    expect(page.locator(".totals .review dd")).to_have_text("0")
    page.goto(f"{address}/historique")
    assert barriers(page) == []
    correct_on_the_page(page, address)


def test_pages_are_turned_and_cut_by_hand_and_back_again(installation: Installation, address: str, page: Page) -> None:
    """A scan of two papers lies on its side: its pages are turned, read again, cut apart, and joined once more."""
    letter = letter_pdf("Revu ce jour en consultation de suivi.")
    sign_in(page, address)
    drop(page, [("deux.pdf", "application/pdf", joined_pdf(letter, letter))])
    page.get_by_role("button", name="Déposer").click()
    page.wait_for_url("**/suivi/*", timeout=PATIENCE)
    followed = page.url
    expect(page.locator("#live")).to_have_attribute("data-settled", "yes", timeout=PATIENCE)
    stack = installation.documents()[0]
    page.goto(f"{address}/a-verifier/{stack.id}")
    page.locator("#page-2 [data-turn='90']").click()
    expect(page.locator("#turns")).to_have_value("2:90")
    page.locator("#page-2 .cutter").click()
    expect(page.get_by_label("Autres pages")).to_have_value("1-1,2-2")
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#turns")).to_have_value("")
    expect(page.get_by_label("Autres pages")).to_have_value("")
    page.locator("h1").click()
    for key in ("j", "r", "c", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".said[role=status]").first).to_contain_text("Décision enregistrée")
    pieces = installation.ledger.children
    installation.wait_until(lambda: [one.stage for one in pieces(stack.id)] == [Stage.REVIEW] * 2)
    page.goto(followed)
    page.get_by_role("button", name="Annuler le découpage").click()
    expect(page.get_by_role("status").first).to_contain_text("redevient un seul document")
    installation.wait_until(lambda: installation.ledger.document(stack.id).stage is Stage.REVIEW)
    page.goto(f"{address}/a-verifier/{stack.id}")
    expect(page.locator("#page-2")).to_have_attribute("data-turned", "90")


def test_a_line_that_breaks_is_taken_up_where_it_broke(installation: Installation, address: str, page: Page) -> None:
    """A large scan over a poor line: what came in before the cut is not sent again, and nobody has to do anything."""
    begun: list[str] = []
    offsets: list[str] = []

    def poor(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        offsets.append(route.request.headers["upload-offset"])
        if len(offsets) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    sign_in(page, address)
    page.on("request", lambda request: begun.append(request.url) if request.method == "POST" else None)
    page.route("**/api/v1/uploads/*", poor)
    # Refused at once: no worker is kept busy by what is no matter here.
    drop(page, [("grand.pdf", "application/pdf", b"%PDF-1.7\n".ljust(9_800_000, b"."))])
    page.get_by_role("button", name="Déposer").click()
    page.wait_for_url("**/suivi/*", timeout=PATIENCE)
    assert offsets == ["0", "4194304", "4194304", "8388608"]
    assert sum(url.endswith("/uploads") for url in begun) == 1
    assert installation.documents()[0].size == 9_800_000


def test_what_came_in_before_the_line_broke_is_kept(installation: Installation, address: str, page: Page) -> None:
    """Half a request is half a request's bytes: the next one goes on behind them."""
    sign_in(page, address)
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    host = address.removeprefix("http://")
    begins = page.request.post(f"{address}/api/v1/uploads", headers={"Upload-Length": "3000000"})
    place = begins.headers["location"]
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nUpload-Offset: 0\r\n"
        "Content-Type: application/offset+octet-stream\r\nContent-Length: 3000000\r\n\r\n"
    )
    with socket.create_connection((host.partition(":")[0], int(host.partition(":")[2]))) as line:
        line.sendall(head.encode() + b"x" * 1_500_000)
    installation.wait_until(lambda: page.request.head(f"{address}{place}").headers["upload-offset"] == "1500000")


def test_a_phone_shows_the_same_pages_without_scrolling_sideways(address: str, browser: Browser) -> None:
    """And offers its camera."""
    page = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, address)
    expect(page.get_by_text("Prendre une photo")).to_be_visible()
    letter: FilePayload = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Revu ce jour en consultation."}
    page.request.post(f"{address}/api/v1/submissions", multipart={"file": letter})
    page.goto(f"{address}/historique")
    document = page.get_by_role("link", name="Voir le document").first.get_attribute("href") or ""
    for path in ("/deposer", "/suivi", "/a-verifier", "/historique", document):
        page.goto(address + path)
        assert barriers(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.context.close()


def test_what_is_pasted_is_gathered_and_can_be_taken_away(address: str, page: Page) -> None:
    """A picture from the clipboard is a file like any other."""
    sign_in(page, address)
    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(["x"], "image.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried }));
        }"""
    )
    expect(page.locator("#chosen li")).to_have_count(1)
    page.get_by_role("button", name="Retirer image.png").click()
    expect(page.locator("#chosen li")).to_have_count(0)
    expect(page.get_by_role("button", name="Déposer")).to_be_disabled()


def test_a_folder_and_a_photo_are_gathered(address: str, page: Page, tmp_path: Path) -> None:
    """A folder with all that lies in it but what is hidden; a phone's camera takes one that is sharp behind."""
    for name in ("un.pdf", "deux.pdf", ".cache"):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    sign_in(page, address)
    page.locator("#folder").set_input_files(tmp_path)
    expect(page.locator("#chosen li")).to_have_count(2)
    camera = page.locator("#photo")
    assert (camera.get_attribute("capture"), camera.get_attribute("accept")) == ("environment", "image/*")
    camera.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"})
    expect(page.locator("#chosen li")).to_have_count(3)
    expect(page.get_by_text("photo.jpg")).to_be_visible()


def test_evidence_lights_up_where_it_stands_on_the_page(installation: Installation, address: str, page: Page) -> None:
    """One key chooses whom the page names, and shows where it does."""
    printed = f"Compte rendu de consultation\nMatricule INS : {INS}\nRevu ce jour."
    sign_in(page, address)
    letter: FilePayload = {"name": "doute.pdf", "mimeType": "application/pdf", "buffer": letter_pdf(printed)}
    answer = page.request.post(f"{address}/api/v1/submissions", multipart={"file": letter})
    document = installation.ledger.document(answer.json()["files"][0]["document"]["id"])
    installation.wait_until(lambda: installation.ledger.document(document.id).stage is Stage.REVIEW)
    page.goto(f"{address}/a-verifier/{document.id}")
    mark = page.locator(".marks rect").first
    expect(mark).not_to_have_class("lit")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.locator("input[data-key='a']")).to_be_checked()
    expect(mark).to_have_class("lit")
    box, picture = mark.bounding_box(), page.locator(".picture").first.bounding_box()
    assert box is not None
    assert picture is not None
    # Printed on the second line of the page: in its uppermost tenth.
    assert picture["y"] < box["y"] < picture["y"] + picture["height"] / 8


def test_the_keyboard_alone_is_enough(address: str, page: Page) -> None:
    """From the door to a file chooser, without a mouse."""
    # From here on the browser tells of choosers: asked for at the last moment, it may not be listening yet.
    page.on("filechooser", lambda _: None)
    page.goto(f"{address}/entrer")
    expect(page.get_by_label("Identifiant")).to_be_focused()
    page.keyboard.type("medecin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/deposer")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    files = page.locator("#files")
    files.focus()
    expect(files).to_be_focused()
    with page.expect_file_chooser():
        files.press("Space")
