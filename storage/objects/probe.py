"""The probe: a small object that shows whether a store keeps the promises that everything else leans on."""

import os
import secrets

from documents.errors import Missing, WrongSetting
from storage.objects.interface import Objects


def prove_promises(objects: Objects) -> None:
    """Put, read back, put again, list, delete: under a name of its own, cleared away at the end.

    Raises:
        ObjectsUnavailable: The store cannot be reached or written.
        WrongSetting: It answers, but breaks a promise, which is named.
    """
    key = f"probe/{secrets.token_hex(16)}"
    first, second = os.urandom(1024), os.urandom(1024)
    try:
        # The answer does not matter: after a lost answer and a retry it is False, and the bytes are there all the same.
        objects.put(key, first)
        _expect(objects, key, first, "object store: returns other bytes than were put")
        if objects.put(key, second):
            raise WrongSetting("object store: accepts a second put")
        _expect(objects, key, first, "object store: a second put replaced the first")
        if list(objects.keys(key)) != [key]:
            raise WrongSetting("object store: does not list what was put")
    finally:
        objects.delete(key)


def _expect(objects: Objects, key: str, body: bytes, broken: str) -> None:
    """Read an object back."""
    try:
        rests = objects.get(key)
    except Missing as error:
        raise WrongSetting(broken) from error
    if rests != body:
        raise WrongSetting(broken)
