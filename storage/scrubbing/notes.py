"""Notes: what rests besides envelopes, and how it is proven: models by their hash, chronicles entry by entry."""

import re
from typing import Final

from documents.errors import Tampered, UnknownModel
from storage.archive import Archive
from storage.chronicle import Chronicle
from storage.models import Models

_MODEL: Final = re.compile(r"models/(?P<name>.+)")
#: An entry of a chronicle: promotions in one, merges in one, each erasure and each hold in one of its own.
_KINDS: Final = "promotion|erasure|hold|merge"
_ENTRY: Final = re.compile(rf"(?P<folder>(?P<kind>{_KINDS})s/(?:(?P<which>[^/]+)/)?)(?P<number>\d{{8}})")


def verify(archive: Archive, name: str) -> bool:
    """Prove what rests under a name, if it is of a kind that is known here.

    Returns:
        False for any other name: nothing was looked at.

    Raises:
        Missing: It is not there any more.
        Tampered: It was altered.
        Interrupted: Store or keys failed.
    """
    if model := _MODEL.fullmatch(name):
        try:
            Models(archive=archive).open(model["name"])
        except UnknownModel as error:
            raise Tampered(name) from error
        return True
    if entry := _ENTRY.fullmatch(name):
        purpose = " ".join(filter(None, (entry["kind"], entry["which"]))) + " "
        Chronicle(archive=archive, folder=entry["folder"], purpose=purpose.encode()).read(int(entry["number"]))
        return True
    return False
