"""The contract of classifiers: a back end is accepted by passing it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from documents.arrival import Declaration
from documents.classification import Classification
from documents.page import Page, Source
from documents.type_codes import type_code
from pipelines.classify.interface import Classifier
from pipelines.classify.serialising import from_json, to_json

LABORATORY = "HEMATOLOGIE\nHémoglobine 13,2 g/dL (12,0 - 16,0)\nLeucocytes 6,4 G/L (4,0 - 10,0)\nPlaquettes 250 G/L"
PRESCRIPTION = (
    "PARACETAMOL 1 g : 1 comprimé 3 fois par jour pendant 5 jours\nIBUPROFENE 400 mg matin et soir\nQSP 5 jours"
)
EMPTY = ("", " \n\n ", "...", "12 34", "|")


def pages(*texts: str) -> list[Page]:
    """Give pages as they would have been read from a text layer."""
    return [Page(number=number, source=Source.TEXT, text=text) for number, text in enumerate(texts, start=1)]


class ClassifierContract:
    """Inherited by the test class of each back end, which gives the fixture ``classifier``."""

    @pytest.mark.parametrize("text", [LABORATORY, PRESCRIPTION, *EMPTY])
    def test_guesses_are_official_types_ranked_by_probability(self, classifier: Classifier, text: str) -> None:
        """There is always a best guess, every guess is an official type, and together they are no more than certain."""
        guesses = classifier.classify(pages(text), Declaration()).guesses
        shares = [guess.probability for guess in guesses]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)
        assert sum(shares) <= 1.001
        assert all(type_code(guess.type_code).code == guess.type_code for guess in guesses)

    def test_the_same_document_gets_the_same_answer(self, classifier: Classifier) -> None:
        """A classifier is a pure function: a step that runs twice stores the same thing."""
        answers = [classifier.classify(pages(LABORATORY, PRESCRIPTION), Declaration()) for _ in range(3)]
        assert answers == [answers[0]] * 3

    @pytest.mark.parametrize("text", EMPTY)
    def test_a_document_that_says_nothing_is_never_filed_alone(self, classifier: Classifier, text: str) -> None:
        """P11: what cannot be known goes to a person, not to the biggest class."""
        assert not classifier.classify(pages(text), Declaration()).accepted

    def test_a_document_without_pages_is_never_filed_alone(self, classifier: Classifier) -> None:
        """A document of which no page could be read is ranked all the same, and goes to a person."""
        assert not classifier.classify([], Declaration()).accepted

    def test_the_theme_is_at_least_as_sure_as_the_type(self, classifier: Classifier) -> None:
        """A theme is the sum of its types."""
        answer = classifier.classify(pages(PRESCRIPTION), Declaration())
        assert answer.theme_probability >= answer.best.probability - 0.001

    def test_the_model_that_decided_is_named(self, classifier: Classifier) -> None:
        """Each decision can be traced to the rules or the file that made it."""
        assert classifier.classify(pages(LABORATORY), Declaration()).model

    def test_a_declared_type_that_does_not_exist_changes_nothing(self, classifier: Classifier) -> None:
        """A feeder's own codes are no official types."""
        assert classifier.classify(pages(LABORATORY), Declaration(type_code="BIO-42")) == classifier.classify(
            pages(LABORATORY), Declaration()
        )

    def test_what_decided_is_never_printed(self, classifier: Classifier) -> None:
        """P12: the words of a document stay out of every log."""
        answer = classifier.classify(pages(LABORATORY), Declaration())
        assert not any(phrase in repr(answer) for phrase in answer.because)

    def test_a_classification_survives_being_stored(self, classifier: Classifier) -> None:
        """What is sealed is what was decided."""
        answer: Classification = classifier.classify(pages(LABORATORY), Declaration())
        assert from_json(to_json(answer)) == answer

    def test_threads_share_one_classifier(self, classifier: Classifier) -> None:
        """A worker's threads may ask at the same time."""
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: classifier.classify(pages(PRESCRIPTION), Declaration()), range(8)))
        assert answers == [answers[0]] * 8
