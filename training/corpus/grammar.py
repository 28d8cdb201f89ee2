r"""A grammar of texts: symbols with many wordings, drawn at random, read from plain files.

A file holds symbols in square brackets, each followed by its wordings, one a line::

    [greeting]
    Cher confrère,
    {Chère|Ma chère} {collègue|amie},

Within a wording: ``{name}`` another symbol, ``{a|b|}`` one of these, ``{?x}`` x or nothing, ``{3..9}`` a whole number,
``{A..F}`` a letter, ``{0.5..1.9}`` a decimal (printed with a comma), ``{^x}`` x in capitals, ``{~x}`` x with a capital
first letter, ``{name x2-5}`` two to five different wordings on lines of their own, ``{name ,2-5}`` the same parted by
commas, ``{name _2-5}`` parted by spaces, ``\n`` a new line and ``¦`` the border of a cell, drawn later.
A symbol ``[@CODE]`` holds whole documents of an official type; ``[#CODE]`` holds titles they may bear.
"""

import random
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_HEADER = re.compile(r"\[([^\]\n]+)\]")
_INTEGERS = re.compile(r"(-?\d+)\.\.(-?\d+)")
_DECIMALS = re.compile(r"(\d+\.(\d+))\.\.(\d+\.\d+)")
_LETTERS = re.compile(r"([A-Za-z])\.\.([A-Za-z])")
_REPEATED = re.compile(r"(\S+) ([x,_])(\d+)-(\d+)")
_NAME = re.compile(r"[a-z][a-z0-9.]*")
_JOINTS = {"x": "\n", ",": ", ", "_": " "}


class Grammar:
    """Symbols and their wordings."""

    def __init__(self, symbols: Mapping[str, tuple[str, ...]]) -> None:
        """Take the symbols as they are; every one named in a wording must exist."""
        self._symbols = symbols

    @property
    def symbols(self) -> Mapping[str, tuple[str, ...]]:
        """Every symbol with its wordings."""
        return self._symbols

    def write(self, wording: str, rng: random.Random) -> str:
        """Write a wording out.

        Raises:
            KeyError: It names a symbol that does not exist.
        """
        parts: list[str] = []
        rest = wording
        while True:
            before, brace, after = rest.partition("{")
            parts.append(before.replace("\\n", "\n"))
            if not brace:
                return "".join(parts)
            inner, rest = _split_at_closing(after)
            parts.append(self._expand(inner, rng))

    def _expand(self, inner: str, rng: random.Random) -> str:
        sign, rest = inner[:1], inner[1:]
        if sign == "?":
            return self._optional(rest, rng) if rng.random() < 0.5 else ""
        if sign == "^":
            return self._expand(rest, rng).upper()
        if sign == "~":
            text = self._expand(rest, rng)
            return text[:1].upper() + text[1:]
        if len(choices := _choices(inner)) > 1:
            return self.write(rng.choice(choices), rng)
        return _drawn(inner, rng) or self._repeated(inner, rng) or self._named(inner, rng)

    def _repeated(self, inner: str, rng: random.Random) -> str:
        repeated = _REPEATED.fullmatch(inner)
        if repeated is None:
            return ""
        wordings = self._symbols[repeated[1]]
        count = min(rng.randint(int(repeated[3]), int(repeated[4])), len(wordings))
        return _JOINTS[repeated[2]].join(self.write(each, rng) for each in rng.sample(wordings, count))

    def _named(self, inner: str, rng: random.Random) -> str:
        if inner in self._symbols:
            return self.write(rng.choice(self._symbols[inner]), rng)
        if _NAME.fullmatch(inner):
            raise KeyError(inner)
        return self.write(inner, rng)

    def _optional(self, inner: str, rng: random.Random) -> str:
        plain = _NAME.fullmatch(inner) and inner not in self._symbols
        return inner if plain else self._expand(inner, rng)


@cache
def grammar() -> Grammar:
    """Read the packaged grammar files as one grammar."""
    symbols: dict[str, list[str]] = {}
    for file in sorted(files("training.corpus").joinpath("grammars").iterdir(), key=lambda file: file.name):
        for name, wordings in _parse(file.read_text(encoding="utf-8").splitlines()):
            symbols.setdefault(name, []).extend(wordings)
    return Grammar({name: tuple(wordings) for name, wordings in symbols.items()})


def _parse(lines: Iterable[str]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if not line.strip() or line.startswith("# "):
            continue
        if header := _HEADER.fullmatch(line.strip()):
            found.append((header[1], []))
        else:
            found[-1][1].append(line.rstrip())
    return found


def _drawn(inner: str, rng: random.Random) -> str:
    """Draw a number or a letter, if that is what is asked for."""
    if number := _INTEGERS.fullmatch(inner):
        return str(rng.randint(*sorted((int(number[1]), int(number[2])))))
    if number := _DECIMALS.fullmatch(inner):
        return f"{rng.uniform(float(number[1]), float(number[3])):.{len(number[2])}f}".replace(".", ",")
    if letters := _LETTERS.fullmatch(inner):
        return chr(rng.randint(ord(letters[1]), ord(letters[2])))
    return ""


def _split_at_closing(text: str) -> tuple[str, str]:
    depth = 1
    for place, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return text[:place], text[place + 1 :]
    message = "a brace is never closed"
    raise KeyError(message)


def _choices(inner: str) -> list[str]:
    choices, depth, begin = [], 0, 0
    for place, letter in enumerate(inner):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            choices.append(inner[begin:place])
            begin = place + 1
    return [*choices, inner[begin:]]
