"""The command `verso`: every verb is in its family, and starts without what others need."""

import pkgutil
import subprocess
import sys
from importlib import import_module

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


def test_a_question_is_answered_without_the_pages_and_the_broker() -> None:
    """`verso status` is asked every minute by whoever watches: it does not start half of the product."""
    program = (
        "import sys; from typer.testing import CliRunner; from verso.cli.main import app; "
        "CliRunner().invoke(app, ['status', '--help']); "
        "sys.exit(len({'celery', 'fastapi', 'uvicorn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
