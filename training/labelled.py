"""Labelled texts that already exist, given as JSON Lines: read where they lie, never copied."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from documents.theme import Theme
from documents.type_codes import type_code
from training.fitting import Example

#: Collections whose repositories are one author's, whatever they are called.
_SAME_AUTHOR = re.compile(r"^(?:ansforge|ThierryDart)/")


def read(path: Path, weight: float = 1.0) -> list[Example]:
    """Read a file of ``{text, label, loinc, source, licence}`` objects, one a line.

    A label that is no theme is left out.

    Raises:
        ValueError: A line is not such an object.
    """
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        facts = json.loads(line)
        if facts["label"] not in set(Theme):
            continue
        theme = Theme(facts["label"])
        examples.append(
            Example(
                text=facts["text"],
                theme=theme,
                code=_code(facts, theme),
                source=author(facts["source"]),
                licence=facts.get("licence") or "not stated",
                weight=weight,
            )
        )
    return examples


def texts(path: Path) -> list[str]:
    """Read the texts alone, whatever their labels.

    Raises:
        ValueError: A line is not a labelled text.
    """
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def author(source: str) -> str:
    """Give the author of a source such as ``github:owner/name@commit:path``: its repository, or its owner's group."""
    repository = re.sub(r"^github:|[@:].*$", "", source.removeprefix("github:"))
    return "ANS examples" if _SAME_AUTHOR.match(repository) else repository


def _code(facts: Mapping[str, str], theme: Theme) -> str | None:
    """Give the official code, unless it contradicts the label."""
    try:
        found = type_code(facts["loinc"])
    except ValueError:
        return None
    return found.code if found.theme is theme else None
