"""The dry run's table: a row for every file, whatever became of it."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from rich.console import Console

from documents.errors import DamagedFile, Interrupted, ReaderTimedOut, Refused
from documents.stage import Stage
from feeders.problem import ProblemCode
from verso.cli.describing import describe_interruption, describe_problem, describe_refusal
from verso.cli.exits import Exit
from verso.cli.inspecting import exit_after, table_of


def shown(finding: Mapping[str, Any]) -> str:
    """Return a table of one finding as it prints."""
    printed = io.StringIO()
    console = Console(file=printed, width=160)
    console.print(table_of([{"file": "/in/[red]scan.pdf", **finding}]))
    return printed.getvalue()


@pytest.mark.parametrize("refusal", [DamagedFile(), Refused()])
def test_a_refused_file_has_its_row(refusal: Refused) -> None:
    """With the code, and the file's name as it is."""
    assert f"refused: {refusal.code}" in shown(describe_refusal(refusal))
    assert "/in/[red]scan.pdf" in shown(describe_refusal(refusal))


@pytest.mark.parametrize("error", [ReaderTimedOut(), Interrupted()])
def test_an_interrupted_file_has_its_row(error: Interrupted) -> None:
    """Nothing is known of it, and the others are still shown."""
    assert f"interrupted: {error.code}" in shown(describe_interruption(error))


@pytest.mark.parametrize("problem", ProblemCode)
def test_a_file_that_could_not_be_taken_has_its_row(problem: ProblemCode) -> None:
    """It is not called refused: it was never looked at."""
    assert f"not taken: {problem}" in shown(describe_problem(problem))


def test_a_dry_run_ends_with_a_finding_only_for_a_file_of_which_it_learned_nothing() -> None:
    """A refusal is what was asked for; a file that was not taken, or interrupted, is still to be looked at."""
    assert exit_after([Stage.STORED, Stage.REVIEW, Stage.REFUSED]) == Exit.DONE
    assert exit_after([Stage.STORED, None]) == Exit.FINDINGS
