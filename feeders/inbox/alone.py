"""Files that stand alone are answered too: those that came without a pause between them are one batch.

    .verso-work/alone/open        the batch that such files join now; its journal holds its id
    .verso-work/alone/<id>        one that no file joins any more: it is answered, settled, dismissed

Who takes a file holds it in its area before it asks for the id, and the batch is closed while every area is seen to be
without such files and nobody else may ask: so no file joins a batch that is being answered.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from feeders.inbox.batches import BatchFolder
from feeders.inbox.rules import Rules
from feeders.inbox.workarea import RETURNED, WORK, WorkArea, locked
from feeders.tree import HeldFolder, names, opened

_ALONE: Final = (WORK, "alone")
_OPEN: Final = "open"


class AloneBatches:
    """The batches of the files that stand alone."""

    def __init__(self, root: HeldFolder, area: WorkArea, rules: Rules) -> None:
        """Keep where they are.

        Args:
            root: The inbox; stays the caller's.
            area: This process's part of the work area.
            rules: The inbox's rules.
        """
        self._root = root
        self._area = area
        # No manifest speaks for files that stand alone, so none is missed.
        self._rules = replace(rules, needs_manifest=False)

    def current(self) -> BatchFolder:
        """Return the batch that a file joins. Called by who holds the file: the batch stays open until it is gone."""
        with opened(self._root.descriptor, (WORK,)) as work, locked(work):
            for place in (_ALONE, (*_ALONE, _OPEN)):
                with suppress(FileExistsError), opened(self._root.descriptor, place[:-1]) as above:
                    os.mkdir(place[-1], mode=0o700, dir_fd=above)
            batch = self._folder(_OPEN)
            batch.begin()
            return batch

    def open_since(self) -> str | None:
        """Return the id of the batch that is open; None when there is none."""
        batch = self._folder(_OPEN)
        return batch.batch() if batch.has_begun() else None

    def close(self) -> bool:
        """Let no more files join the open batch. False while somebody holds one, or died holding it.

        What was given back because it failed by itself holds up nobody's answer: it joins a later batch.
        """
        with opened(self._root.descriptor, (WORK,)) as work, locked(work):
            if any(len(entry.parts) == 4 and entry.parts[1] != RETURNED for entry in self._area.taken()):
                return False
            batch = self.open_since()
            if batch is not None and not self._folder(_OPEN).has_taken():
                return False
            with suppress(FileNotFoundError), opened(self._root.descriptor, _ALONE) as alone:
                if batch is not None:
                    os.rename(_OPEN, batch, src_dir_fd=alone, dst_dir_fd=alone)
        return True

    def closed(self) -> Iterator[BatchFolder]:
        """Yield the batches that no file joins any more."""
        found: list[str] = []
        with suppress(FileNotFoundError), opened(self._root.descriptor, _ALONE) as alone:
            found = [name for name in names(alone) if name != _OPEN]
        yield from map(self._folder, found)

    def _folder(self, name: str) -> BatchFolder:
        return BatchFolder(self._root, name, self._rules, above=_ALONE)
