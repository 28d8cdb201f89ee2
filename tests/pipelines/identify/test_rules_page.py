"""The page of rules says what the code decides: every reason, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
#: Where reasons are given.
SOURCES: Final = ("decision", "agreement", "identifier", "step")


def given() -> Iterator[str]:
    """Yield the reasons that the code gives."""
    for name in SOURCES:
        tree = ast.parse((ROOT / "pipelines" / "identify" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(?:-[a-z]+)+", str(node.value)):
                yield str(node.value)


def shown() -> Iterator[str]:
    """Yield the reasons that the page's table shows."""
    page = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
    rules = page.partition("## Rules, in order")[2].partition("\n## ")[0]
    return (found[1] for found in re.finditer(r"^\| (?:\*\*)?\w+(?:\*\*)? \| `([a-z-]+)` \|", rules, re.MULTILINE))


def test_the_table_shows_every_reason_and_no_other() -> None:
    """A rule that is not written down is no rule, and one that is written down is in force."""
    assert sorted(shown()) == sorted(set(given()))
