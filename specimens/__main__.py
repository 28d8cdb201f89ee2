"""The command ``python -m specimens OUT --count N --seed S``: write a batch with its truths to a folder."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from specimens.degrading import DEGRADATIONS
from specimens.generating import generate
from specimens.kind import Kind
from specimens.specimen import Form
from specimens.writing import write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="specimens", description="Write synthetic French medical documents.")
    parser.add_argument("out", type=Path, help="folder for the documents")
    parser.add_argument("--count", type=int, default=20, help="how many (20)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same documents (0)")
    parser.add_argument("--kind", action="append", choices=[k.value for k in Kind], help="only this kind; repeatable")
    parser.add_argument("--form", action="append", choices=[f.value for f in Form], help="only this form; repeatable")
    parser.add_argument("--degradation", action="append", choices=list(DEGRADATIONS), help="only this; repeatable")
    parser.add_argument("--truths", type=Path, help="folder for the truths, instead of beside the documents")
    chosen = parser.parse_args(arguments)
    specimens = generate(
        chosen.count,
        chosen.seed,
        kinds=tuple(map(Kind, chosen.kind)) if chosen.kind else tuple(Kind),
        forms=tuple(map(Form, chosen.form)) if chosen.form else tuple(Form),
        degradations=tuple(chosen.degradation or DEGRADATIONS),
    )
    write(specimens, chosen.out, chosen.truths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
