"""An inbox that cannot be reached yet is opened once it can be, by whoever scans it."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from documents.errors import InboxUnavailable
from documents.feeder import Feeder, FeederKind
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.late import LateInbox
from feeders.inbox.rules import Rules

HOSPITAL = Feeder(name="hospital", kind=FeederKind.HOSPITAL)


def test_a_mount_that_comes_late_is_watched_from_then_on(tmp_path: Path) -> None:
    """P18: until it comes it is unavailable, as one is whose mount went away; nobody starts anything again."""
    path = tmp_path / "mount"
    inbox = LateInbox(HOSPITAL, partial(DirectoryInbox, path, HOSPITAL, Rules(settle=timedelta(0))))
    for asked in (inbox.scan, inbox.finished, inbox.state, inbox.check):
        with pytest.raises(InboxUnavailable):
            asked()
    inbox.close()
    path.mkdir()
    (path / "letter.txt").write_bytes(b"letter")
    list(inbox.scan())
    (waiting,) = inbox.scan()
    assert inbox.feeder == HOSPITAL
    assert (inbox.state().depth, inbox.claim(waiting) is None) == (1, False)
    assert inbox.check()
    assert list(inbox.finished()) == []
    inbox.close()
