"""What review shows: the verdict that sent the document there, not a second opinion."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from documents.arrival import Declaration
from documents.classification import Classification
from documents.document import Document
from documents.identification import Identification
from documents.page import Page
from documents.patient import Ins
from documents.stage import Stage
from pipelines.concluded import concluded_identity, concluded_type
from pipelines.services import Services
from tests.world import World


class Later:
    """Skills of another day: asking them again is the fault."""

    def identify(
        self,
        _pages: Sequence[Page],
        _declared: Declaration,
        _received: date | None = None,
        header: Declaration | None = None,  # noqa: ARG002
        renamed: Mapping[Ins, Ins] | None = None,  # noqa: ARG002
    ) -> Identification:
        """Fail."""
        raise AssertionError

    def classify(self, _pages: Sequence[Page], _declared: Declaration) -> Classification:
        """Fail."""
        raise AssertionError


def in_review(world: World, content: bytes) -> Document:
    """Return a document that was handed over and came to review."""
    document = world.hand_over(content).document
    world.work()
    document = world.document(document.id)
    assert document.stage is Stage.REVIEW
    return document


def of_another_day(services: Services) -> Services:
    """Return services whose skills must not be asked."""
    return replace(services, skills=replace(services.skills, identifier=Later(), classifier=Later()))


def test_a_doubt_about_the_patient_is_shown_as_it_was_decided(world: World) -> None:
    """Whoever settles it sees what the pipeline saw, whatever release or day it is since."""
    document = in_review(world, b"a letter about nobody")
    assert concluded_identity(document, of_another_day(world.services)).reasons == ("line",)


def test_a_type_that_was_never_guessed_at_is_guessed_now(world: World) -> None:
    """A doubt about the patient comes first: the best guesses help whoever settles both at once."""
    document = in_review(world, b"TYPE 11502-2")
    assert concluded_type(document, world.services).best.type_code == "11502-2"


def test_a_doubt_about_the_type_is_shown_as_it_was_decided(world: World) -> None:
    """The guesses that were not sure enough, with their probabilities."""
    document = in_review(world, b"INS 279035121518989")
    assert not concluded_type(document, of_another_day(world.services)).accepted
