"""The page on errors says what the code says: every code, every sentence, every exit code, and nothing else."""

import inspect
import re
from pathlib import Path
from typing import Final

import pytest

from documents import errors
from documents.errors import Interrupted, Misused, Refused, Tampered, VersoError
from documents.identification import IdentityOutcome
from feeders.problem import ProblemCode
from verso.cli.exits import Exit, exit_of

PAGE: Final = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
ERRORS: Final = [error for error in vars(errors).values() if inspect.isclass(error) and issubclass(error, VersoError)]
#: Why a document waits for a person.
DOUBTS: Final = {f"patient-{outcome}" for outcome in IdentityOutcome} - {"patient-matched"} | {"type-uncertain"}


def rows(family: type[VersoError]) -> list[str]:
    """Return the rows of one family's table, in the order of the code."""
    members = [error for error in ERRORS if issubclass(error, family)]
    return [f"| `{error.code}` | {meaning(error)} | {exit_of(error())} |" for error in members]


def meaning(error: type[VersoError]) -> str:
    """Return what an error's row says: its message and, for a refusal, the sentence shown to the sender."""
    message = str(error()).removeprefix(f"{error.code}: ")
    return f"{message} | {error.sentence_fr}" if issubclass(error, Refused) else message


def problem_rows() -> list[str]:
    """Return the rows of the table of what a feeder is told about the way it hands files over."""
    return [f"| `{code}` | {code.sentence_fr} |" for code in ProblemCode]


def exit_rows() -> list[str]:
    """Return the rows of the table of exit codes, from the glosses above each."""
    glosses = re.findall(r"#: (.+)\n +([A-Z]+) = (\d+)", inspect.getsource(Exit))
    assert len(glosses) == len(Exit)
    return [f"| {number} | {gloss} |" for gloss, _, number in glosses]


@pytest.mark.parametrize("family", [Refused, Interrupted, Tampered, Misused])
def test_the_page_shows_a_family_as_the_code_has_it(family: type[VersoError]) -> None:
    """One table a family: code, message, sentence for the sender, exit code."""
    assert "\n".join(rows(family)) + "\n" in PAGE


def test_the_page_shows_every_problem_of_a_feeder() -> None:
    """What an acknowledgement may hold is written down."""
    assert "\n".join(problem_rows()) + "\n" in PAGE


def test_the_page_shows_every_exit_code() -> None:
    """What a script may see is written down."""
    assert "\n".join(exit_rows()) + "\n" in PAGE


def test_the_page_shows_nothing_that_the_code_does_not_have() -> None:
    """A code that left the tree leaves the page."""
    shown = set(re.findall(r"^\| `([a-z-]+)` ", PAGE, re.MULTILINE))
    assert shown == {error.code for error in ERRORS} - {VersoError.code} | set(ProblemCode) | DOUBTS


def test_no_two_errors_share_a_code() -> None:
    """A code names one failure."""
    assert len({error.code for error in ERRORS}) == len(ERRORS)


def test_the_tree_at_the_top_of_the_module_is_the_tree_of_the_classes() -> None:
    """What is drawn is what is defined."""
    drawn = re.findall(r"^[│ ]*[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    assert sorted(drawn) == sorted(error.__name__ for error in ERRORS if error is not VersoError)


def test_every_refusal_speaks_to_its_sender() -> None:
    """Each has a French sentence of its own, which ends as a sentence does."""
    refusals = [error for error in ERRORS if issubclass(error, Refused)]
    sentences = {error.sentence_fr for error in refusals}
    assert len(sentences) == len(refusals)
    assert all(sentence.endswith(".") for sentence in sentences)
