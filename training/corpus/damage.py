"""Damage: what scanning, faxing and optical reading do to a text, and what a torn or cut page leaves of it."""

import random
import unicodedata

#: What French OCR takes a letter for, most often first.
_CONFUSIONS = {
    "é": "eèêë6", "è": "eéê", "ê": "eéè", "à": "aâá", "â": "aà", "ç": "c", "ô": "oö", "î": "iïí", "ï": "iî",
    "û": "uü", "ù": "u", "œ": "ce", "l": "1Ii|", "I": "l1|", "i": "l1jí", "1": "lI|", "0": "Oo", "O": "0Q", "o": "0c",
    "5": "Ss", "S": "5s", "8": "B", "B": "8", "6": "b", "g": "9q", "c": "eo", "e": "cé", "t": "fl", "f": "tl",
    "r": "nv", "n": "ru", "u": "nv", "v": "y", "h": "bn", "b": "h6", "a": "eo", "s": "5z", "z": "2", "2": "Zz",
    "µ": "up", ",": ".;", ".": ",:", ":": ".;", "'": "`\u2019 ", "-": "—_", "/": "l1", "q": "g", "D": "O0", "E": "F",
    "C": "G", "G": "C6", "%": "96",
}  # fmt: skip
_JOINED = (
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("d", "cl"),
    ("ii", "u"),
    ("vv", "w"),
    ("li", "h"),
    ("fi", "ﬁ"),
    ("nn", "m"),
)
_SPECKS = (".", ",", "'", "~", "|", "_", "—", "°", "*", "^")


def read_badly(text: str, rng: random.Random, rate: float) -> str:
    """Read a text as OCR would: letters confused, joined, dropped, words split and specks taken for signs.

    Args:
        text: What the page says.
        rng: The source of chance.
        rate: Share of letters touched; 0.01 is a clean scan, 0.1 a poor fax.
    """
    for whole, other in _JOINED:
        first, *rest = text.split(whole)
        text = first + "".join((other if rng.random() < rate else whole) + part for part in rest)
    letters: list[str] = []
    for letter in text:
        if rng.random() >= rate:
            letters.append(letter)
            continue
        chance = rng.random()
        if letter == " ":
            letters.append("" if chance < 0.5 else "  ")
        elif letter == "\n":
            letters.append(letter)
        elif chance < 0.68:
            letters.append(rng.choice(_CONFUSIONS.get(letter, letter)))
        elif chance < 0.8:
            letters.append("")
        elif chance < 0.9:
            letters.append(letter + rng.choice(_SPECKS))
        else:
            letters.append(letter + " ")
    return "".join(letters)


def without_accents(text: str) -> str:
    """Take the accents away, as old software and telegrams do."""
    plain = unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def cut(text: str, rng: random.Random) -> str:
    """Keep a part: the top or the bottom is missing, or lines here and there."""
    lines = text.split("\n")
    if len(lines) < 4:
        return text
    chance = rng.random()
    if chance < 0.3:
        return "\n".join(lines[: rng.randint(len(lines) // 3 + 1, len(lines))])
    if chance < 0.6:
        return "\n".join(lines[rng.randint(0, 2 * len(lines) // 3) :])
    share = rng.uniform(0.05, 0.6)
    kept = [line for line in lines if rng.random() > share]
    return "\n".join(kept or lines)
