"""When the act took place: typed, plausible, absent rather than wrong (P10)."""

from datetime import date

import pytest

from pipelines.identify import act
from pipelines.identify.sheet import lay_out
from tests.contracts.identifiers import page

BORN = date(1961, 3, 3)
TODAY = date(2026, 11, 22)
DAY = date(2024, 3, 12)


def found(text: str) -> date | None:
    """Return the day of the act on a page of a text."""
    return act.find([lay_out(page(text))], born=BORN, today=TODAY).act


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
    days = act.find([lay_out(page(text))], born=BORN, today=TODAY)
    assert (days.act, days.written) == (None, DAY)
