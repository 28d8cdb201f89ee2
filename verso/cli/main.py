"""The command `verso`: puts the families of verbs together and turns errors into exit codes."""

import sys

import structlog
import typer

from documents.errors import VersoError
from verso.cli import (
    audit,
    correcting,
    dead,
    demonstrating,
    doctor,
    handing,
    healing,
    inspecting,
    keys,
    ledgers,
    looking,
    member,
    model,
    nights,
    patients,
    rebuilding,
    resuming,
    review,
    separating,
    serving,
    verifying,
)
from verso.cli.exits import Exit, exit_of
from verso.cli.terminal import errors_terminal
from verso.logging import configure_logging
from verso.process import forbid_dumps
from verso.settings import load_settings

app = typer.Typer(
    name="verso",
    help="Takes in medical papers and files them, sealed, in each patient's record.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for family in (
    handing,
    healing,
    looking,
    inspecting,
    rebuilding,
    resuming,
    verifying,
    doctor,
    serving,
    demonstrating,
    separating,
    correcting,
    patients,
):
    family.add_to(app)
app.add_typer(review.app, name="review")
app.add_typer(dead.app, name="dead")
app.add_typer(keys.app, name="keys")
app.add_typer(ledgers.app, name="ledger")
app.add_typer(model.app, name="model")
app.add_typer(audit.app, name="audit")
app.add_typer(member.app, name="member")
app.add_typer(nights.app, name="nights")


def run() -> None:
    """Run the command line and end the process with its exit code."""
    forbid_dumps()
    configure_logging(json=True)
    try:
        configure_logging(json=load_settings().log_json)
        app()
    except VersoError as error:
        errors_terminal().print(str(error), style="red", markup=False)
        sys.exit(exit_of(error))
    except Exception as fault:  # noqa: BLE001  its message may quote a document: only where it happened is shown
        structlog.get_logger(__name__).critical("fault", exc_info=fault)
        sys.exit(Exit.BUG)
