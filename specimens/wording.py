"""Wording: draws texts about one person on one day from the rules of the grammar."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from documents.patient import Sex
from specimens.grammar import Agreement, Choice, Reference, Text, rules


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
            return self.write(self.rng.choice(known[f"{rule}.child"]))
        own = known.get(f"{rule}.{'f' if self.sex is Sex.FEMALE else 'm'}", ())
        shared = known.get(rule, ()) if own else known[rule]
        return self.write(self.rng.choice((*shared, *own)))

    def several(self, rule: str, count: int) -> list[str]:
        """Draw up to `count` different texts of a rule, in random order."""
        found: dict[str, None] = {}
        for _ in range(count * 4):
            found.setdefault(self.draw(rule))
            if len(found) == count:
                break
        return list(found)

    def write(self, text: Text) -> str:
        """Write a parsed text, drawing wherever it leaves a choice."""
        parts = []
        for piece in text:
            if isinstance(piece, str):
                parts.append(piece.translate(self.characters))
            elif isinstance(piece, Agreement):
                parts.append(piece.feminine if self.sex is Sex.FEMALE else piece.masculine)
            elif isinstance(piece, Choice):
                parts.append(self.write(self.rng.choice(piece.options)))
            else:
                parts.append(self._value(piece))
        return "".join(parts)

    def _value(self, reference: Reference) -> str:
        """Work out a reference: a number, a date, several texts, or simply a rule."""
        match reference.name, reference.arguments:
            case "n", (low, high):
                return str(self.rng.randint(int(low), int(high)))
            case "x", (low, high):
                decimals = len(low.partition(".")[2])
                return f"{self.rng.uniform(float(low), float(high)):.{decimals}f}".replace(".", ",")
            case "date", (low, high):
                return self.written(self.day + timedelta(days=self.rng.randint(int(low), int(high))))
            case "several" | "list", (rule, low, high):
                between = "\n" if reference.name == "several" else ", "
                return between.join(self.several(rule, self.rng.randint(int(low), int(high))))
            case "with", (rule, separator):
                return self.draw(rule).replace(" @ ", _SEPARATORS[separator])
            case _:
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
