"""One feeder's flood, and a paper for which a person waits: the flood delays itself."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from documents.document import Document
from documents.stage import SETTLED
from specimens import texts
from tests.journeys.installation import Installation
from verso.cli.exits import Exit

#: Papers of the flood: far more than are done while the others are waited for.
_FLOOD = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Deluged:
    """An installation with two hospitals' inboxes."""

    verso: Installation
    noisy: Path
    quiet: Path

    def settled(self, feeder: str) -> list[Document]:
        """Return a feeder's settled documents."""
        return [each for each in self.verso.documents() if each.feeder == feeder and each.stage in SETTLED]


@pytest.fixture
def deluged(tmp_path: Path) -> Deluged:
    """Give it, with nothing running yet."""
    noisy, quiet = tmp_path / "noisy", tmp_path / "quiet"
    for inbox in (noisy, quiet):
        inbox.mkdir()
    settings = {
        "INBOXES": f'{{"noisy": "{noisy}", "quiet": "{quiet}"}}',
        "SLOTS": "1",
        "MOST_SENT_PER_FEEDER": "4",
        "DERIVE": "false",
    }
    return Deluged(verso=Installation(tmp_path / "verso", settings), noisy=noisy, quiet=quiet)


def test_a_flood_and_its_poison_delay_only_their_own_feeder(deluged: Deluged, tmp_path: Path) -> None:
    """P19, P26: a hospital's flood, every second paper of it broken; another's letter and an upload overtake it."""
    verso = deluged.verso
    for number, (text, _) in enumerate(texts(_FLOOD, seed=23)):
        content = text.encode() if number % 2 else b"%PDF-1.7\n" + text.encode()[:300]
        (deluged.noisy / f"{number:03}.{'txt' if number % 2 else 'pdf'}").write_bytes(content)
    (letter, _), (upload, _) = texts(2, seed=24)
    (tmp_path / "upload.txt").write_text(upload)
    assert verso.command("status").returncode == Exit.DONE
    verso.start("watcher", "courier")
    verso.wait_until(lambda: len(verso.documents()) == _FLOOD)
    (deluged.quiet / "letter.txt").write_text(letter)
    verso.wait_until(lambda: len(verso.documents()) == _FLOOD + 1)
    verso.start("worker")
    handed = verso.command("ingest", str(tmp_path / "upload.txt"), "--hand-over", "--feeder", "desk")
    assert handed.returncode == Exit.DONE, handed.stderr
    verso.wait_until(lambda: len(deluged.settled("quiet")) == 1)
    (overtaking,) = deluged.settled("quiet")
    assert sum(one.changed_at <= overtaking.changed_at for one in deluged.settled("noisy")) < _FLOOD / 2
    verso.end()
