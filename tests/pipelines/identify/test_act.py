"""The dates of a document: typed, plausible, absent rather than wrong (P10)."""

from datetime import date

import pytest

from documents.identification import DateKind
from documents.page import Page
from pipelines.identify import act
from pipelines.identify.sheet import lay_out
from tests.contracts.identifiers import page

BORN = date(1961, 3, 3)
TODAY = date(2026, 11, 22)
DAY = date(2024, 3, 12)


def dated(*texts: str, born: date | None = BORN) -> dict[DateKind, date]:
    """Return the dates that pages of texts give."""
    sheets = [lay_out(page(text, number)) for number, text in enumerate(texts, 1)]
    return {one.kind: one.day for one in act.find(sheets, born=born, received=TODAY)}


def found(text: str) -> date | None:
    """Return the day of the act on a page of a text."""
    return act.act_day(act.find([lay_out(page(text))], born=BORN, received=TODAY))


@pytest.mark.parametrize(
    "text",
    [
        "Examen du 12/03/2024",
        "Consultation du 12 mars 2024",
        "Date de l'acte : 12/03/2024",
        "Prélevé le 12/03/2024 à 07h35",
        "Prélèvement du 12/03/2024, édité le 14/03/2024",
        "Date d'intervention : 12.03.2024",
        "Hospitalisation du 02/03/2024 au 12/03/2024",
        "Né le 03/03/1961\nExamen du 12/03/2024\nImprimé le 15/03/2024",
        "Intervention du 12/03/2024\nParis, le 15/03/2024",
        "Date d'entrée : 02/03/2024\nDate de sortie : 12/03/2024",
        "Comparaison : examen du 02/01/2022\nExamen réalisé le 12/03/2024",
        "Rétinographies du 12/03/2024",
    ],
)
def test_the_act_is_dated_by_the_words_before(text: str) -> None:
    """Act before sampling; never the day of writing or printing."""
    assert found(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "Né le 03/03/1961",
        "DDN : 12/03/2024",
        "Édité le 12/03/2024",
        "Examen du 12/03/1958",
        "Examen du 12/03/2031",
        "Examen du 03/03/1961",
        "Antécédent de fracture (12/03/2014)",
        "Examen du 12/03/2024\nExamen du 13/03/2024",
        "Paris, le 12/03/2024",
        "Comparaison : examen du 12/03/2022",
        "Contrôle prévu le 12/03/2024",
        "Arrêt de travail jusqu'au 12/03/2024",
        "Prochain rendez-vous le 12/03/2024",
        "Nouvelle consultation le 12/03/2024",
        "Mise à jour du 12/03/2024",
        "ACTES ET INTERVENTIONS\nDate acte\n12/03/2024 appendicectomie",
        "Sortie le 12/03/2024\nParis, le 10/03/2024",
        "",
    ],
)
def test_a_date_that_is_not_the_act_s_is_none(text: str) -> None:
    """P10: birth, print, before birth, after today, untyped, or one among several: none."""
    assert found(text) is None


@pytest.mark.parametrize(
    "text", ["Paris, le 12 mars 2024", "Fait à Paris, le 12/03/2024", "Le 12 mars 2024", "Date : 12/03/24"]
)
def test_the_day_of_writing_is_not_the_act_s(text: str) -> None:
    """A letter's own date is kept apart: the act may have been days before."""
    assert dated(text) == {DateKind.SIGNATURE: DAY}


def test_each_kind_of_date_is_told_from_the_others() -> None:
    """P10: act, sampling, print, signature and birth on one page, each as what it is."""
    text = (
        "Né le 03/03/1961\nConsultation du 12/03/2024\nPrélevé le 11/03/2024\nÉdité le 15/03/2024\n"
        "Paris, le 14/03/2024\nProchain rendez-vous le 12/06/2024"
    )
    assert dated(text) == {
        DateKind.ACT: DAY,
        DateKind.SAMPLING: date(2024, 3, 11),
        DateKind.PRINT: date(2024, 3, 15),
        DateKind.SIGNATURE: date(2024, 3, 14),
        DateKind.BIRTH: BORN,
    }


def test_a_birth_that_is_not_the_patient_s_is_none() -> None:
    """A relative's birth is nobody's date here; of several the known one counts, and none where none is known."""
    text = "Né le 03/03/1961\nSa fille, née le 12/04/1990"
    assert dated(text) == {DateKind.BIRTH: BORN}
    assert dated("Née le 12/04/1990") == {}
    assert dated(text, born=None) == {}


def test_nothing_happens_after_it_was_received() -> None:
    """A day after receipt is misread, or to come."""
    assert dated("Examen du 23/11/2026\nÉdité le 23/11/2026\nParis, le 23/11/2026") == {}
    assert dated("Examen du 22/11/2026") == {DateKind.ACT: TODAY}


def test_a_date_says_where_it_stands(a_letter_with_placed_words: list[Page]) -> None:
    """Whoever doubts it looks there."""
    (birth,) = act.find([lay_out(one) for one in a_letter_with_placed_words], born=None, received=TODAY)
    assert (birth.kind, birth.page) == (DateKind.BIRTH, 1)
    assert birth.box is not None
