"""A CDA document as pages of text for people: its header under the labels that papers bear, then what it says."""

import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from documents.arrival import Declaration
from documents.patient import Traits
from pipelines.cda.header import HL7, declaration_in, establishment_of, identifiers_of, text_of
from pipelines.cda.identifiers import is_authority

_WIDTH: Final = 110
_LINES: Final = 64
#: A page ends early, at an empty line, rather than in the middle of a section that begins near its end.
_EARLIEST_END: Final = 48


def header_lines(document: ET.Element) -> Iterator[str]:
    """Yield the header as a paper would print it. A wrong number is printed too: as wrong as it is, for who judges."""
    said = declaration_in(document)
    title = document.find("title", HL7)
    yield (title is not None and text_of(title)) or "Document"
    yield ""
    yield from _patient(said, identifiers_of(document))
    yield ""
    yield from _labelled(
        {
            "Auteur": said.author,
            "RPPS": said.author_rpps,
            "Établissement": establishment_of(document),
            "FINESS": said.finess,
            "Date de l'acte": _day(said.act_date),
            "Document signé le": _day(said.written_date),
        }
    )


def running_head(document: ET.Element) -> str:
    """Return the line that names the patient on every page but the first, as each page of a medical paper does."""
    traits = declaration_in(document).traits or Traits()
    name = traits.birth_name or traits.used_name
    parts = [f"Patient : {name} {' '.join(traits.first_names)}"] if name else []
    if traits.birth_date:
        parts.append(f"Né(e) le : {_day(traits.birth_date)}")
    parts += [f"Matricule INS : {n} (OID {oid})" for n, oid in identifiers_of(document) if is_authority(oid)]
    return "   ".join(parts)


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


def _patient(said: Declaration, identifiers: Iterable[tuple[str, str]]) -> Iterator[str]:
    traits = said.traits
    if traits is not None:
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
    for number, oid in identifiers:
        if is_authority(oid):
            yield f"Matricule INS : {number} (OID {oid})"


def _labelled(values: dict[str, str | None]) -> Iterator[str]:
    for label, value in values.items():
        if value:
            yield f"{label} : {value}"


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%d/%m/%Y}"
