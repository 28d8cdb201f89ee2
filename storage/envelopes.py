"""Envelopes at rest: how one comes to lie under its name, and is fetched, proven and opened again."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from documents.document import DocumentId, SealedObject
from documents.errors import Tampered
from storage.envelope import opening, sealing
from storage.envelope.header import Binding
from storage.keyring.keyring import Keyring
from storage.measured import Measured
from storage.naming import name_of_binding
from storage.objects.interface import Objects
from storage.recent import Recent
from storage.unsent import Unsent

_Told = TypeVar("_Told")

#: Bytes of plaintext from which on it is sealed, sent and read back piece by piece.
_LARGE: Final = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelopes:
    """Every envelope of an archive."""

    objects: Objects
    keys: Keyring
    #: What the present piece of work has sealed or opened; None where nothing is remembered.
    recent: Recent | None = None
    #: What it has sealed and not put yet; None where everything is put at once.
    unsent: Unsent | None = None

    def place(self, binding: Binding, plaintext: bytes, *, read_back: bool) -> tuple[SealedObject, bool]:
        """Seal and put, then return what rests under that name, whoever put it: that is what can be read again.

        Args:
            binding: What the envelope is bound to.
            plaintext: What it holds.
            read_back: Whether it is opened as it rests even where it was the first under its name.

        Returns:
            What rests, and whether it holds this plaintext.
        """
        key = self.keys.key_to_seal(binding.document)
        name = name_of_binding(binding)
        if len(plaintext) >= _LARGE:
            return self._place_large(key, binding, plaintext)
        envelope = sealing.seal(key, binding, plaintext)
        if self.objects.put(name, envelope) and not read_back:
            rests, opened = envelope, plaintext
        else:
            rests = self.objects.get(name)
            opened = opening.open(key, binding, rests)
        sealed = _sealed(binding, len(rests), _digest(rests))
        self._note(name, sealed, opened)
        return sealed, opened == plaintext

    def place_later(self, binding: Binding, plaintext: bytes) -> SealedObject:
        """Seal what is put when it is sent; at once where it is large, or could not be opened until then."""
        if self.unsent is not None and len(plaintext) < _LARGE:
            envelope = sealing.seal(self.keys.key_to_seal(binding.document), binding, plaintext)
            sealed, name = _sealed(binding, len(envelope), _digest(envelope)), name_of_binding(binding)
            if self._note(name, sealed, plaintext):
                self.unsent.hold(name, envelope)
                return sealed
        return self.place(binding, plaintext, read_back=False)[0]

    def send(self) -> None:
        """Put what was placed for later. See `Unsent.send`."""
        if self.unsent is not None:
            self.unsent.send(self.objects)

    def open(self, binding: Binding, sealed: SealedObject) -> bytes:
        """Return what an envelope holds that the ledger knows."""
        key, name = self.keys.key(binding.document), name_of_binding(binding)
        plaintext = self.recent.recall(name, sealed) if self.recent is not None else None
        if plaintext is None:
            plaintext = opening.open(key, binding, self._fetch(binding, sealed))
            self._note(name, sealed, plaintext)
        return plaintext

    def parsed(self, binding: Binding, sealed: SealedObject, parse: Callable[[bytes], _Told]) -> _Told:
        """Return what a parser tells of what an envelope holds."""
        plaintext = self.open(binding, sealed)
        if self.recent is None:
            return parse(plaintext)
        return self.recent.parsed(name_of_binding(binding), plaintext, parse)

    def bring(self, document: DocumentId, wanted: Mapping[Binding, SealedObject]) -> None:
        """Open envelopes of a document that has just come in, fetched at once; only where they are remembered."""
        small = [(binding, sealed) for binding, sealed in wanted.items() if sealed.size < _LARGE]
        if self.recent is None:
            return
        key, fetched = self.keys.key_beside(document, *[partial(self._fetch, *one) for one in small])
        for (binding, sealed), envelope in zip(small, fetched, strict=True):
            self._note(name_of_binding(binding), sealed, opening.open(key, binding, envelope))

    def stream(self, binding: Binding, sealed: SealedObject) -> Iterator[bytes]:
        """Yield what an envelope holds piece by piece; it is the one that the ledger knows only when it has ended."""
        rests = Measured(self.objects.stream(name_of_binding(binding)))
        yield from opening.open_stream(self.keys.key(binding.document), binding, rests)
        if (rests.size, rests.digest) != (sealed.size, sealed.digest):
            raise Tampered(name_of_binding(binding))

    def proven(self, binding: Binding) -> SealedObject:
        """Return what rests of a binding, opened to its end piece by piece."""
        rests = Measured(self.objects.stream(name_of_binding(binding)))
        for _ in opening.open_stream(self.keys.key(binding.document), binding, rests):
            pass
        return _sealed(binding, rests.size, rests.digest)

    def _place_large(self, key: bytes, binding: Binding, plaintext: bytes) -> tuple[SealedObject, bool]:
        """Do as `place` piece by piece: beside the plaintext nothing of its size is ever held."""
        whole, name = memoryview(plaintext), name_of_binding(binding)
        self.objects.put_stream(name, sealing.seal_stream(key, binding, _pieces(whole)))
        rests = Measured(self.objects.stream(name))
        same, at = True, 0
        for piece in opening.open_stream(key, binding, rests):
            same = same and whole[at : at + len(piece)] == piece
            at += len(piece)
        return _sealed(binding, rests.size, rests.digest), same and at == len(whole)

    def _fetch(self, binding: Binding, sealed: SealedObject) -> bytes:
        """Return an envelope's bytes, being exactly those that the ledger knows."""
        name = name_of_binding(binding)
        rests = self.objects.get(name)
        if len(rests) != sealed.size or _digest(rests) != sealed.digest:
            raise Tampered(name)
        return rests

    def _note(self, name: str, sealed: SealedObject, plaintext: bytes) -> bool:
        return self.recent is not None and self.recent.note(name, sealed, plaintext)


def _digest(envelope: bytes) -> str:
    """Return the SHA-256 of an envelope, hex."""
    return hashlib.sha256(envelope).hexdigest()


def _sealed(binding: Binding, size: int, digest: str) -> SealedObject:
    """Return what the ledger keeps of an envelope."""
    return SealedObject(role=binding.role, part=binding.part, revision=binding.revision, size=size, digest=digest)


def _pieces(whole: memoryview, size: int = 2**20) -> Iterator[memoryview]:
    """Yield bytes in pieces, none copied."""
    return (whole[start : start + size] for start in range(0, len(whole), size))
