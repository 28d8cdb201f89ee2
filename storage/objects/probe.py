"""The probe: a small object that shows whether a store keeps the promises that everything else leans on."""

import os
import secrets
from collections.abc import Sequence

from documents.errors import Missing
from storage.objects.finding import Finding
from storage.objects.interface import Objects


def examine_promises(objects: Objects, key: str | None = None) -> Sequence[Finding]:
    """Put, read back, put again, list, delete.

    Args:
        objects: The store.
        key: A key that is free, to be cleared away by the caller; one of its own when None.

    Raises:
        ObjectsUnavailable: The store cannot be reached or written.
    """
    if key is None:
        key = f"probe/{secrets.token_hex(16)}"
        try:
            return examine_promises(objects, key)
        finally:
            objects.delete(key)
    first, second = os.urandom(1024), os.urandom(1024)
    # The answer does not matter: after a lost answer and a retry it is False, and the bytes are there all the same.
    objects.put(key, first)
    same = _holds(objects, key, first)
    says = "returns what was put" if same else "returns other bytes than were put"
    read_back = Finding(promise="read-back", kept=same, says=says)
    return (read_back, _second_put(objects, key, first, second), _listing(objects, key)) if same else (read_back,)


def _second_put(objects: Objects, key: str, first: bytes, second: bytes) -> Finding:
    accepted = objects.put(key, second)
    replaced = not _holds(objects, key, first)
    says = "a second put replaced the first" if replaced else "refuses a second put"
    return Finding(
        promise="second-put", kept=not accepted and not replaced, says="accepts a second put" if accepted else says
    )


def _listing(objects: Objects, key: str) -> Finding:
    kept = list(objects.keys(key)) == [key]
    return Finding(promise="listing", kept=kept, says="lists what was put" if kept else "does not list what was put")


def _holds(objects: Objects, key: str, body: bytes) -> bool:
    try:
        return objects.get(key) == body
    except Missing:
        return False
