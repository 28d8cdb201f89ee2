"""An echo: by which what an insurer said of a patient is known again, though nobody can read it any more.

The account of a night follows from what its insurer handed over, and from nothing else. Once a patient's record is
erased, nothing of what was said rests but keyed hashes: few bits of each, enough to count as if it did, and no more.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from pipelines.reimbursing.hashes import Hashes
from pipelines.reimbursing.statement import reference_of

#: Bytes of each hash: of a reference, and of an act.
_SIZE: Final = 4
_COUNT: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """What was said of one patient, in keyed hashes. Two patients' echoes of the same act have nothing in common."""

    hashes: Hashes
    #: The patient's key.
    key: str
    #: Hash of each act by that of its reference.
    said: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    #: What was said before the last night that changed it: who counts that night again counts by this.
    before: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, hashes: Hashes, key: str, texts: Iterable[str]) -> Self:
        """Return the echo of some acts."""
        empty = cls(hashes=hashes, key=key)
        return replace(empty, said={empty._of(reference_of(text)): empty._of(text) for text in texts})

    @classmethod
    def from_bytes(cls, hashes: Hashes, key: str, digest: str, content: bytes | None) -> Self | None:
        """Return the echo that rested beside a digest; None where there is none, or only that of an earlier one."""
        start = bytes.fromhex(digest)[:_SIZE]
        if not content or not content.startswith(start):
            return None
        (count,) = _COUNT.unpack_from(content, _SIZE)
        first = _SIZE + _COUNT.size
        middle = first + 2 * _SIZE * count
        return cls(hashes=hashes, key=key, said=_pairs(content[first:middle]), before=_pairs(content[middle:]))

    def to_bytes(self, digest: str) -> bytes:
        """Return it as it rests beside the digest of what it echoes."""
        count = _COUNT.pack(len(self.said))
        return bytes.fromhex(digest)[:_SIZE] + count + _joined(self.said) + _joined(self.before)

    @property
    def digest(self) -> str:
        """What stands for what was said, where the acts themselves cannot be put together any more."""
        return self.hashes.care(b"echo" + _joined(self.said))

    @property
    def former(self) -> Self:
        """The echo of what was said before."""
        return replace(self, said=self.before, before={})

    def knows(self, reference: str) -> bool:
        """Tell whether an act of this reference was said."""
        return self._of(reference) in self.said

    def says(self, text: str) -> bool:
        """Tell whether this very act was said."""
        return self.said.get(self._of(reference_of(text))) == self._of(text)

    def with_act(self, text: str) -> Self:
        """Return the echo once an act is said."""
        return replace(self, said={**self.said, self._of(reference_of(text)): self._of(text)})

    def without(self, reference: str) -> Self:
        """Return the echo once an act is taken back."""
        gone = self._of(reference)
        return replace(self, said={known: act for known, act in self.said.items() if known != gone})

    def _of(self, text: str) -> bytes:
        return hashlib.blake2b(
            f"{self.key}\x00{text}".encode(), digest_size=_SIZE, key=self.hashes.secret, person=b"echo of an act"
        ).digest()


def _joined(pairs: Mapping[bytes, bytes]) -> bytes:
    return b"".join(reference + act for reference, act in sorted(pairs.items()))


def _pairs(content: bytes) -> dict[bytes, bytes]:
    starts = range(0, len(content), 2 * _SIZE)
    return {content[at : at + _SIZE]: content[at + _SIZE : at + 2 * _SIZE] for at in starts}
