"""The tables of `docs/errors.md`, made from the code; started as a module, it writes them into the page anew."""

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from documents import errors, night_refusals
from documents.errors import Interrupted, Misused, Refused, Tampered, VersoError
from feeders.problem import ProblemCode
from verso.cli.exits import Exit, exit_of
from web.access.provider import ProviderSilent
from web.problems import Turned, status_of

PAGE: Final = Path(__file__).parents[2] / "docs" / "errors.md"
#: What the web alone answers.
TURNED: Final[list[type[VersoError]]] = [*Turned.__subclasses__(), ProviderSilent]
#: Where the tree of errors is drawn, and its classes are.
MODULES: Final = (errors, night_refusals)
ERRORS: Final = [
    error
    for module in MODULES
    for error in vars(module).values()
    if inspect.isclass(error) and issubclass(error, VersoError) and error.__module__ == module.__name__
]


def tables() -> Mapping[str, list[str]]:
    """Return the rows of each table, by the first word of its heading."""
    families = {family.__name__: _rows(family) for family in (Refused, Interrupted, Tampered, Misused)}
    problems = [f"| `{code}` | {code.sentence_fr} |" for code in ProblemCode]
    asked = [f"| `{error.code}` | {_meaning(error)} | {status_of(error()).value} |" for error in TURNED]
    return {**families, "Problems": problems, "Turned": asked, "Exit": _exits()}


def written(page: str) -> str:
    """Return a page with the rows of each table replaced by those of the code."""
    for heading, rows in tables().items():
        table = re.compile(rf"(^## {heading}\b.+?\n\|[-|]+\|\n)(?:\|[^\n]+\n)+", re.MULTILINE | re.DOTALL)
        page = table.sub(lambda match, rows=rows: match[1] + "\n".join(rows) + "\n", page, count=1)  # type: ignore[misc]
    return page


def _rows(family: type[VersoError]) -> list[str]:
    members = [error for error in ERRORS if issubclass(error, family)]
    return [f"| `{error.code}` | {_meaning(error)} | {exit_of(error())} |" for error in members]


def _meaning(error: type[VersoError]) -> str:
    """Return what an error's row says: its message and, for a refusal, the sentence shown to the sender."""
    message = str(error()).removeprefix(f"{error.code}: ")
    return f"{message} | {error.sentence_fr}" if issubclass(error, Refused) else message


def _exits() -> list[str]:
    glosses = re.findall(r"#: (.+)\n +([A-Z]+) = (\d+)", inspect.getsource(Exit))
    return [f"| {number} | {gloss} |" for gloss, _, number in glosses]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
