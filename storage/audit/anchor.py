"""An anchor: the end of the chain, put down where whoever can write the database cannot reach."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from documents.errors import Tampered
from storage.audit.entry import mac_of

#: Where anchors rest in the store of the envelopes.
FOLDER: Final = "anchors/"

_FORMAT: Final = "verso anchor 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What is put down of the chain, readable by anyone and made by nobody without the key of the trail."""

    #: Number of the link that ended the chain.
    link: int
    #: That link's digest.
    digest: str
    #: Place of that link's last entry.
    last: int
    at: datetime
    #: SHA-256 of the anchor before as it rests, hex; empty in the first.
    previous: str

    @property
    def name(self) -> str:
        """Its name in the store: it sorts as the chain goes."""
        return f"{FOLDER}{self.link:012}"

    def to_bytes(self, key: bytes) -> bytes:
        """Return the anchor as it rests: JSON, proven by the key of the trail."""
        body = _fields(self)
        return json.dumps(body | {"mac": mac_of(_signed(body), key).hex()}, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes, key: bytes | None, name: str) -> "Anchor":
        """Return the anchor that rests under a name; without the key nobody can tell whether it is genuine.

        Raises:
            Tampered: It is none, or was not made with the key of the trail.
        """
        try:
            fields = json.loads(content)
            mac = bytes.fromhex(fields.pop("mac"))
            anchor = cls(
                link=int(fields["link"]),
                digest=str(fields["digest"]),
                last=int(fields["last"]),
                at=datetime.fromisoformat(fields["at"]),
                previous=str(fields["previous"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Tampered(name) from error
        genuine = key is None or hmac.compare_digest(mac, mac_of(_signed(fields), key))
        if not genuine or fields != _fields(anchor) or anchor.name != name:
            raise Tampered(name)
        return anchor


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of an anchor as it rests, hex."""
    return hashlib.sha256(content).hexdigest()


def _fields(anchor: Anchor) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "link": anchor.link,
        "digest": anchor.digest,
        "last": anchor.last,
        "at": anchor.at.isoformat(),
        "previous": anchor.previous,
    }


def _signed(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True).encode()
