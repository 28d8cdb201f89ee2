"""The keyring: each document's own key, wrapped, in a store of its own; destroy it there and the document is noise."""

import os
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from documents.document import DocumentId
from documents.errors import Missing, Tampered
from storage.envelope.derivation import KEY_SIZE
from storage.keys.interface import MasterKeys
from storage.objects.interface import Objects

_MAGIC: Final = b"VKEY\x01"
#: The document's key is wrapped by a master key itself. 2 is set aside for a patient's key.
_BY_MASTER: Final = b"\x01"
_HEAD: Final = _MAGIC + _BY_MASTER

#: How many unwrapped keys are kept at hand, and for how many seconds.
_AT_HAND: Final = 256
_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An unwrapped key at hand."""

    key: bytes = field(repr=False)
    #: Monotonic time at which it is forgotten.
    until: float


class Keyring:
    """Makes, wraps, finds and unwraps document keys.

    A wrapped key rests as ``<id[:2]>/<id>/<generation>``, the generation in six digits so that names sort. The newest
    one counts: a document is handed to another wrapping key by adding a generation and then destroying the older ones,
    and its envelopes stay as they are. Safe to use from many threads when its store is.
    """

    def __init__(self, objects: Objects, masters: MasterKeys) -> None:
        """Keep wrapped keys in this store, under these masters."""
        self._objects = objects
        self._masters = masters
        self._held: OrderedDict[DocumentId, _Held] = OrderedDict()
        self._lock = Lock()

    def key(self, document: DocumentId) -> bytes:
        """Return a document's key.

        Raises:
            Missing: It never had one, or it was destroyed.
            Tampered: The wrapped key was altered, or belongs to another document.
            Interrupted: Store or keys failed.
        """
        key = self._recall(document) or self._newest(document)
        if key is None:
            raise Missing(f"key {_folder(document)}")
        return key

    def key_to_seal(self, document: DocumentId) -> bytes:
        """Return a document's key, made when there is none; of many who try at once, all get the first one's.

        Raises:
            Tampered: As for `key`.
            Interrupted: As for `key`.
        """
        key = self._recall(document) or self._newest(document)
        if key is None:
            wrapped = self._masters.wrap(os.urandom(KEY_SIZE), _context(document))
            self._objects.put(f"{_folder(document)}000001", _HEAD + wrapped)
            # Found and unwrapped like any other's, even when ours came first: what seals is proven to be at rest.
            return self.key(document)
        return key

    def _newest(self, document: DocumentId) -> bytes | None:
        """Return the key that the newest generation holds, and keep it at hand; None when there is no generation.

        Raises:
            Missing: A generation is listed and cannot be read: never a reason to make a new key beside it.
        """
        names = list(self._objects.keys(_folder(document)))
        if not names:
            return None
        return self._keep_at_hand(document, self._unwrapped(document, names[-1]))

    def _unwrapped(self, document: DocumentId, name: str) -> bytes:
        """Read and unwrap one generation."""
        body = self._objects.get(name)
        try:
            return self._masters.unwrap(_undressed(body), _context(document))
        except Tampered as error:
            raise Tampered(f"key {name}") from error

    def _recall(self, document: DocumentId) -> bytes | None:
        """Return a key at hand that has not run out."""
        with self._lock:
            held = self._held.get(document)
            return held.key if held and held.until > time.monotonic() else None

    def _keep_at_hand(self, document: DocumentId, key: bytes) -> bytes:
        """Remember a key for a while, forgetting the oldest when there are too many."""
        with self._lock:
            self._held.pop(document, None)
            self._held[document] = _Held(key=key, until=time.monotonic() + _SECONDS)
            while len(self._held) > _AT_HAND:
                self._held.popitem(last=False)
        return key


def _undressed(body: bytes) -> bytes:
    """Return a wrapped key without its head."""
    if not body.startswith(_HEAD):
        raise Tampered
    return body.removeprefix(_HEAD)


def _folder(document: DocumentId) -> str:
    """Return where a document's wrapped keys rest."""
    return f"{document[:2]}/{document}/"


def _context(document: DocumentId) -> bytes:
    """Return what a wrapped document key is bound to."""
    return b"document key " + _HEAD + bytes.fromhex(document)
