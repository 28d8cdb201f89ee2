"""The scrubber: sees to so many bytes at a time, and goes on where it or another process left off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Final

from documents.document import Document, DocumentId, SealedObject
from documents.errors import Erased, Missing, Tampered, UnknownDocument
from documents.role import PASSING
from storage.archive import Archive
from storage.naming import document_of, name_of
from storage.scrubbing import notes
from storage.scrubbing.fault import Fault, FaultCode
from storage.scrubbing.interface import Pass, ScrubLog
from storage.scrubbing.walking import side_by_side

#: Cursor behind every document: what else rests is seen to then.
_BEHIND: Final = "~"
#: Folders whose content is proven elsewhere, or by itself: read back here and no more.
_KEPT_ELSEWHERE: Final = ("anchors/", "erasures/", "holds/", "merges/", "probe/")
#: Letters of a name that a report holds: more than any envelope's name has.
_LONGEST_NAME: Final = 255
#: What a name may start with.
_LETTERS: Final = "-._0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class _Tally:
    """What was seen since the pass was last recorded."""

    cursor: str
    objects: int = 0
    size: int = 0
    erased: int = 0
    faults: list[Fault] = field(default_factory=list)

    def found(self, code: FaultCode, name: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(code=code, name=name[:_LONGEST_NAME]))


class Scrubber:
    """Does one pass. Several processes at it waste work and do no harm: the ledger keeps the one that is ahead."""

    def __init__(self, archive: Archive, log: ScrubLog, begun: Pass) -> None:
        """Go on with a pass from where it stands."""
        self._archive = archive
        self._log = log
        self._walk = side_by_side(archive.objects, log, begun.cursor)
        #: How far it got.
        self.standing = begun

    def advance(self, most: int, now: datetime) -> bool:
        """Read back some bytes' worth of documents, one at least, and record how far that got.

        Args:
            most: Bytes after which to stop, at the end of a document.
            now: The time.

        Returns:
            Whether the pass is to go on: it is not finished, and nobody else got further with it.

        Raises:
            Interrupted: Store, keys or ledger failed; what was seen since it was last recorded is seen again.
        """
        tally = _Tally(cursor=self.standing.cursor)
        for identity, names, known in self._walk:
            self._see_to(identity, names, known, tally)
            tally.cursor = identity
            if tally.size >= most:
                return self._record(tally, None)
        self._see_to_the_rest(tally)
        tally.cursor = _BEHIND
        if self._record(tally, now):
            self._reconsider()
        return False

    def _record(self, tally: _Tally, finished_at: datetime | None) -> bool:
        before = self.standing
        self.standing = replace(
            before,
            cursor=tally.cursor,
            finished_at=finished_at,
            objects=before.objects + tally.objects,
            size=before.size + tally.size,
            erased=before.erased + tally.erased,
        )
        return self._log.advance_pass(before, self.standing, tally.faults)

    def _see_to(self, identity: DocumentId, names: Sequence[str], known: Document | None, tally: _Tally) -> None:
        """Authenticate everything of one document, and compare what rests with what the ledger knows."""
        expected = {name_of(identity, sealed): sealed for sealed in known.objects} if known else {}
        for name, sealed in expected.items():
            self._verify(identity, name, sealed, tally)
        for name in names:
            if name not in expected:
                self._recognise(name, tally)

    def _verify(self, identity: DocumentId, name: str, sealed: SealedObject, tally: _Tally) -> None:
        tally.objects += 1
        tally.size += sealed.size
        try:
            self._archive.verify(identity, sealed)
        except Erased:
            tally.erased += 1
        except Missing as fault:
            tally.found(FaultCode.LOST if fault.subject == name else FaultCode.KEYLESS, name)
        except Tampered as fault:
            tally.found(FaultCode.KEYLESS if fault.subject.startswith("key ") else FaultCode.ALTERED, name)

    def _recognise(self, name: str, tally: _Tally) -> None:
        """See to what the ledger does not know."""
        tally.objects += 1
        try:
            found = self._archive.recognise(name)
        except Erased:
            tally.erased += 1
        except Missing as fault:
            # It may have been deleted since it was listed: then it is nobody's business any more.
            if fault.subject != name:
                tally.found(FaultCode.KEYLESS, name)
        except Tampered:
            tally.found(FaultCode.ALTERED, name)
        except ValueError:
            tally.found(FaultCode.FOREIGN, name)
        else:
            tally.size += found.size
            # Parts of an upload, or of a night, are no document's, and go when it ends.
            if found.role not in PASSING:
                tally.found(FaultCode.ORPHANED, name)

    def _see_to_the_rest(self, tally: _Tally) -> None:
        """See to what is no document's: learned models, and what other modules keep."""
        objects = self._archive.objects
        for name in chain.from_iterable(map(objects.keys, _elsewhere())):
            tally.objects += 1
            try:
                if not notes.verify(self._archive, name):
                    tally.size += sum(map(len, objects.stream(name)))
                    if not name.startswith(_KEPT_ELSEWHERE):
                        tally.found(FaultCode.FOREIGN, name)
            except Missing:
                continue
            except Tampered:
                tally.found(FaultCode.ALTERED, name)

    def _reconsider(self) -> None:
        """Take back orphans that the ledger has come to know since: they were on their way."""
        found = [fault for fault in self._log.faults(self.standing.number) if fault.code is FaultCode.ORPHANED]
        self._log.forget_faults(self.standing.number, [fault for fault in found if self._is_known(fault.name)])

    def _is_known(self, name: str) -> bool:
        try:
            known = self._log.document(document_of(name))
        except UnknownDocument:
            return False
        return any(name == name_of(known.id, sealed) for sealed in known.objects)


def _elsewhere(folder: str = "documents/") -> Iterator[str]:
    """Yield prefixes that together stand for every name outside a folder: what is in it is not listed again."""
    for at, own in enumerate(folder):
        yield from (folder[:at] + other for other in _LETTERS if other != own)
