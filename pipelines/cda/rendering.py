"""What is declared of a document as pages of text for people, under the labels that papers bear, and what it says."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from documents.arrival import Declaration
from documents.patient import Traits
from pipelines.cda.identifiers import is_authority

#: Identifiers of a patient, each with its root.
Identifiers = Sequence[tuple[str, str]]

_WIDTH: Final = 110
_LINES: Final = 64
#: A page ends early, at an empty line, rather than in the middle of a section that begins near its end.
_EARLIEST_END: Final = 48


def header_lines(said: Declaration, identifiers: Identifiers, establishment: str | None = None) -> Iterator[str]:
    """Yield a header as a paper would print it. A wrong number is printed too: as wrong as it is, for who judges."""
    traits = said.traits or Traits()
    yield from _labelled(
        {
            "Nom de naissance": traits.birth_name,
            "Nom utilisé": traits.used_name,
            "Prénoms": " ".join(traits.first_names),
            "Sexe": traits.sex,
            "Né(e) le": _day(traits.birth_date),
            "Lieu de naissance (code INSEE)": traits.birth_place,
        }
    )
    yield from _numbers(identifiers)
    yield ""
    yield from _labelled(
        {
            "Auteur": said.author,
            "RPPS": said.author_rpps,
            "Établissement": establishment,
            "FINESS": said.finess,
            "Date de l'acte": _day(said.act_date),
            "Document signé le": _day(said.written_date),
        }
    )


def running_head(said: Declaration, identifiers: Identifiers) -> str:
    """Return the line that names the patient on every page but the first, as each page of a medical paper does."""
    traits = said.traits or Traits()
    name = traits.birth_name or traits.used_name
    parts = [f"Patient : {name} {' '.join(traits.first_names)}"] if name else []
    if traits.birth_date:
        parts.append(f"Né(e) le : {_day(traits.birth_date)}")
    return "   ".join((*parts, *_numbers(identifiers)))


def paged(lines: Iterable[str], head: str) -> Sequence[str]:
    """Return lines as pages, long ones folded, each but the first under a head; at least one page."""
    pages: list[list[str]] = [[]]
    for line in lines:
        for folded in _folded(line):
            full = len(pages[-1]) >= _LINES or (not folded and len(pages[-1]) >= _EARLIEST_END)
            if full:
                pages.append([head, ""] if head else [])
            if folded or pages[-1]:
                pages[-1].append(folded)
    return ["\n".join(page).rstrip("\n") for page in pages]


def _folded(line: str) -> list[str]:
    """Fold a long line at blanks; the gaps of a short one stay."""
    return [line] if len(line) <= _WIDTH else textwrap.wrap(line, _WIDTH, break_on_hyphens=False)


def _numbers(identifiers: Identifiers) -> Iterator[str]:
    return (f"Matricule INS : {number} (OID {oid})" for number, oid in identifiers if is_authority(oid))


def _labelled(values: dict[str, str | None]) -> Iterator[str]:
    return (f"{label} : {value}" for label, value in values.items() if value)


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%d/%m/%Y}"
