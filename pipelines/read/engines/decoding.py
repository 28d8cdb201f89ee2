"""From the chances of characters, step by step along a line, to the characters."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.read.model.stored import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """A character as it was read."""

    text: str = field(repr=False)
    #: Its first step, and the one after its last.
    first: int
    last: int
    #: 0 to 1.
    chance: float


def spelled(chances: Floats, alphabet: Sequence[str]) -> list[Character]:
    """Return the likeliest characters: repeated outputs are one character, and the last output is none."""
    likeliest = chances.argmax(axis=1)
    starts = np.flatnonzero(np.concatenate(([True], likeliest[1:] != likeliest[:-1])))
    highest = np.maximum.reduceat(chances[np.arange(len(chances)), likeliest], starts)
    stops = np.append(starts[1:], len(likeliest))
    none = chances.shape[1] - 1
    return [
        Character(text=alphabet[output], first=first, last=last, chance=chance)
        for output, first, last, chance in zip(
            likeliest[starts].tolist(), starts.tolist(), stops.tolist(), highest.tolist(), strict=True
        )
        if output != none
    ]
