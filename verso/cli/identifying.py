"""An identification as tables for people: the evidence with page and place, who wrote the document, and when."""

from types import MappingProxyType
from typing import Final

from rich.table import Table

from documents.identification import DateKind, DocumentDate, Evidence, Identification
from documents.page import Box

_DATES_FR: Final = MappingProxyType(
    {
        DateKind.ACT: "acte",
        DateKind.SAMPLING: "prélèvement",
        DateKind.PRINT: "édition",
        DateKind.SIGNATURE: "signature",
        DateKind.BIRTH: "naissance",
    }
)


def evidence_table(evidence: tuple[Evidence, ...]) -> Table:
    """Return what speaks for whom, and where it stands."""
    table = Table("indice", "page", "place", "matricule", "nom de naissance", "prénoms", "né(e) le", "sexe")
    for one in evidence:
        traits = one.traits
        table.add_row(
            one.kind,
            str(one.page or ""),
            _place(one.box),
            (one.ins.number if one.ins else "") + (" (réparé)" if one.repaired else ""),
            (traits.birth_name or traits.used_name or "") if traits else "",
            " ".join(traits.first_names) if traits else "",
            f"{traits.birth_date:%d/%m/%Y}" if traits and traits.birth_date else "",
            (traits.sex or "") if traits else "",
        )
    return table


def dates_table(dates: tuple[DocumentDate, ...]) -> Table:
    """Return the dates that a document gives, and where they stand."""
    table = Table("date", "jour", "page", "place")
    for one in dates:
        table.add_row(_DATES_FR[one.kind], f"{one.day:%d/%m/%Y}", str(one.page), _place(one.box))
    return table


def author_line(found: Identification) -> str:
    """Return who wrote a document and where, in one line."""
    author = found.author
    rpps = f"RPPS {author.rpps}" if author.rpps else None
    finess = f"FINESS {author.finess}" if author.finess else None
    return "auteur : " + (", ".join(filter(None, (author.name, author.specialty, rpps, finess))) or "inconnu")


def _place(box: Box | None) -> str:
    """Return a box as shares of the page's width and height: left and top, right and bottom."""
    return f"{box.left:.2f},{box.top:.2f} - {box.right:.2f},{box.bottom:.2f}" if box else ""
