"""The watcher: a file leaves the inbox only when its document is received, and each batch gets its answers."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from documents.errors import ObjectsUnavailable
from documents.stage import Stage
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.rules import Rules
from tests.fakes import paper
from tests.world import HOSPITAL, World
from verso.settings import Settings
from workers.app import make_app
from workers.courier import Courier
from workers.submit import Counter
from workers.watching import Watcher


class Ticks:
    """A monotonic clock that jumps a minute at every look, so that every file has settled by the second scan."""

    def __init__(self) -> None:
        """Start at zero."""
        self.seconds = 0.0

    def __call__(self) -> float:
        """Tell the time and let some pass."""
        self.seconds += 60.0
        return self.seconds


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """The hospital's folder."""
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def watcher(world: World, inbox: Path, tmp_path: Path) -> Watcher:
    """A watcher of that folder."""
    settings = Settings(broker_url=f"filesystem://{tmp_path / 'broker'}")  # type: ignore[arg-type]
    services = world.services
    courier = Courier(app=make_app(settings), ledger=world.ledger, settings=settings, now=world.clock.now)
    return Watcher(
        inboxes=[DirectoryInbox(inbox, HOSPITAL, Rules(patience=timedelta(seconds=90)), clock=Ticks())],
        counter=Counter(services=services, courier=courier),
        answers=tmp_path / "outbox",
        every=0.01,
    )


def rounds(watcher: Watcher, count: int = 30) -> None:
    """Scan often enough for every file and folder to be quiet."""
    for _ in range(count):
        watcher.round()


def test_a_file_is_gone_from_the_inbox_once_its_document_is_received(
    world: World, watcher: Watcher, inbox: Path
) -> None:
    """P2: first sealed and committed, then removed."""
    (inbox / "letter.txt").write_bytes(paper())
    rounds(watcher)
    assert not (inbox / "letter.txt").exists()
    assert world.ledger.counts()[Stage.RECEIVED] == 1


def test_a_file_stays_while_the_store_is_down(
    world: World, watcher: Watcher, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: an outage costs time, never a file."""

    def vanish(_key: str, _body: bytes) -> bool:
        raise ObjectsUnavailable

    (inbox / "letter.txt").write_bytes(paper())
    with monkeypatch.context() as broken:
        broken.setattr(world.objects, "put", vanish)
        rounds(watcher)
        assert sum(world.ledger.counts().values()) == 0
    rounds(watcher)
    assert world.ledger.counts()[Stage.RECEIVED] == 1


def test_a_batch_is_answered_when_received_and_again_when_settled(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """A receipt for each file: stored, refused with its reason, or known before."""
    (inbox / "night").mkdir()
    (inbox / "night" / "a.txt").write_bytes(paper("a"))
    (inbox / "night" / "b.txt").write_bytes(b"BAD")
    (inbox / "night" / "c.txt").write_bytes(paper("a"))
    (inbox / "night" / "d.txt").write_bytes(b"nobody")
    rounds(watcher)
    outbox = tmp_path / "outbox" / "hospital"
    received = json.loads(next(outbox.glob("*-received.json")).read_text(encoding="ascii"))
    assert sorted(line["answer"] for line in received["files"]) == ["accepted", "accepted", "accepted", "duplicate"]
    world.clock.turn(301)
    world.work()
    rounds(watcher)
    settled = json.loads(next(outbox.glob("*-settled.json")).read_text(encoding="ascii"))
    answers = {line["file"]: (line["answer"], line["code"], line["national_code"]) for line in settled["files"]}
    assert answers["b.txt"] == ("refused", "damaged-file", None)
    assert answers["d.txt"] == ("review", "patient-insufficient", 903)
    assert {answers["a.txt"][0], answers["c.txt"][0]} == {"stored", "duplicate"}
    assert not (inbox / "night").exists()
