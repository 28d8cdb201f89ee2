"""Writing: a labelled document drawn from the grammar, furnished, styled and damaged."""

import random
from collections.abc import Iterator
from functools import cache

from training.corpus.damage import cut, read_badly, without_accents
from training.corpus.furniture import draw_cells, restyle, surround
from training.corpus.grammar import Grammar, grammar

#: How often a document keeps a title: most real ones that are hard have none.
TITLED = 0.35

#: How many times more often than the others these are written: they are many kinds under one code.
FREQUENT = {
    "18748-4": 16,
    "11502-2": 16,
    "57833-6": 14,
    "11488-4": 18,
    "60591-5": 14,
    "34112-3": 6,
    "34874-8": 5,
    "55115-0": 5,
    "PRESC-BIO": 8,
    "75496-0": 3,
    "87273-9": 5,
    "11369-6": 5,
    "75492-9": 12,
    "70004-7": 5,
    "15507-7": 5,
    "60568-3": 6,
    "EXPPAT_2": 26,
    "CERT_DECL": 2,
    "18776-5": 3,
    "34133-9": 6,
    "18761-7": 5,
    "PRESC-KINE": 2,
    "PRESC-INF": 3,
    "11490-0": 6,
    "SYNTH": 5,
    "74207-2": 3,
    "78341-5": 2,
    "88348-8": 2,
    "34842-5": 3,
    "56445-0": 4,
    "80820-4": 2,
    "75482-0": 6,
    "60593-1": 3,
    "57832-8": 2,
    "96349-6": 3,
    "34749-2": 3,
    "34794-8": 3,
    "89601-9": 3,
}


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
    if rng.random() < 0.5:
        text = surround(text, source, rng)
    if rng.random() < 0.15:
        text = without_accents(text)
    if rng.random() < 0.3:
        text = read_badly(text, rng, rng.choice((0.005, 0.01, 0.02, 0.03, 0.05, 0.08)))
    return text


def library(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Write `count` documents of every type, more of the `FREQUENT`, as pairs of code and text.

    The same seed writes the same texts.
    """
    for code in codes():
        for number in range(count * FREQUENT.get(code, 1)):
            yield code, write(code, random.Random(f"{seed}/{code}/{number}"))
