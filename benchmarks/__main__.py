"""Runs one benchmark by its name, or lists those there are."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path


def names() -> list[str]:
    """Return the benchmarks there are, in alphabetical order: the modules of this folder."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark that the first argument names with the others, and return its exit code.

    A benchmark is a module of this folder with a ``main(argv)`` that prints its figures and returns an exit code.
    """
    if not arguments or arguments[0] not in names():
        print("usage: ./run bench NAME [ARGUMENT]..., where NAME is one of:")
        for name in names():
            caption = (importlib.import_module(f"benchmarks.{name}").__doc__ or "").partition("\n")[0]
            print(f"  {name:<20} {caption}")
        return 0 if not arguments else 64
    name, *rest = arguments
    outcome: int = importlib.import_module(f"benchmarks.{name}").main(rest)
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
