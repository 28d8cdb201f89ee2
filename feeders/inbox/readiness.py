"""Decides when a file in a directory may be taken: settled, whole, written to by nobody, in a batch that has begun."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from feeders.content import OpenFile, opened_file
from feeders.ending import ends_well
from feeders.inbox.rules import MARKER, Rules
from feeders.inbox.workarea import WORK
from feeders.inbox.writers import is_being_written
from feeders.tree import Entry, HeldFolder, opened


class Readiness:
    """The rules of an inbox, applied to what lies in it."""

    def __init__(self, root: HeldFolder, rules: Rules, *, sees_writers: bool) -> None:
        """Keep the rules.

        Args:
            root: The inbox; stays the caller's.
            rules: When to take.
            sees_writers: Whether the kernel knows who writes here: not so on a network.
        """
        self._root = root
        self._rules = rules
        self._sees_writers = sees_writers

    def may_take(self, entry: Entry, still: timedelta, manifest: timedelta | None, *, batched: bool) -> bool:
        """Tell whether a file may be taken.

        Args:
            entry: What was found.
            still: How long it has not changed.
            manifest: How long its batch's manifest has not changed; None when there is none.
            batched: Whether it is part of a batch.
        """
        ready = self._rules.ready(still, manifest, batched=batched)
        if ready is not None:
            return ready and not self._has_writer(entry)
        return self._is_marked(entry) and self._is_whole(entry)

    def is_being_written(self, descriptor: int) -> bool:
        """Tell whether somebody has a file open for writing; False where that cannot be seen."""
        return self._sees_writers and is_being_written(descriptor)

    def _is_marked(self, entry: Entry) -> bool:
        # What was taken once had its marker then.
        if not self._rules.marked or entry.parts[0] == WORK:
            return True
        with suppress(FileNotFoundError), opened(self._root.descriptor, entry.parts[:-1]) as folder:
            os.stat(entry.parts[-1] + MARKER, dir_fd=folder, follow_symlinks=False)
            return True
        return False

    def _is_whole(self, entry: Entry) -> bool:
        # What is no file is never going to become one.
        if not stat.S_ISREG(entry.status.st_mode):
            return True
        # A second name may be a writer's way to make a file appear at once (link, then unlink): give it time.
        if entry.status.st_nlink > 1:
            return False
        return self._opens_to(entry, self._is_at_its_end)

    def _is_at_its_end(self, descriptor: int) -> bool:
        return ends_well(OpenFile(descriptor=descriptor)) and not self.is_being_written(descriptor)

    def _has_writer(self, entry: Entry) -> bool:
        return stat.S_ISREG(entry.status.st_mode) and self._opens_to(entry, self.is_being_written)

    def _opens_to(self, entry: Entry, question: Callable[[int], bool]) -> bool:
        """Ask something of a file; False when it cannot be opened."""
        with (
            suppress(FileNotFoundError, PermissionError),
            opened(self._root.descriptor, entry.parts[:-1]) as folder,
            opened_file(entry.parts[-1], folder) as descriptor,
        ):
            return question(descriptor)
        return False
