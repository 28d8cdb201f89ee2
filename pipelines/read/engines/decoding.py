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


#: Letters that are a capital by their height alone, and what a ditto mark looks like.
_SMALL = tuple(f"{small}{small.upper()}" for small in "cosuvwxz")
_CAPITALS = ("Il|", *(pair[::-1] for pair in _SMALL))
_RAISED = ('"”“#»«',)


def of_height(chances: Floats, alphabet: Sequence[str], *, tall: bool, raised: bool) -> Floats:
    """Return the chances of a letter that stands alone, where its height says what no word around it can.

    Args:
        chances: What the network says.
        alphabet: The character of each output.
        tall: Whether it is as tall as a capital.
        raised: Whether it ends far above the baseline.
    """
    told = chances.copy()
    for alike in _RAISED if raised else _CAPITALS if tall else _SMALL:
        outputs = [alphabet.index(one) for one in alike if one in alphabet]
        told[:, outputs] = 0.0
        told[:, outputs[:1]] = chances[:, outputs].sum(axis=1, keepdims=True)
    if (told.argmax(axis=1) == told.shape[1] - 1).all():
        # There is ink: it is something.
        told[told[:, :-1].max(axis=1).argmax(), -1] = 0.0
    return told


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
