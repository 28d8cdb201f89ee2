r"""A small grammar that draws texts: rules with alternatives, read from the files of `specimens/wording`.

A file holds rules. A rule is its name and a colon, then its alternatives: each begins with ``* `` and goes on over the
lines that are indented by two spaces, or several stand on one line behind ``= ``, separated by `` | ``. In a text::

    <rule>          an alternative of the rule, or the value bound to the name
    <n 2 18>        a whole number; <x 0.8 1.5> a decimal one, written with a comma
    <date -30 -2>   a date, in days from the act
    <several r 2 5> so many different texts of a rule, a line each; <list r 2 5> the same between commas
    [a|b|]          one of these, perhaps nothing
    {né/née}        the form for a man, the form for a woman
    <with r colon>  a text of a rule whose `` @ `` becomes a separator: colon, comma, dash, space, cell or line
    \n              a new line

A rule ``x.m`` or ``x.f`` adds alternatives to ``x`` for men or for women; ``x.child`` replaces it for children.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from types import MappingProxyType
from typing import Final

from documents.patient import Sex

_TOKEN: Final = re.compile(r"<([a-z][^<>]*)>|([\[\]|])|\{([^{}/]*)/([^{}]*)\}|\\n")


@dataclass(frozen=True, slots=True)
class _Reference:
    """A rule, a bound name or a drawing function, with its arguments."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Agreement:
    """Two forms of a word: for a man, for a woman."""

    masculine: str
    feminine: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several texts."""

    options: tuple["_Text", ...]


_Piece = str | _Reference | _Agreement | _Choice
_Text = tuple[_Piece, ...]


def _parse(source: str) -> _Text:
    """Parse the text of one alternative.

    Raises:
        ValueError: A bracket is not closed.
    """
    stack: list[list[list[_Piece]]] = [[[]]]
    end = 0
    for token in _TOKEN.finditer(source):
        if literal := source[end : token.start()]:
            stack[-1][-1].append(literal)
        end = token.end()
        reference, sign, masculine, feminine = token.groups()
        if reference:
            name, *arguments = reference.split()
            stack[-1][-1].append(_Reference(name, tuple(arguments)))
        elif masculine is not None:
            stack[-1][-1].append(_Agreement(masculine, feminine))
        elif sign == "[":
            stack.append([[]])
        elif sign == "|":
            if len(stack) > 1:
                stack[-1].append([])
            else:
                stack[-1][-1].append("|")
        elif sign == "]" and len(stack) > 1:
            options = stack.pop()
            stack[-1][-1].append(_Choice(tuple(tuple(option) for option in options)))
        else:
            stack[-1][-1].append("\n")
    if len(stack) > 1:
        raise ValueError(f"bracket not closed: {source[:60]}")
    stack[-1][-1].append(source[end:])
    return tuple(stack[-1][-1])


def read_rules(text: str) -> dict[str, tuple[str, ...]]:
    """Read the rules of one file: the sources of the alternatives of each.

    Raises:
        ValueError: A line belongs to no rule.
    """
    rules: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        if line.startswith(("* ", "= ", "  ")):
            if current is None:
                raise ValueError(f"line {number} belongs to no rule")
            if line.startswith("* "):
                current.append(line[2:])
            elif line.startswith("= "):
                current.extend(part.strip() for part in line[2:].split(" | "))
            else:
                current[-1] += "\n" + line[2:]
        else:
            current = rules.setdefault(line.rstrip().removesuffix(":"), [])
    return {name: tuple(alternatives) for name, alternatives in rules.items()}


@cache
def rules() -> Mapping[str, tuple[_Text, ...]]:
    """Read and parse every rule of `specimens/wording`.

    Raises:
        ValueError: Two files define the same rule.
    """
    found: dict[str, tuple[_Text, ...]] = {}
    folder = files("specimens") / "wording"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name):
        for name, alternatives in read_rules(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"rule {name} is defined twice")
            found[name] = tuple(_parse(alternative) for alternative in alternatives)
    return MappingProxyType(found)


@dataclass(slots=True, kw_only=True)
class Wording:
    """Draws texts about one person on one day, from the rules and from what is bound for the occasion."""

    rng: Random
    sex: Sex
    #: The day of the act: dates are drawn around it.
    day: date
    #: Whether the person is a child: rules for children come first.
    child: bool = False
    #: Characters that are written differently on this occasion, for `str.translate`.
    characters: Mapping[int, str] = field(default_factory=dict)
    #: How dates are written, for `strftime`.
    date_format: str = "%d/%m/%Y"
    bound: Mapping[str, str] = field(default_factory=dict)

    def draw(self, rule: str) -> str:
        """Draw a text of a rule.

        Raises:
            KeyError: There is no such rule.
        """
        if rule in self.bound:
            return self.bound[rule]
        known = rules()
        if self.child and f"{rule}.child" in known:
            return self._write(self.rng.choice(known[f"{rule}.child"]))
        own = known.get(f"{rule}.{'f' if self.sex is Sex.FEMALE else 'm'}", ())
        shared = known.get(rule, ()) if own else known[rule]
        return self._write(self.rng.choice((*shared, *own)))

    def several(self, rule: str, count: int) -> list[str]:
        """Draw up to `count` different texts of a rule, in random order."""
        found: dict[str, None] = {}
        for _ in range(count * 4):
            found.setdefault(self.draw(rule))
            if len(found) == count:
                break
        return list(found)

    def _write(self, text: _Text) -> str:
        parts = []
        for piece in text:
            if isinstance(piece, str):
                parts.append(piece.translate(self.characters))
            elif isinstance(piece, _Agreement):
                parts.append(piece.feminine if self.sex is Sex.FEMALE else piece.masculine)
            elif isinstance(piece, _Choice):
                parts.append(self._write(self.rng.choice(piece.options)))
            else:
                parts.append(self._value(piece))
        return "".join(parts)

    def _value(self, reference: _Reference) -> str:
        if reference.name == "n":
            low, high = map(int, reference.arguments)
            return str(self.rng.randint(low, high))
        if reference.name == "x":
            low_text, high_text = reference.arguments
            decimals = len(low_text.partition(".")[2])
            return f"{self.rng.uniform(float(low_text), float(high_text)):.{decimals}f}".replace(".", ",")
        if reference.name == "several":
            rule, low, high = reference.arguments
            return "\n".join(self.several(rule, self.rng.randint(int(low), int(high))))
        if reference.name == "list":
            rule, low, high = reference.arguments
            return ", ".join(self.several(rule, self.rng.randint(int(low), int(high))))
        if reference.name == "with":
            rule, separator = reference.arguments
            return self.draw(rule).replace(" @ ", _SEPARATORS[separator])
        if reference.name == "date":
            low, high = map(int, reference.arguments)
            return self.written(self.day + timedelta(days=self.rng.randint(low, high)))
        return self.draw(reference.name)

    def written(self, day: date) -> str:
        """Write a date as this document writes them."""
        return write_date(day, self.date_format)


_SEPARATORS: Final = {"colon": " : ", "comma": ", ", "dash": " - ", "space": " ", "cell": " | ", "line": "\n"}

_MONTHS: Final = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)


def write_date(day: date, how: str) -> str:
    """Write a date in French; ``%B`` is the month's name and ``%-d`` the day as spoken (``1er``)."""
    spoken = "1er" if day.day == 1 else str(day.day)
    return day.strftime(how.replace("%B", _MONTHS[day.month - 1]).replace("%-d", spoken))
