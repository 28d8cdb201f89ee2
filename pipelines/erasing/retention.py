"""How long documents must be kept, by class, and on what grounds they may go: each with the law that says so."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from types import MappingProxyType
from typing import Final

from documents.document import Document
from documents.type_codes import type_code
from pipelines.locking import ANY_CLASS

#: Years for which the documents of a class are kept, counted from the last document received of the same patient.
#: ``*``: the hospital's record, twenty years from the last stay or consultation (Code de la santé publique, R1112-7).
#: ``60``, reimbursements: ten years, as the shared record keeps what it holds from its closing on (L1111-18).
#: Longer ones of the same article (minors until 28 years of age, transfusions) and an establishment's own are set in
#: ``VERSO_RETENTION_YEARS``.
YEARS: Final[Mapping[str, float]] = MappingProxyType({ANY_CLASS: 20.0, "60": 10.0})

_DAYS_OF_A_YEAR: Final = 365.25


class Ground(StrEnum):
    """On what ground a patient's documents are erased. Stands in certificates: never rename one."""

    #: The time for which they must be kept is over (RGPD, article 17(1)(a)).
    RETENTION_OVER = "retention-over"
    #: They should never have been here (RGPD, article 17(1)(d)): no retention binds what is unlawful.
    UNLAWFUL = "unlawful"
    #: A court or an authority orders it (RGPD, article 17(1)(e)).
    ORDER = "order"

    @property
    def heeds_retention(self) -> bool:
        """Whether the time for which documents must be kept stands against it."""
        return self is Ground.RETENTION_OVER


def kept_until(documents: Iterable[Document], years: Mapping[str, float]) -> datetime | None:
    """Return until when the law keeps a patient's documents together; None where there is none.

    The time begins anew with each document received, as it does with each stay (R1112-7).

    Args:
        documents: All that rest of the patient.
        years: Years by class code; `ANY_CLASS` for all others.
    """
    found = list(documents)
    if not found:
        return None
    last = max(document.received_at for document in found)
    longest = max(_years(document, years) for document in found)
    return last + timedelta(days=ceil(_DAYS_OF_A_YEAR * longest))


def _years(document: Document, years: Mapping[str, float]) -> float:
    of_class = type_code(document.type_code).class_code if document.type_code else ANY_CLASS
    return years.get(of_class, years[ANY_CLASS])
