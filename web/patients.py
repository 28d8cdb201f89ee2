"""The names of patients on pages that list documents: on record before they are shown, once a visit (P12)."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from documents.document import Document, DocumentId
from documents.identification import Identification
from documents.stage import Stage
from pipelines.concluded import concluded_identity
from web.access.rights import Right

if TYPE_CHECKING:
    from web.access.visitor import Visitor
    from web.desk import Desk

#: Seconds for which a name is kept in memory: no longer than a key that was destroyed may live on in a process.
_KEPT: Final = 60.0
#: Seconds for which a look at the same name by the same visitor is one look.
_ONE_LOOK: Final = 1800.0
#: Names in memory at once.
_MOST: Final = 5000

_NAMED: Final = frozenset({Stage.IDENTIFIED, Stage.CLASSIFIED, Stage.STORED, Stage.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientShown:
    """A patient as a page names one."""

    name: str = field(repr=False)
    #: Day of birth, as people in France write it; empty where the document gives none.
    born: str = field(repr=False)
    number: str = field(repr=False)


class Patients:
    """Names patients. Safe for many threads."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = threading.Lock()
        self._known: dict[tuple[DocumentId, int], tuple[float, PatientShown]] = {}
        self._looked: dict[tuple[str, DocumentId], float] = {}

    def named(
        self, desk: "Desk", visitor: "Visitor", documents: Iterable[Document]
    ) -> Mapping[DocumentId, PatientShown]:
        """Return whose each document is that was proven to be somebody's; nobody to who may not read.

        Raises:
            Interrupted: A look could not be put on record, or store or keys failed.
            Tampered: What rests was altered.
        """
        if not visitor.may(Right.READ):
            return {}
        proven = [one for one in documents if one.patient is not None and one.stage in _NAMED]
        self._forget()
        return {one.id: self._name(desk, visitor, one) for one in proven}

    def _name(self, desk: "Desk", visitor: "Visitor", document: Document) -> PatientShown:
        look = (visitor.member.id, document.id)
        if look not in self._looked:
            desk.note(visitor, document, "patient")
            with self._lock:
                self._looked[look] = time.monotonic()
        key = (document.id, document.version)
        known = self._known.get(key)
        if known is not None:
            return known[1]
        shown = _shown(concluded_identity(document, desk.services))
        with self._lock:
            if len(self._known) < _MOST:
                self._known[key] = (time.monotonic(), shown)
        return shown

    def _forget(self) -> None:
        now = time.monotonic()
        with self._lock:
            self._known = {key: one for key, one in self._known.items() if now - one[0] < _KEPT}
            self._looked = {look: at for look, at in self._looked.items() if now - at < _ONE_LOOK}


def _shown(identity: Identification) -> PatientShown:
    traits = identity.traits
    names = [traits.birth_name or traits.used_name, " ".join(traits.first_names)] if traits else []
    born = traits.birth_date if traits else None
    return PatientShown(
        name=" ".join(name for name in names if name),
        born=born.strftime("%d/%m/%Y") if born else "",
        number=identity.ins.number if identity.ins else "",
    )
