"""The pages: in French, in English for who asks for it, and each in every role's reach."""

import re
from pathlib import Path

import pytest

from documents.action import Action
from documents.stage import Stage
from documents.theme import Theme
from tests.fakes import INS, paper
from tests.web.house import House, files
from web.pages.words import LANGUAGES, language_of, theme, typeset, word, words

TEMPLATES = sorted(Path("web/pages/templates").glob("*.html"))


def test_every_word_of_a_page_stands_in_the_list_in_both_languages() -> None:
    """Nothing is written into a template, where it could not be translated."""
    used = {key for page in TEMPLATES for key in re.findall(r"""\bt\(["']([a-z-]+)["']\)""", page.read_text("utf-8"))}
    assert used <= set(words())
    assert all(words()[key][language].strip() for key in words() for language in LANGUAGES)


def test_french_is_set_as_french_is(house: House) -> None:
    """A narrow space that breaks no line before high signs, in every word and in what a feeder is told."""
    assert typeset("« Oui » : non ; 54 % ! Et ?") == "«\u202fOui\u202f»\u202f: non\u202f; 54\u202f%\u202f! Et\u202f?"
    assert not [key for key in words() if re.search(" [;:!?»%]|« ", word(key, "fr"))]
    page = house.visitor("medecin").get("/deposer").text
    assert not re.search(" [;!?»]", re.sub("<[^>]*>", "", page))


@pytest.mark.parametrize("name", list(Theme))
def test_every_theme_has_a_name(name: Theme) -> None:
    """Whatever a document is, people see a word for it."""
    assert all(theme(name, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "fr"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en;q=0.7", "en"),
        ("en;q=nonsense", "fr"),
    ],
)
def test_the_language_is_the_one_that_is_asked_for(accepted: str | None, language: str) -> None:
    """French unless English is preferred to it."""
    assert language_of(accepted) == language


def test_the_pages_show_what_was_handed_over(house: House) -> None:
    """A visit from one end to the other, without any script."""
    doctor = house.visitor("medecin")
    assert "Glissez une pile" in doctor.get("/deposer").text
    accepted = doctor.post("/api/v1/submissions", files=files(paper("one"), b"BAD")).json()
    house.work()
    progress = doctor.get(f"/suivi/{accepted['submission']}").text
    assert "Biologie" in progress
    assert "Le fichier est tronqué ou abîmé." in progress
    assert accepted["submission"] in doctor.get("/suivi").text
    assert "Biologie" in doctor.get("/historique").text
    assert "Biology" in doctor.get("/historique", headers={"Accept-Language": "en"}).text


def test_whose_a_document_is_stands_beside_it_and_on_record_once(house: House) -> None:
    """However often the page is drawn anew; who may not read sees no name."""
    doctor = house.visitor("medecin")
    accepted = doctor.post("/api/v1/submissions", files=files(paper("one"))).json()
    house.work()
    for _ in range(3):
        assert INS in doctor.get(f"/suivi/{accepted['submission']}").text
    assert INS in doctor.get("/historique").text
    document = house.document(accepted["files"][0]["document"]["id"])
    events = house.services.ledger.events(document.id)
    assert [(str(one.actor), one.detail) for one in events if one.action is Action.UNSEALED] == [
        ("practitioner:medecin", "patient")
    ]
    insurer = house.visitor("assureur")
    accepted = insurer.post("/api/v1/submissions", files=files(paper("two"))).json()
    house.work()
    assert INS not in insurer.get(f"/suivi/{accepted['submission']}").text


def test_a_browser_without_scripts_hands_over_too(house: House) -> None:
    """The form alone leads to the progress."""
    doctor = house.visitor("medecin")
    answer = doctor.post("/deposer", files=files(paper("one")))
    assert answer.status_code == 303
    assert "paper-0.txt" in doctor.get(answer.headers["location"]).text


def test_a_page_that_is_not_there_is_a_page_all_the_same(house: House) -> None:
    """People get a page, programs a problem."""
    doctor = house.visitor("medecin")
    missing = doctor.get(f"/suivi/w-{'0' * 32}", headers={"Accept": "text/html"})
    assert (missing.status_code, "Page introuvable" in missing.text) == (404, True)
    assert doctor.get("/nowhere").json()["code"] == "not-found"


def test_a_name_that_is_markup_is_shown_as_a_name(house: House) -> None:
    """What a feeder calls its files never becomes part of the page."""
    doctor = house.visitor("medecin")
    trap = ("file", ("<script>alert(1)</script>.txt", paper("one")))
    accepted = doctor.post("/api/v1/submissions", files=[trap]).json()
    assert "<script>alert" not in doctor.get(f"/suivi/{accepted['submission']}").text


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_name(stage: Stage) -> None:
    """Whatever becomes of a document, whoever runs the installation sees a word for it."""
    assert all(word(f"stage-{stage}", language) for language in LANGUAGES)
