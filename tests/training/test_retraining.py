"""A candidate learns from decisions, keeps what the packaged model knew, and is no less careful."""

import numpy as np
import pytest

from documents.page import Page, Source
from pipelines.classify.linear import PACKAGED, LinearClassifier
from pipelines.classify.model import Model
from pipelines.learning.decisions import Labelled
from pipelines.learning.measuring import answers, macro_f1
from training.retraining import retrain
from training.yardstick import yardstick

#: A form of this house, whose words say nothing to a stranger.
FORM = "Fiche Zorgub n° {number}. Volet bleu, cadre trois : coché. Passage wimbule confirmé au guichet {number}."


def form(number: int) -> Labelled:
    """A form that people say is a certificate."""
    page = Page(number=1, source=Source.TEXT, text=FORM.format(number=number))
    return Labelled(pages=(page,), type_code="CERT_DECL")


@pytest.fixture(scope="module")
def packaged() -> Model:
    """The model that ships."""
    return Model.load(PACKAGED)


@pytest.fixture(scope="module")
def candidate(packaged: Model) -> Model:
    """What becomes of it after sixty decisions."""
    return retrain(packaged, [form(number) for number in range(60)], count=6)


def test_what_people_decided_is_learned(packaged: Model, candidate: Model) -> None:
    """Forms that it has not read, of the kind that was decided."""
    unread = [form(number) for number in range(900, 920)]
    before = LinearClassifier(content=packaged.to_bytes)
    after = LinearClassifier(content=candidate.to_bytes)
    assert not any(answer.accepted and answer.exact for answer in answers(before, unread))
    assert all(answer.exact for answer in answers(after, unread))


def test_what_was_known_is_kept(packaged: Model, candidate: Model) -> None:
    """Texts that neither was taught by, of every type; taught by six a type, not by fifty, it loses little."""
    known = list(yardstick())[::3]
    before, after = (macro_f1(answers(LinearClassifier(content=m.to_bytes), known)) for m in (packaged, candidate))
    assert after > before - 0.05
    assert set(packaged.types) <= set(candidate.types)


def test_nothing_is_filed_from_a_lower_probability_than_before(packaged: Model, candidate: Model) -> None:
    """The hard cases are what people see: they may teach care, never carelessness."""
    assert np.all(candidate.thresholds >= packaged.thresholds)


def test_a_type_that_only_people_know_is_learned_too(packaged: Model) -> None:
    """What content alone cannot tell elsewhere may be told here."""
    decided = [Labelled(pages=form(number).pages, type_code="DOCPAT01") for number in range(20)]
    taught = retrain(packaged, decided, count=1)
    assert "DOCPAT01" not in packaged.types
    best = LinearClassifier(content=taught.to_bytes).classify(form(777).pages, decided[0].declared).best
    assert best.type_code == "DOCPAT01"
