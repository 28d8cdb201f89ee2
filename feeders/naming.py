"""How names of files are read: as data to be shown, and as a sign that a file is not meant for us yet."""

import os
from typing import Final

#: Endings that writers give to files they have not finished: scp, rsync, browsers, editors, SFTP servers.
_UNFINISHED: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", "~")

#: What operating systems leave in folders by themselves.
_DROPPINGS: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})


def shown(name: str) -> str:
    r"""Return a name from the file system as text that every encoder accepts; invalid UTF-8 reads as ``\xNN``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def is_passing(name: str) -> bool:
    """Tell whether a name says that its file is hidden, still being written, or nobody's."""
    lower = name.lower()
    return name.startswith((".", "~")) or lower.endswith(_UNFINISHED) or lower in _DROPPINGS
