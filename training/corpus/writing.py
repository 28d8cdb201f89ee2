"""Writing: a labelled document drawn from the grammar, furnished, styled and damaged."""

import random
from collections.abc import Iterator
from functools import cache

from training.corpus.damage import cut, read_badly, without_accents
from training.corpus.furniture import draw_cells, restyle, surround
from training.corpus.grammar import Grammar, grammar

#: How often a document keeps a title: most real ones that are hard have none.
TITLED = 0.35


@cache
def codes() -> tuple[str, ...]:
    """Give every official type that the grammar can write."""
    return tuple(sorted(symbol[1:] for symbol in grammar().symbols if symbol.startswith("@")))


def write(code: str, rng: random.Random) -> str:
    """Write one document of a type.

    Raises:
        KeyError: The grammar has no such type.
    """
    source: Grammar = grammar()
    text = source.write(f"{{@{code}}}", rng)
    if f"#{code}" in source.symbols and rng.random() < TITLED:
        title = source.write(f"{{#{code}}}", rng)
        text = f"{title.upper() if rng.random() < 0.4 else title}\n{text}"
    text = restyle(draw_cells(text, rng), rng)
    if rng.random() < 0.35:
        text = cut(text, rng)
    if rng.random() < 0.45:
        text = surround(text, source, rng)
    if rng.random() < 0.15:
        text = without_accents(text)
    if rng.random() < 0.25:
        text = read_badly(text, rng, rng.choice((0.005, 0.01, 0.02, 0.04, 0.08)))
    return text


def library(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Write `count` documents of every type, as pairs of code and text, the same for the same seed."""
    for code in codes():
        for number in range(count):
            yield code, write(code, random.Random(f"{seed}/{code}/{number}"))
