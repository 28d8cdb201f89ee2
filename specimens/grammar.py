r"""A small grammar that draws texts: rules with alternatives, read from the files of `specimens/rules`.

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
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_TOKEN: Final = re.compile(r"<([a-z][^<>]*)>|([\[\]|])|\{([^{}/]*)/([^{}]*)\}|\\n")


@dataclass(frozen=True, slots=True)
class Reference:
    """A rule, a bound name or a drawing function, with its arguments."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two forms of a word: for a man, for a woman."""

    masculine: str
    feminine: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several texts."""

    options: tuple["Text", ...]


Piece = str | Reference | Agreement | Choice
Text = tuple[Piece, ...]


def parse(source: str) -> Text:
    """Parse the text of one alternative.

    Raises:
        ValueError: A bracket is not closed.
    """
    stack: list[list[list[Piece]]] = [[[]]]
    end = 0
    for token in _TOKEN.finditer(source):
        if literal := source[end : token.start()]:
            stack[-1][-1].append(literal)
        end = token.end()
        reference, sign, masculine, feminine = token.groups()
        if reference:
            name, *arguments = reference.split()
            stack[-1][-1].append(Reference(name, tuple(arguments)))
        elif masculine is not None:
            stack[-1][-1].append(Agreement(masculine, feminine))
        elif sign == "[":
            stack.append([[]])
        elif sign == "|":
            if len(stack) > 1:
                stack[-1].append([])
            else:
                stack[-1][-1].append("|")
        elif sign == "]" and len(stack) > 1:
            options = stack.pop()
            stack[-1][-1].append(Choice(tuple(tuple(option) for option in options)))
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
def rules() -> Mapping[str, tuple[Text, ...]]:
    """Read and parse every rule of `specimens/rules`.

    Raises:
        ValueError: Two files define the same rule.
    """
    found: dict[str, tuple[Text, ...]] = {}
    folder = files("specimens") / "rules"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name):
        for name, alternatives in read_rules(file.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"rule {name} is defined twice")
            found[name] = tuple(parse(alternative) for alternative in alternatives)
    return MappingProxyType(found)
