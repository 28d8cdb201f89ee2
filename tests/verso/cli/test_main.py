"""The command `verso`: every verb is in its family, and starts without what others need."""

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from verso import cli
from verso.cli.exits import Exit
from verso.cli.main import FAMILIES, app


def test_each_verb_is_listed_with_the_family_that_has_it() -> None:
    """None is forgotten in the list, and none is listed that is not there."""
    found = dict[str, str]()
    for module in pkgutil.iter_modules(cli.__path__):
        family = import_module(f"verso.cli.{module.name}")
        if hasattr(family, "add_to"):
            verbs = typer.Typer()
            family.add_to(verbs)
            found |= dict.fromkeys(get_group(verbs).commands, module.name)
    assert found == FAMILIES


def test_what_is_no_verb_is_called_so() -> None:
    """With the code for a wrong command line, and all verbs listed where none is named."""
    assert CliRunner().invoke(app, ["nothing"]).exit_code == Exit.USAGE
    shown = CliRunner().invoke(app, ["--help"]).output
    assert all(f" {verb} " in shown for verb in FAMILIES)


@pytest.mark.parametrize(
    ("verb", "spared"),
    [
        ("status", {"celery", "fastapi", "uvicorn"}),
        ("worker", {"fastapi", "specimens"}),
        ("migrate", {"polars", "boto3"}),
    ],
)
def test_a_verb_starts_without_what_it_does_not_need(verb: str, spared: set[str]) -> None:
    """`status` is asked every minute by whoever watches, and a worker holds what it loads for as long as it lives."""
    program = (
        "import sys; from typer.testing import CliRunner; from verso.cli.main import app; "
        f"CliRunner().invoke(app, ['{verb}', '--help']); "
        f"sys.exit(len({spared} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
