"""The keys under which objects rest: one alphabet that every store, file system and URL takes as it is."""

import re
from typing import Final

_SEGMENT: Final = r"(?!\.{1,2}(?:/|\Z))[a-z0-9._-]{1,200}"
_KEY: Final = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_PREFIX: Final = re.compile(rf"(?:{_SEGMENT}/)*[a-z0-9._-]*")
_LONGEST: Final = 900


def checked(key: str) -> str:
    """Return a key that is one.

    Raises:
        ValueError: It is not made of ``[a-z0-9._-]`` segments joined by ``/``, or climbs, or is too long.
    """
    if len(key) > _LONGEST or not _KEY.fullmatch(key):
        message = "not an object key"
        raise ValueError(message)
    return key


def checked_prefix(prefix: str) -> str:
    """Return a string that keys may start with.

    Raises:
        ValueError: No key starts with it.
    """
    if len(prefix) > _LONGEST or not _PREFIX.fullmatch(prefix):
        message = "not a prefix of object keys"
        raise ValueError(message)
    return prefix
