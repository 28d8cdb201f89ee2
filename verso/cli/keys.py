"""The family `keys`: master keys are made on purpose, once."""

from pathlib import Path
from typing import Annotated

import typer

from verso.bootstrap import create_key
from verso.cli.terminal import terminal

app = typer.Typer(help="Master keys.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Master keys."""


@app.command()
def create(
    path: Annotated[Path, typer.Argument(help="The key file to make. An existing one is never touched.")],
) -> None:
    """Make a master key file, readable by you alone. Copy it to a safe before anything is sealed under it."""
    create_key(path)
    terminal().print(f"Master key made. Set VERSO_KEY_FILE={path.absolute()}, and keep a copy apart from the data.")
