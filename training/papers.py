"""Papers of `specimens` as labelled texts: another hand than the grammars', which keeps both honest."""

from collections.abc import Iterator
from itertools import islice
from random import Random

from specimens.composing import compose
from specimens.kind import Kind
from specimens.markup import plain
from specimens.people import World, populate
from training.fitting import Example

#: The name of this source among the others.
SOURCE = "specimens"


def papers(count: int, seed: int) -> list[Example]:
    """Write `count` papers of each kind, the same for the same seed."""
    world = populate(seed)
    return [
        Example(text=text, theme=kind.theme, code=kind.type_code, source=SOURCE)
        for kind in Kind
        for text in islice(_texts(kind, world, seed), count)
    ]


def _texts(kind: Kind, world: World, seed: int) -> Iterator[str]:
    for number in range(1_000_000):
        try:
            paper = compose(kind, world, Random(f"{seed}/{kind}/{number}"))
        except LookupError:
            # Nobody in this world fits this kind of paper; another draw will find somebody.
            continue
        yield "\n".join((plain(paper.blocks), *paper.footer))
