"""The page on errors says what the code says: every code, every sentence, every exit code, and nothing else."""

import re
from typing import Final

import pytest

from documents.errors import Refused, VersoError
from documents.identification import IdentityOutcome
from feeders.problem import ProblemCode
from pipelines.split.step import IMPOSSIBLE, PROPOSED
from pipelines.uniqueness import REUSED
from tests.documents.errors_page import ERRORS, MODULES, PAGE, TURNED, tables
from verso.cli.exits import Exit

TEXT: Final = PAGE.read_text(encoding="utf-8")
#: Why a document waits for a person.
DOUBTS: Final = {f"patient-{outcome}" for outcome in IdentityOutcome} - {"patient-matched"} | {
    "patient-erased",
    "type-uncertain",
    REUSED,
    PROPOSED,
    IMPOSSIBLE,
}


@pytest.mark.parametrize("heading", tables())
def test_the_page_shows_a_table_as_the_code_has_it(heading: str) -> None:
    """When it does not: `python -m tests.documents.errors_page` writes the tables anew."""
    assert "|\n" + "\n".join(tables()[heading]) + "\n\n" in TEXT


def test_the_page_shows_every_exit_code() -> None:
    """What a script may see is written down, each with its gloss."""
    assert len(tables()["Exit"]) == len(Exit)


def test_the_page_shows_nothing_that_the_code_does_not_have() -> None:
    """A code that left the tree leaves the page."""
    shown = set(re.findall(r"^\| `([a-z-]+)` ", TEXT, re.MULTILINE))
    known = {error.code for error in [*ERRORS, *TURNED]} - {VersoError.code}
    assert shown == known | set(ProblemCode) | DOUBTS


def test_no_two_errors_share_a_code() -> None:
    """A code names one failure."""
    assert len({error.code for error in [*ERRORS, *TURNED]}) == len(ERRORS) + len(TURNED)


def test_the_tree_at_the_top_of_a_module_is_the_tree_of_its_classes() -> None:
    """What is drawn is what is defined, a branch where it grows."""
    drawn = [name for one in MODULES for name in re.findall(r"^[│ ]*[├└]── (\w+)", one.__doc__ or "", re.MULTILINE)]
    assert sorted(drawn) == sorted(error.__name__ for error in ERRORS if error is not VersoError)


def test_every_refusal_speaks_to_its_sender() -> None:
    """Each has a French sentence of its own, which ends as a sentence does."""
    refusals = [error for error in ERRORS if issubclass(error, Refused)]
    sentences = {error.sentence_fr for error in refusals}
    assert len(sentences) == len(refusals)
    assert all(sentence.endswith(".") for sentence in sentences)
