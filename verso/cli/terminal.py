"""The terminal: where people read tables, wide enough even when it is a file or a pipe."""

from rich.console import Console

#: Columns when the output is no terminal.
_COLUMNS = 160


def terminal() -> Console:
    """Return the console for people, on standard output."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_COLUMNS)


def errors_terminal() -> Console:
    """Return the console for errors and progress, on standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=True)
