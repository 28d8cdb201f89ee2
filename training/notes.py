"""Notes: texts written one by one, in the words of many trades and countries, which no grammar drew.

A file of `training/corpus/notes` holds texts, each under a line ``== CODE`` that tells its official type; ``== other``
is no medical paper at all.
"""

from collections.abc import Iterator
from importlib.resources import files

from documents.theme import Theme
from documents.type_codes import type_code
from training.fitting import Example

#: The name of this source among the others.
SOURCE = "notes"
#: Each was written once: it counts like two generated texts.
_WEIGHT = 2.0


def notes() -> list[Example]:
    """Read every note.

    Raises:
        ValueError: A note bears a code that is none.
    """
    folder = files("training.corpus") / "notes"
    return [
        example
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        for example in parsed(file.read_text(encoding="utf-8"))
    ]


def parsed(content: str) -> Iterator[Example]:
    """Read the notes of a file.

    Raises:
        ValueError: A note bears a code that is none.
    """
    for block in content.removeprefix("== ").split("\n== "):
        code, _, text = block.partition("\n")
        known = None if code == Theme.OTHER else type_code(code)
        yield Example(
            text=text.strip(),
            theme=known.theme if known else Theme.OTHER,
            code=known.code if known else None,
            source=SOURCE,
            weight=_WEIGHT,
        )
