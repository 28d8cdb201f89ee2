"""A batch's journal: what must be known of it when nothing of it is left, by whichever watcher answers it.

Lines after the batch's id: the number of a manifest's line whose file came to its end; ``taken``; ``answered``; or a
problem with a file that was taken, as JSON. It lies in the batch's folder beside the manifest, and goes with it.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from feeders.problem import Problem, ProblemCode

#: The line that says that the batch has been told that all of it is received.
ANSWERED: Final = "answered"
#: The line that says that a file of which no manifest speaks has come to its end.
TAKEN: Final = "taken"

_CODES: Final = {code.value: code for code in ProblemCode}


def line_of(problem: Problem) -> str:
    """Return the line that keeps a problem."""
    return json.dumps({"code": problem.code, "line": problem.line, "file": problem.file_name})


def problems_in(lines: Iterable[str], batch: str | None) -> Iterator[Problem]:
    """Yield the problems that some lines keep. Other lines, and what a crash cut short, are passed over."""
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            kept = json.loads(line)
            yield Problem(
                code=_CODES[kept["code"]], file_name=str(kept["file"]), batch=batch, line=_number(kept["line"])
            )


def _number(kept: object) -> int | None:
    return kept if isinstance(kept, int) else None
