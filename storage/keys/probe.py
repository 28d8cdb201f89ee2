"""The probe: a key that is wrapped and unwrapped, to show that a keeper of masters does what it promises."""

import os

from documents.errors import Tampered, WrongSetting
from storage.envelope.derivation import KEY_SIZE
from storage.keys.interface import MasterKeys

#: A wrapped key stays below this many bytes.
_LARGEST = 256


def prove_promises(keys: MasterKeys) -> None:
    """Wrap, unwrap, unwrap for another context, make a pseudonym twice. Leaves nothing behind.

    Raises:
        WrongSetting: The keeper answers, but breaks a promise, which is named.
        KeysUnavailable: It cannot be reached, or refuses to work.
    """
    key, context = os.urandom(KEY_SIZE), b"probe"
    wrapped = keys.wrap(key, context)
    if len(wrapped) >= _LARGEST:
        raise WrongSetting("master keys: wrapped keys are too large")
    try:
        unwrapped = keys.unwrap(wrapped, context)
    except Tampered as error:
        raise WrongSetting("master keys: do not unwrap what they wrapped") from error
    if unwrapped != key:
        raise WrongSetting("master keys: unwrap another key than they wrapped")
    if _opens(keys, wrapped, b"another"):
        raise WrongSetting("master keys: wrapped keys are not bound to their context")
    if keys.pseudonym("probe", context) != keys.pseudonym("probe", context):
        raise WrongSetting("master keys: pseudonyms change")


def _opens(keys: MasterKeys, wrapped: bytes, context: bytes) -> bool:
    """Tell whether a wrapped key can be unwrapped for a context."""
    try:
        keys.unwrap(wrapped, context)
    except Tampered:
        return False
    return True
