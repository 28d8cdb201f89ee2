"""Scraps: a few lines torn out of labelled texts, from which a model learns how little one line proves."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from training.fitting import Example

#: How many words a scrap should have, more or less.
_LENGTHS = (6, 10, 15, 20, 30, 40)
_FEWEST_WORDS = 5
#: A scrap that is more of its text than this is that text.
_MOST = 0.8
#: Letters of a line that is rather a paragraph, and is torn between its sentences.
_PARAGRAPH = 160
_SENTENCES = re.compile(r"(?<=[.;!?])\s+")


def scraps(examples: Sequence[Example], seed: int, each: float = 1.0) -> list[Example]:
    """Tear scraps out of texts, a scrap being of its text's type, whatever its lines alone say.

    Args:
        examples: The texts.
        seed: The same seed tears the same scraps.
        each: How many scraps of each text, on average.
    """
    rng = Random(f"scraps/{seed}")
    torn = (replace(example, text=_torn(example.text, rng)) for example in _repeated(examples, each, rng))
    return [scrap for scrap in torn if scrap.text]


def _repeated(examples: Sequence[Example], each: float, rng: Random) -> Iterator[Example]:
    for example in examples:
        for _ in range(int(each) + (rng.random() < each % 1)):
            yield example


def _torn(text: str, rng: Random) -> str:
    """Take lines in a row out of a text, beginning anywhere; nothing of a text that is too short to be torn."""
    pieces = [piece for line in text.split("\n") for piece in _pieces(line)]
    begin, length = rng.randrange(len(pieces) or 1), rng.choice(_LENGTHS)
    taken: list[str] = []
    for piece in pieces[begin:]:
        taken.append(piece)
        if sum(len(one.split()) for one in taken) >= length:
            break
    scrap = "\n".join(taken)
    return scrap if len(scrap.split()) >= _FEWEST_WORDS and len(scrap) <= _MOST * len(text) else ""


def _pieces(line: str) -> list[str]:
    return [piece for piece in (_SENTENCES.split(line) if len(line) > _PARAGRAPH else [line]) if piece.strip()]
