"""The command `verso`: finds the family of a verb, and turns errors into exit codes."""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import structlog
import typer
from typer.core import TyperGroup
from typer.main import get_group

from documents.errors import VersoError
from verso.cli.exits import Exit, exit_of
from verso.cli.terminal import errors_terminal
from verso.logging import configure_logging
from verso.process import forbid_dumps
from verso.settings import load_settings

#: The verbs, in the order in which they are shown, each with the module of its family. A verb that asks the ledger one
#: thing takes half as long to start without the pages, the broker and the brains of all others.
FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ingest": "handing",
        "health": "healing",
        "status": "looking",
        "list": "looking",
        "show": "looking",
        "open": "looking",
        "inspect": "inspecting",
        "rebuild": "rebuilding",
        "replay": "resuming",
        "unlock": "resuming",
        "verify": "verifying",
        "doctor": "doctor",
        "up": "serving",
        "worker": "working",
        "courier": "working",
        "watcher": "working",
        "caretaker": "working",
        "scheduler": "working",
        "web": "serving",
        "migrate": "migrating",
        "demo": "demonstrating",
        "separators": "separating",
        "correct": "correcting",
        "patient": "patients",
        "review": "review",
        "dead": "dead",
        "keys": "keys",
        "ledger": "ledgers",
        "model": "model",
        "audit": "audit",
        "member": "member",
        "nights": "nights",
    }
)


class Families(TyperGroup):
    """The verbs of all families, each family imported when one of its verbs is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the verbs in the order in which they are shown; Typer keeps the type of `ctx` to itself."""
        del ctx
        return list(FAMILIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a verb, or None when there is none of that name."""
        family = FAMILIES.get(cmd_name)
        if family is None:
            return None
        verbs = typer.Typer()
        import_module(f"verso.cli.{family}").add_to(verbs)
        return get_group(verbs).get_command(ctx, cmd_name)


app = typer.Typer(
    name="verso", cls=Families, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)


@app.callback()
def verso() -> None:
    """Takes in medical papers and files them, sealed, in each patient's record."""


def run() -> None:
    """Run the command line and end the process with its exit code."""
    forbid_dumps()
    configure_logging(json=True)
    try:
        configure_logging(json=load_settings().log_json, for_good=True)
        app()
    except VersoError as error:
        errors_terminal().print(str(error), style="red", markup=False)
        sys.exit(exit_of(error))
    except Exception as fault:  # noqa: BLE001  its message may quote a document: only where it happened is shown
        structlog.get_logger(__name__).critical("fault", exc_info=fault)
        sys.exit(Exit.BUG)
