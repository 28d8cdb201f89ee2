"""Shapes: how the lines of a document look, whatever they say; what generalises best to a writer never seen.

A table of results without a sentence, a list of drugs without a header and a letter differ before a word is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

_NUMERATOR = r"(?:[mµunpf]?g|mcg|[mµunp]?mol|m?ui|[mk]?u|meq|giga|tera|t|mm3|10\^?[0-9]|fl|sec|mm|s)"
_DENOMINATOR = r"\s?(?:[dmµ]?l|100\s?ml|24\s?h|mm3|mmol|g|h|min)"

#: Each pattern's share among the lines that hold text.
_LINES: Mapping[str, str] = {
    "value-with-unit": rf"\d\s*{_NUMERATOR}\s?/{_DENOMINATOR}",
    # A pattern that begins with a fixed sign is found many times faster.
    "unit": rf"/(?:(?<=[a-zµ0-9]/)|(?<=[a-zµ0-9]\s/)){_DENOMINATOR}\b",
    "range": r"\d\s*(?:-|à|a|\u2013)\s*\d+(?:[.,]\d+)?\s*[\])]|[\[(]\s*n?\s*:?\s*[<>]\s*\d|\(n\s*[:=<]",
    "dose": r"\d\s*(?:mg|g|µg|mcg|ui|ml|%)\b(?!\s*/\s*(?:[dmµ]?l|24))",
    "form": (
        r"\b(?:cp|cpr?s?|comprim[ée]s?|g[ée]lules?|gel|sachets?|gouttes?|gttes?|ampoules?|amp|suppositoires?"
        r"|bo[iî]tes?|flacons?|tubes?|sirop|pommade|cr[èe]me|collyre|patchs?|inj|seringues?|bouff[ée]es?"
        r"|c\.?\s?[àa]\s?s|dosettes?)\b"
    ),
    "rhythm": (
        r"\d\s*(?:x|fois)\s*(?:\d\s*)?(?:/|par)\s*(?:j|jour|sem|24|mois)|\b(?:matin|midi|soir|coucher)\b"
        r"|\b\d\s*-\s*\d\s*-\s*\d\b|/\s*j(?:our)?\b|par jour"
    ),
    "duration": (
        r"\b(?:p(?:endant|dt|our)|durant|q\.?s\.?p)\s*:?\s*(?:une?|deux|trois|\d+)?\s*"
        r"(?:j|jours?|sem|semaines?|mois)\b"
    ),
    "millimetres": r"\d\s*(?:x\s*\d+(?:[.,]\d+)?\s*)*(?:mm|cm)\b",
    "date": r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b",
    "date-first": r"^\s*[-•*|]?\s*(?:\d{1,2}[/.-]){1,2}\d{2,4}|^\s*[-•*|]?\s*(?:19|20)\d\d\b",
    "number-only": r"^[\s\d.,;:<>+*()/|-]+$",
    "ends-with-number": r"\d\s*[%)\]]?\s*$",
    "colon-empty": r":\s*[._…]*\s*$",
    "heading": r"^[^\W\d][^:.\n]{2,40}:?\s*$",
    "bullet": r"^\s*(?:[-•*·o>+]|\d{1,2}\s?[.)°/-])\s+",
    "cells": r"\|.*\||\t.*\t|\S {3,}\S+ {3,}\S",
    "checkbox": r"[□☐☑☒]|\[\s?[xX]?\s?\]|\boui\b.{0,6}\bnon\b",
    "lot": r"\b(?:n°\s*(?:de\s*)?)?lot\b",
    "first-person": r"\b(?:je|j'|nous)\b",
    "normal": r"\b(?:pas d[e']|absence d[e']|sans|normal\w*)\b",
}
#: Each pattern's presence anywhere in the first lines, or in the last.
_ENDS: Mapping[str, str] = {
    "greeting": (
        r"ch[eè]re?s?\s+(?:confr[èe]res?|cons[oœ]+e*urs?|amie?s?|coll[èe]gues?|docteur|madame|monsieur)|mon cher"
        r"|madame,|monsieur,"
    ),
    "thanks": r"confraternel|bien (?:cordialement|amicalement)|salutations|je (?:vous|te) (?:prie|remercie)|merci de",
    "certify": r"je soussign|certifie|attest",
    "order": (
        r"\b(?:faire (?:pratiquer|r[ée]aliser|faire)|pri[èe]re de|prescri[rt]|[àa] faire|qsp|à renouveler|ar\b|ns\b)"
    ),
}

#: The shape of a long document shows in its beginning and its end.
_HEAD, _TAIL = 2500, 500

#: Names of the shapes, in the order of `shapes`.
SHAPES: tuple[str, ...] = (
    *_LINES,
    *_ENDS,
    "sentences",
    "lines-few",
    "lines-many",
    "lines-short",
    "lines-long",
    "digits",
    "upper",
    "capitals",
    "empty",
)


def shapes(text: str) -> NDArray[np.float32]:
    """Measure a text: one number from 0 to 1 for each of `SHAPES`."""
    if len(text) > _HEAD + _TAIL:
        text = text[:_HEAD] + "\n" + text[-_TAIL:]
    lines = [line for line in text.split("\n") if line.strip()]
    count = len(lines) or 1
    lower = "\n".join(lines).lower()
    length = len(lower) or 1
    signs = np.frombuffer("\n".join(lines).encode("latin-1", "replace"), dtype=np.uint8)
    begin, kinds = signs[:3000], _kinds()
    shares = [min(1.0, len(pattern.findall(lower)) / count) ** 0.5 for pattern in _line_patterns()]
    found = [float(pattern.search(lower) is not None) for pattern in _end_patterns()]
    rest = [
        sum(len(line) > 42 and line.rstrip().endswith(".") for line in lines) / count,
        float(count <= 5),
        float(count > 40),
        sum(len(line) < 25 for line in lines) / count,
        sum(len(line) > 90 for line in lines) / count,
        min(1.0, 3 * int(kinds.digit[signs].sum()) / length),
        int(kinds.upper[begin].sum()) / (int(kinds.letter[begin].sum()) or 1),
        sum(line.isupper() for line in lines) / count,
        float(length < 30),
    ]
    return np.asarray([*shares, *found, *rest], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    """Which Latin-1 signs are digits, capitals and letters."""

    digit: NDArray[np.bool_]
    upper: NDArray[np.bool_]
    letter: NDArray[np.bool_]


@cache
def _kinds() -> _Kinds:
    signs = [chr(code) for code in range(256)]
    return _Kinds(
        digit=np.asarray([sign.isdigit() for sign in signs]),
        upper=np.asarray([sign.isupper() for sign in signs]),
        letter=np.asarray([sign.isalpha() for sign in signs]),
    )


@cache
def _line_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.MULTILINE) for pattern in _LINES.values())


@cache
def _end_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _ENDS.values())
