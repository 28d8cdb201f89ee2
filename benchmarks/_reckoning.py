"""Reckoning: a load on paper, from figures that were measured or are assumed, as a table of what it takes."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Figures = TypeVar("_Figures", bound="DataclassInstance")


def figures_of(kind: type[_Figures], *, from_stdin: bool) -> _Figures:
    """Return the figures of a kind: its defaults, and above them what other benchmarks printed on standard input.

    Args:
        kind: Their dataclass, each with a default.
        from_stdin: Whether to read there, one JSON object a line; what is none, or names no figure, is passed over.
    """
    known = {field.name for field in fields(kind)}
    found: dict[str, float] = {}
    for line in sys.stdin.read().splitlines() if from_stdin else ():
        if line.startswith("{"):
            read: Mapping[str, object] = json.loads(line)
            found |= {
                name: float(value) for name, value in read.items() if name in known and isinstance(value, int | float)
            }
    return kind(**found)


def show(table: Table, rows: Iterable[tuple[str, str, str]], needs: Sequence[object]) -> None:
    """Print a table with a column for each load.

    Args:
        table: Its head.
        rows: Label, attribute of a need, and how that is written.
        needs: What each load takes.
    """
    for label, name, shape in rows:
        table.add_row(label, *(format(getattr(each, name), shape) for each in needs))
    Console(width=100).print(table)
