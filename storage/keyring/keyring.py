"""The keyring: each document's own key, wrapped by a master until its patient is proven, then by that patient's key."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from documents.document import DocumentId, PatientRef
from documents.errors import Missing, ObjectsUnavailable, Tampered
from storage.envelope.derivation import KEY_SIZE
from storage.keyring.athand import AtHand
from storage.keyring.destroying import Destroyer
from storage.keyring.patients import PatientKeys
from storage.keyring.seen import Seen
from storage.keyring.shelf import Generation, Shelf, folder_of_document
from storage.keyring.trusting import Trust, Trustees, trust_in
from storage.keys.interface import MasterKeys
from storage.objects.interface import Objects
from storage.together import together

_Given = TypeVar("_Given")

#: The generation in which the key of a document is that nobody has moved on yet.
_FIRST: Final = 1
#: How often somebody else may be quicker.
_TRIES: Final = 8
#: How often a key may be laid down where its store does not list it.
_HIDDEN: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A document's key as it rests."""

    #: Its generation, and all that rest, oldest first.
    number: int
    numbers: Sequence[int]
    #: None when a master wraps it.
    trust: Trust | None
    key: bytes = field(repr=False)


class Keyring:
    """Makes, wraps, finds and unwraps document keys.

    A wrapped key rests as ``<id[:2]>/<id>/<generation>``. The newest one counts: a document is handed to another
    wrapping key by adding a generation and then destroying the older ones, and its envelopes stay as they are. Safe to
    use from many threads when its store is.
    """

    def __init__(self, objects: Objects, masters: MasterKeys) -> None:
        """Keep wrapped keys in this store, under these masters."""
        self._objects = objects
        self._hand = AtHand()
        self._seen: Seen[Trust | None] = Seen()
        self.patients = PatientKeys(objects, masters, self._hand)
        self._trustees = Trustees(masters, self.patients, self._hand)
        self.destroyer = Destroyer(objects, masters, self._hand)

    def key(self, document: DocumentId) -> bytes:
        """Return a document's key.

        Raises:
            Erased: It was destroyed on purpose, with its document or with its patient's key.
            Missing: It never had one, or it is gone.
            Tampered: The wrapped key was altered, or belongs to another document.
            Interrupted: Store or keys failed.
        """
        key = self._recall(document) or self._newest(document)
        if key is None:
            raise Missing(f"key {self._shelf(document).folder}")
        return key

    def key_beside(self, document: DocumentId, *calls: Callable[[], _Given]) -> tuple[bytes, Sequence[_Given]]:
        """Return the key of a document that has just come in, and what calls give that are made as it is asked for.

        Raises:
            Exception: As for `key`, or what a call raised.
        """
        key = self._recall(document)
        if key is not None:
            return key, together(*calls)
        shelf = self._shelf(document)
        answers: Sequence[Any] = together(shelf.numbers, partial(shelf.find, _FIRST), *calls)
        numbers, read, *given = answers
        found = self._found_among(document, shelf, numbers, read)
        return self._hand.keep(shelf.folder, found.key), given

    def key_to_seal(self, document: DocumentId) -> bytes:
        """Return a document's key, made when there is none; of many who try at once, all get the first one's.

        Raises:
            Erased: As for `key`: what was erased does not come back.
            Tampered: As for `key`.
            Interrupted: As for `key`.
        """
        return self._recall(document) or self._newest(document) or self._made(document)

    def _made(self, document: DocumentId) -> bytes:
        """Return a new key, or the one that somebody else was quicker to make.

        It is found in a listing and unwrapped like any other's: a store whose disk was full has been seen to give keys
        by their names and not to list them, until another was put beside them. So the same key is laid beside itself,
        once at each try.

        Raises:
            Missing: It is not listed yet.
        """
        shelf = self._shelf(document)
        body = self._trustees.wrap(document, os.urandom(KEY_SIZE), None)
        for number in range(1, _HIDDEN + 1):
            added = shelf.add(number, body)
            found = self._look(document, number)
            if found is not None:
                return self._hand.keep(shelf.folder, found.key)
            if added:
                break
            body = shelf.read(1).body
        raise Missing(f"key {shelf.folder}")

    def discard(self, document: DocumentId) -> None:
        """Destroy the key of what was never acknowledged to anybody, and leave no trace of it. Twice is safe.

        Raises:
            ObjectsUnavailable: The store failed.
        """
        shelf = self._shelf(document)
        self._hand.forget(shelf.folder)
        for number in shelf.numbers():
            shelf.clear_below(number + 1)

    def holder(self, document: DocumentId) -> PatientRef | None:
        """Return the patient whose key wraps a document's; None when a master does.

        Raises:
            Erased: As for `key`.
            Missing: As for `key`.
            Tampered: As for `key`.
            Interrupted: As for `key`.
        """
        found = self._required(document)
        return found.trust.patient if found.trust else None

    def is_current(self, document: DocumentId) -> bool:
        """Tell whether a document's key opens without any older key of its patient.

        Raises:
            Erased: As for `key`.
            Missing: As for `key`.
            Tampered: As for `key`.
            Interrupted: As for `key`.
        """
        found = self._required(document)
        return found.trust is None or found.trust == trust_in(self.patients.newest(found.trust.patient))

    def entrust(self, document: DocumentId, patient: PatientRef | None) -> bool:
        """Wrap a document's key under a patient's newest key, or under the newest master where there is no patient.

        Safe to do twice, at once, and after a crash half-way: the new generation is read back and opened before the
        older ones are destroyed, and whoever was overtaken looks again. No envelope is touched.

        Returns:
            Whether the key changed hands; False when it was held so already.

        Raises:
            Erased: The document's or the patient's key was destroyed on purpose.
            Missing: As for `key`.
            Tampered: As for `key`.
            Interrupted: Store or keys failed, or others were always quicker.
        """
        shelf, changed = self._shelf(document), False
        newest = partial(self.patients.newest, patient) if patient else _nothing
        if self._recall(document) is None and not shelf.numbers():
            # For what has no key, no patient's is made.
            raise Missing(f"key {shelf.folder}")
        likely = _FIRST if self._seen.tells(shelf.name(_FIRST), None) else None
        for _ in range(_TRIES):
            # Asked of the store each time: a key at hand may have been retired meanwhile.
            numbers, read, target = together(shelf.numbers, partial(shelf.find, likely), newest)
            if not numbers:
                raise Missing(f"key {shelf.folder}")
            if len(numbers) == 1 and self._seen.tells(shelf.name(numbers[0]), trust_in(target)):
                return changed
            found = self._found_among(document, shelf, numbers, read)
            top = found.numbers[-1]
            if found.trust == trust_in(target) and found.number == top:
                shelf.clear(found.numbers[:-1])
                return changed
            likely = top + 1
            changed = shelf.add(likely, self._trustees.wrap(document, found.key, target)) or changed
        raise ObjectsUnavailable("contended")

    def _newest(self, document: DocumentId) -> bytes | None:
        """Return the key that rests, and keep it at hand; None when there is no generation."""
        found = self._look(document)
        return self._hand.keep(self._shelf(document).folder, found.key) if found else None

    def _required(self, document: DocumentId) -> _Found:
        shelf = self._shelf(document)
        return self._found_among(document, shelf, shelf.numbers())

    def _look(self, document: DocumentId, likely: int | None = None) -> _Found | None:
        """Return a document's key as it rests now; None when there is no generation.

        Args:
            document: Which one.
            likely: Which generation is probably the newest: it is asked for at once.
        """
        shelf = self._shelf(document)
        numbers, read = together(shelf.numbers, partial(shelf.find, likely))
        return self._found_among(document, shelf, numbers, read) if numbers else None

    def _found_among(
        self, document: DocumentId, shelf: Shelf, numbers: list[int], read: Generation | None = None
    ) -> _Found:
        """Return a document's key as it rests now, beginning with the generations that are listed.

        Args:
            document: Which one.
            shelf: Where they rest.
            numbers: Those that are listed.
            read: One that was read as they were listed.

        Raises:
            Missing: There is none, or one is listed and cannot be read: never a reason to make a new key beside it.
        """
        while numbers:
            try:
                return self._newest_that_opens(document, shelf, numbers, read)
            except Missing:
                numbers = shelf.changed(numbers)
        raise Missing(f"key {shelf.folder}")

    def _newest_that_opens(
        self, document: DocumentId, shelf: Shelf, numbers: list[int], read: Generation | None
    ) -> _Found:
        """Return the highest generation, passing over one whose patient's key was retired before it was read back.

        Whoever wrapped it so died before destroying the generation before it, which therefore counts still.
        """
        for number in reversed(numbers):
            try:
                known = read if read is not None and read.number == number else shelf.read(number)
                trust, key = self._trustees.unwrap(document, known)
            except Tampered as error:
                if isinstance(error, Missing):
                    raise
                raise Tampered(f"key {shelf.name(number)}") from error
            if key is not None:
                self._seen.note(shelf.name(number), trust)
                return _Found(number=number, numbers=numbers, trust=trust, key=key)
        raise Missing(f"key {shelf.folder}")

    def _recall(self, document: DocumentId) -> bytes | None:
        return self._hand.recall(folder_of_document(document))

    def _shelf(self, document: DocumentId) -> Shelf:
        return Shelf.of_document(self._objects, document)


def _nothing() -> None:
    """Stand for whom there is not."""
