"""Names compared as French registries and tired readers write them: tolerant of noise, never conflating two people."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from pipelines.identify.folding import distance, fold

_WORD: Final = re.compile(r"[A-Z0-9]+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_SAINTS: Final = {"ST": "SAINT", "STE": "SAINTE"}

#: Letter groups and digits that readers write for a letter, wherever it stands.
_LOOKALIKES: Final = (
    ("RN", "M"), ("VV", "W"), ("CL", "D"), ("0", "O"), ("Q", "O"), ("1", "I"), ("L", "I"), ("J", "I"), ("5", "S"),
    ("8", "B"), ("2", "Z"), ("6", "G"),
)  # fmt: skip
#: Letters of like shape, forgiven after the first letter only: Lina and Tina are two people.
_LOOSE: Final = str.maketrans("TCFUVH", "IEENNN")


class Likeness(IntEnum):
    """How like two names are."""

    #: Two names.
    OTHER = 0
    #: Perhaps the same name misread, perhaps another name: neither for nor against.
    NEAR = 1
    #: The same name.
    SAME = 2


def plain(name: str) -> str:
    """Return a name as one run of capitals: no accents, spaces, hyphens or apostrophes, ST written SAINT."""
    return "".join(_SAINTS.get(word, word) for word in _words(name))


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(name.translate(_LIGATURES)))


def compare(left: str, right: str, *, noisy: bool) -> Likeness:
    """Say how like two names are. ``noisy``: at least one was read by OCR, whose errors are then forgiven.

    A difference that lookalike shapes explain is forgiven from four letters on; one inner letter from seven on. A
    difference at the end is never forgiven: Louis and Louise, Michel and Michèle, Julie and Julia are two people.
    """
    a, b = plain(left), plain(right)
    if not a or not b:
        return Likeness.OTHER
    if a == b:
        return Likeness.SAME
    if not noisy:
        return Likeness.OTHER
    if min(len(a), len(b)) >= 4 and _shape(a) == _shape(b):
        return Likeness.SAME
    longest = max(len(a), len(b))
    if longest >= 7 and a[0] == b[0] and a[-2:] == b[-2:] and distance(a, b, 1) == 1:
        return Likeness.SAME
    return Likeness.NEAR if distance(a, b, 2) <= (1 if longest < 7 else 2) else Likeness.OTHER


def compare_first(left: Sequence[str], right: Sequence[str], *, noisy: bool) -> Likeness:
    """Say how like two lists of first names are: the first one counts, and a list may be cut short.

    MARIE LOUISE, Marie and Marie-Louise agree. Jean for JEAN-PIERRE is near, and so is a second name alone: twins may
    share either.
    """
    a, b = ([word for name in names for word in _words(name)] for names in (left, right))
    if not a or not b:
        return Likeness.OTHER
    shared = min(len(a), len(b))
    each = [compare(x, y, noisy=noisy) for x, y in zip(a, b, strict=False)]
    whole = compare(left[0], right[0], noisy=noisy)
    if whole is Likeness.SAME:
        return whole
    joined = compare("".join(a), "".join(b), noisy=noisy)
    likeness = max(min(each), joined)
    if likeness is Likeness.SAME and shared < max(_composite(left), _composite(right)):
        return Likeness.NEAR
    if likeness is Likeness.OTHER and (_among(a[0], b[1:], noisy=noisy) or _among(b[0], a[1:], noisy=noisy)):
        return Likeness.NEAR
    return likeness


def _composite(names: Sequence[str]) -> int:
    """Words of the first name: two or more when it is hyphenated."""
    return len(_words(names[0]))


def _among(name: str, others: Sequence[str], *, noisy: bool) -> bool:
    return any(compare(name, other, noisy=noisy) is Likeness.SAME for other in others)


def _shape(name: str) -> str:
    for seen, meant in _LOOKALIKES:
        name = name.replace(seen, meant)
    return name[:1] + name[1:].translate(_LOOSE)
