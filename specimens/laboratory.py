"""Laboratory results: analytes with units and reference values, and tables of plausible values."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from documents.patient import Sex
from specimens.people import Patient
from specimens.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """What a laboratory measures."""

    section: str
    #: Its names, the usual one first.
    names: tuple[str, ...]
    unit: str
    #: Reference values for women and for men: low, high; None where there is no bound.
    women: tuple[float | None, float | None]
    men: tuple[float | None, float | None]
    decimals: int


def _bounds(text: str) -> tuple[float | None, float | None]:
    low, _, high = text.partition("..")
    return (float(low) if low else None, float(high) if high else None)


@cache
def analytes() -> tuple[Analyte, ...]:
    """Read the table of analytes."""
    text = (files("specimens") / "rules" / "analytes.csv").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines()[1:]:
        section, names, unit, women, men, decimals = line.split(";")
        found.append(
            Analyte(
                section=section,
                names=tuple(names.split("/")),
                unit=unit,
                women=_bounds(women),
                men=_bounds(men or women),
                decimals=int(decimals),
            )
        )
    return tuple(found)


#: Heads of the columns: analyte, result, unit, reference, former result.
_HEADS: Final = (
    ("Analyse", "Résultat", "Unité", "Valeurs de référence", "Antériorité"),
    ("Examen", "Résultats", "Unités", "Intervalle de référence", "Antérieur"),
    ("Paramètre", "Valeur", "Unité", "Normes", "Préc."),
    ("", "Résultat", "Unité", "Réf.", "Dernier résultat"),
    ("ANALYSES", "RÉSULTATS", "", "V. USUELLES", "ANTÉRIORITÉS"),
)


def results(words: Wording, patient: Patient, *, long: bool = False) -> str:
    """Draw the results of a request as marked text: sections, tables, methods and remarks."""
    rng = words.rng
    sections = sorted({a.section for a in analytes()})
    wanted = rng.sample(sections, rng.randint(4, 6) if long else rng.choice((1, 1, 2, 2, 3, 3, 4)))
    head = rng.choice(_HEADS)
    columns = rng.choice((3, 4, 4, 4, 5))
    leaders = rng.random() < 0.15
    titled = rng.random() < 0.7
    lines: list[str] = []
    for number, section in enumerate(wanted):
        found = [a for a in analytes() if a.section == section]
        kept = [a for a in found if rng.random() < 0.8] or found[:1]
        lines.append(f"## {section if rng.random() < 0.5 else section.upper()}")
        if titled and not leaders and (number == 0 or rng.random() < 0.3):
            lines.append(
                "|! "
                + " | ".join((head if columns == 5 else head[:columns]) if head[0] else ("Analyse", *head[1:columns]))
            )
        rows = [_row(words, analyte, patient, columns) for analyte in kept]
        lines.extend(_leaders(row) if leaders else row for row in rows)
        if rng.random() < 0.4:
            lines.append(words.draw("laboratory.remark"))
    return "\n".join(lines)


def _row(words: Wording, analyte: Analyte, patient: Patient, columns: int) -> str:
    low, high = analyte.men if patient.sex is Sex.MALE else analyte.women
    value = _value(words, low, high)
    name = words.rng.choice(analyte.names)
    flag = ""
    if (high is not None and value > high) or (low is not None and value < low):
        flag = words.rng.choice((" *", " H" if high is not None and value > high else " B", "", " *"))
    cells = (
        name,
        _written(value, analyte.decimals) + flag,
        analyte.unit or "-",
        _reference(words, low, high, analyte.decimals),
        _written(value * words.rng.uniform(0.85, 1.15), analyte.decimals),
    )
    if columns == 3:
        cells = (name, f"{cells[1]} {analyte.unit}".strip(), cells[3], "", "")
    return "| " + " | ".join(cells[:columns])


def _leaders(row: str) -> str:
    """Write a row as typewriters did: dots from the name to the result."""
    name, *rest = row.removeprefix("| ").split(" | ")
    return f"= {name} {'.' * max(3, 34 - len(name))} {'  '.join(rest)}"


def _value(words: Wording, low: float | None, high: float | None) -> float:
    """Draw a value: mostly within the bounds, now and then outside them, further where only one bound exists."""
    rng = words.rng
    if high is None:
        bottom = low or 0.0
        return rng.uniform(bottom * 0.4, bottom * 0.95) if rng.random() < 0.2 else rng.uniform(bottom, bottom * 1.7)
    if low is None:
        return high * rng.uniform(1.05, 4) if rng.random() < 0.25 else high * rng.uniform(0.12, 0.98)
    if rng.random() < 0.2:
        spread = high - low
        return rng.choice(
            (max(low - spread * rng.uniform(0.03, 0.4), low * 0.6), high + spread * rng.uniform(0.03, 0.5))
        )
    return rng.uniform(low, high)


def _written(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def _reference(words: Wording, low: float | None, high: float | None, decimals: int) -> str:
    if low is None:
        return words.rng.choice(("< {}", "Inf. à {}", "<{}", "(< {})")).format(_written(high or 0, decimals))
    if high is None:
        return words.rng.choice(("> {}", "Sup. à {}", "(> {})")).format(_written(low, decimals))
    how = words.rng.choice(("{} - {}", "{} à {}", "({} \u2013 {})", "{}-{}"))
    return how.format(_written(low, decimals), _written(high, decimals))
