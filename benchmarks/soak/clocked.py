"""Verso with a clock that the soak steps: run as a program, with a file that holds seconds and a verb of `verso`.

Only Verso's own sense of time is set wrong, not that of the libraries beneath it or of the servers.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from verso import bootstrap


def stepped(file: Path) -> datetime:
    """Return the time, as wrong as the file says."""
    try:
        wrong = float(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        wrong = 0.0
    return datetime.now(UTC) + timedelta(seconds=wrong)


if __name__ == "__main__":
    clock = Path(sys.argv.pop(1))
    bootstrap.now = lambda: stepped(clock)
    # Only now: what is imported takes the clock along.
    from verso.cli.main import run

    run()
