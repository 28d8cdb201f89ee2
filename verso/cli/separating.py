"""The verb `separators`: prints the sheets that part the documents of a stack before it is scanned."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.split.printing import print_separators
from verso.cli.terminal import terminal


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(separators)


def separators(
    output: Annotated[Path, typer.Option("--output", "-o", help="The PDF to write. Never overwritten.")],
    count: Annotated[int, typer.Option(min=1, max=500, help="How many sheets.")] = 10,
) -> None:
    """Write separator sheets to print: laid between documents, they cut the scan of a stack into its documents."""
    try:
        with output.open("xb") as file:
            file.write(print_separators(count))
    except FileExistsError as error:
        raise typer.BadParameter("this file exists already", param_hint="--output") from error
    terminal().print(f"{count} separator sheets written to {output}. Print them on one side; they can be used again.")
