"""The certificate of an erasure: what went, in ids and digests, proven by a code that only the keys can make."""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from storage.archive import Archive
from storage.erasures import Gone, Round

_FORMAT: Final = "verso erasure 1"
_PURPOSE: Final = "erasure certificate"


def certificate(rounds: Sequence[Round], archive: Archive) -> Mapping[str, Any]:
    """Return the certificate of an erasure, as fields that JSON can hold. They hold no health data.

    Args:
        rounds: All of its rounds, oldest first; at least one.
        archive: Makes the code.

    Raises:
        KeysUnavailable: The master key could not be used.
    """
    first, gone = rounds[0], [document for one in rounds for document in one.documents]
    fields: dict[str, Any] = {
        "format": _FORMAT,
        "erasure": first.tombstone.erasure,
        "patient": first.patient,
        "ground": first.ground,
        "asked_by": first.by,
        "begun_at": first.at.isoformat(),
        "ended_at": rounds[-1].at.isoformat(),
        "totals": {
            "documents": len(gone),
            "objects": sum(len(document.objects) for document in gone),
            "bytes": sum(sealed.size for document in gone for sealed in document.objects),
        },
        "documents": [_document(document) for document in gone],
        "models_to_learn_anew": sorted({model for one in rounds for model in one.models}),
    }
    return fields | {"code": _code(fields, archive)}


def is_authentic(fields: Mapping[str, Any], archive: Archive) -> bool:
    """Tell whether a certificate is one of this installation's, unaltered.

    Raises:
        KeysUnavailable: The master key could not be used.
    """
    said = {name: value for name, value in fields.items() if name != "code"}
    return hmac.compare_digest(str(fields.get("code")).encode(), _code(said, archive).encode())


def _document(gone: Gone) -> Mapping[str, Any]:
    return {
        "id": gone.document,
        "feeder": gone.feeder,
        "received_at": gone.received_at.isoformat(),
        "objects": [
            {
                "role": sealed.role.slug,
                "part": sealed.part,
                "revision": sealed.revision,
                "size": sealed.size,
                "sha256": sealed.digest,
            }
            for sealed in gone.objects
        ],
    }


def _code(fields: Mapping[str, Any], archive: Archive) -> str:
    """Return the keyed hash of a certificate's canonical form: keys sorted, no spaces, ASCII."""
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    return archive.masters.pseudonym(_PURPOSE, canonical).hex()
