"""What verifying the audit trail finds, whatever somebody who can write the database, the bucket or both has done."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from documents.action import Action
from documents.actor import Actor
from documents.event import Event
from storage.audit.anchor import FOLDER, Anchor
from storage.audit.anchoring import LOCKED, anchor, is_due
from storage.audit.fault import FaultCode
from storage.audit.verifying import Verdict, verify
from storage.ledger import migration
from storage.ledger.migration import migrate
from storage.ledger.sql import SqlLedger, open_ledger
from storage.objects.memory import MemoryObjects
from tests.world import Clock

KEY = bytes(range(32))


@dataclass
class Audited:
    """A trail of six events in three links, the first two of them anchored, and its adversary."""

    ledger: SqlLedger
    objects: MemoryObjects
    clock: Clock
    engine: Engine

    def write(self, count: int = 2) -> None:
        """Write events."""
        for _ in range(count):
            event = Event(at=self.clock.now(), actor=Actor.operator("dupont"), action=Action.LOOKED, detail="x")
            self.ledger.record(event)

    def anchor(self) -> None:
        """Anchor the end of the chain."""
        self.clock.turn(3600)
        anchor(self.ledger, self.objects, KEY, self.clock.now())

    def tamper(self, *statements: str) -> None:
        """Do as somebody who may do anything in the database, and puts the guards back afterwards."""
        with self.engine.begin() as connection:
            guards = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for name, _ in guards:
                connection.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                connection.execute(text(statement))
            for _, sql in guards:
                connection.execute(text(sql))

    def verdict(self, key: bytes | None = KEY) -> Verdict:
        """Verify."""
        return verify(self.ledger, self.objects, key)

    def codes(self, key: bytes | None = KEY) -> list[tuple[FaultCode, int | None]]:
        """Say what verifying finds, and in which link."""
        return [(fault.code, fault.link) for fault in self.verdict(key).faults]


@pytest.fixture
def audited(migrated_file: Path, tmp_path: Path) -> Audited:
    """Give a trail with two anchored links and one that is not."""
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"
    clock = Clock()
    made = Audited(open_ledger(url, clock.now, lambda: KEY), MemoryObjects(), clock, create_engine(url))
    for _ in range(2):
        made.write()
        made.anchor()
    made.write()
    made.ledger.chain()
    return made


def test_an_untouched_trail_is_whole(audited: Audited) -> None:
    """Every event is counted, and those that no link binds yet are said to be so."""
    audited.write(1)
    found = audited.verdict()
    assert (found.entries, found.unbound, found.links, found.anchors, found.faults) == (7, 1, 4, 2, ())


@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize(
    "change",
    ["at = at + 1", "actor = 'other'", "role = 'worker'", "detail = ''", "document = 'd'", "sealed_ground = x'00'"],
)
def test_an_altered_event_breaks_its_link(audited: Audited, change: str, key: bytes | None) -> None:
    """Who has no key of the trail names the link all the same, and only that one."""
    audited.tamper(f"UPDATE events SET {change} WHERE id = 3")  # noqa: S608  of our own choice
    assert (FaultCode.LINK_BROKEN, 2) in audited.codes(key)
    assert [link for code, link in audited.codes(key) if code is FaultCode.LINK_BROKEN] == [2]


def test_an_altered_event_is_named(audited: Audited) -> None:
    """The key of the trail tells which of a link's events it was."""
    audited.tamper("UPDATE events SET actor = 'other' WHERE id = 3")
    assert [fault.place for fault in audited.verdict().faults if fault.code is FaultCode.ENTRY_FORGED] == ["event 3"]


def test_a_removed_event_breaks_its_link(audited: Audited) -> None:
    """The next of the same scribe's says that one lacks."""
    audited.tamper("DELETE FROM events WHERE id = 3")
    assert audited.codes() == [(FaultCode.LINK_BROKEN, 2), (FaultCode.ENTRIES_REMOVED, 2)]


def test_an_event_removed_before_anything_binds_it_is_missed(audited: Audited) -> None:
    """There is no moment at which an event may be removed unseen, once its scribe has gone on."""
    audited.write(3)
    audited.tamper("DELETE FROM events WHERE id = 8")
    audited.anchor()
    assert audited.codes() == [(FaultCode.ENTRIES_REMOVED, 4)]


def test_an_event_altered_before_anything_binds_it_is_found(audited: Audited) -> None:
    """Its MAC was made when it was written."""
    audited.write(1)
    audited.tamper("UPDATE events SET detail = 'y' WHERE id = 7")
    audited.anchor()
    assert audited.codes() == [(FaultCode.ENTRY_FORGED, 4)]


def test_an_invented_event_is_found(audited: Audited) -> None:
    """Nobody is framed by who can write SQL: without the key of the trail there is no MAC."""
    audited.tamper(
        "CREATE TEMP TABLE framed AS SELECT * FROM events WHERE id = 6",
        "UPDATE framed SET id = 100, actor = 'framed', scribe = 'feedfacefeedface', line = 0",
        "INSERT INTO events SELECT * FROM framed",
    )
    audited.tamper("INSERT INTO events (at, actor, action, detail) VALUES (0, 'person:framed', 'looked', '')")
    audited.anchor()
    assert audited.codes() == [(FaultCode.ENTRY_FORGED, 4), (FaultCode.ENTRY_FORGED, 4)]


def test_a_copied_event_is_found(audited: Audited) -> None:
    """An authentic event, told once more, is not believed."""
    audited.tamper(
        "CREATE TEMP TABLE copied AS SELECT * FROM events WHERE id = 2",
        "UPDATE copied SET id = 100",
        "INSERT INTO events SELECT * FROM copied",
    )
    audited.anchor()
    assert audited.codes() == [(FaultCode.ENTRY_MOVED, 4)]


def test_an_event_put_into_a_gap_breaks_its_link(audited: Audited) -> None:
    """What is said to have been there all along was not when the link was made."""
    audited.tamper("UPDATE events SET id = 100 WHERE id = 3", "UPDATE events SET id = 3 WHERE id = 6")
    assert (FaultCode.LINK_BROKEN, 2) in audited.codes(None)


def test_a_chain_made_anew_contradicts_its_anchors(audited: Audited) -> None:
    """The database's writer removes the end of the trail and chains again: what was put down outside says otherwise."""
    audited.tamper("DELETE FROM events WHERE id > 3", "DELETE FROM links WHERE number > 1")
    audited.ledger.chain()
    assert audited.codes() == [(FaultCode.ANCHOR_CONTRADICTS, 2)]


def test_an_anchor_that_was_removed_is_missed(audited: Audited) -> None:
    """The bucket's writer deletes one; the ledger knows it, and so does the anchor after it."""
    audited.objects.delete(f"{FOLDER}{1:012}")
    assert audited.codes() == [(FaultCode.ANCHOR_MISSING, 1), (FaultCode.ANCHOR_MISSING, 2)]


def test_an_anchor_removed_from_bucket_and_ledger_is_missed_by_the_next(audited: Audited) -> None:
    """Each anchor names the one before."""
    audited.objects.delete(f"{FOLDER}{1:012}")
    audited.tamper("DELETE FROM anchors WHERE link = 1")
    assert audited.codes() == [(FaultCode.ANCHOR_MISSING, 2)]


def test_an_anchor_of_somebody_elses_making_is_found(audited: Audited) -> None:
    """Who writes bucket and database cannot put an anchor of theirs under the chain of theirs: they lack the key."""
    name = f"{FOLDER}{2:012}"
    audited.tamper("DELETE FROM events WHERE id = 4", "DELETE FROM links WHERE number > 1")
    audited.ledger.chain()
    end = audited.ledger.last_link()
    forged = Anchor(link=end.number, digest=end.digest, last=end.last, at=audited.clock.now(), previous="")
    audited.objects.delete(name)
    audited.objects.put(name, forged.to_bytes(bytes(32)))
    assert FaultCode.ANCHOR_FORGED in {code for code, _ in audited.codes()}


def test_every_flipped_byte_of_an_anchor_is_found(audited: Audited) -> None:
    """Whichever it is, verifying does not pass."""
    name = f"{FOLDER}{2:012}"
    content = audited.objects.get(name)
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 1
        audited.objects.delete(name)
        audited.objects.put(name, bytes(flipped))
        assert audited.verdict().faults


def test_what_was_written_before_there_was_a_chain_is_passed_over(tmp_path: Path) -> None:
    """Events of an older schema are not called forged; link 0, which says where they end, is bound like any other."""
    audited = _upgraded(tmp_path)
    audited.write()
    audited.anchor()
    assert (audited.verdict().entries, audited.verdict().faults) == (2, ())
    audited.tamper("UPDATE links SET last = 3 WHERE number = 0")
    assert (FaultCode.LINK_BROKEN, 0) in audited.codes()


def _upgraded(folder: Path) -> Audited:
    url = f"sqlite:///{folder / 'ledger.db'}"
    clock, engine = Clock(), create_engine(url)
    with engine.begin() as connection:
        command.upgrade(migration._config(connection), "0001")
        row = "INSERT INTO events (at, actor, action, detail) VALUES (0, 'person:dupont', 'unsealed', '')"
        connection.execute(text(row))
    migrate(url)
    return Audited(open_ledger(url, clock.now, lambda: KEY), MemoryObjects(), clock, engine)


def test_anchoring_twice_is_safe(audited: Audited) -> None:
    """What is anchored already is not anchored again; what was written since is, and is not due at once."""
    hour = timedelta(hours=1)
    first = anchor(audited.ledger, audited.objects, KEY, audited.clock.now())
    assert anchor(audited.ledger, audited.objects, KEY, audited.clock.now()) == first
    assert not is_due(audited.ledger, hour, audited.clock.now())
    audited.clock.turn(3600)
    assert is_due(audited.ledger, hour, audited.clock.now())
    assert not audited.verdict().faults


def test_an_anchor_is_locked_for_as_long_as_the_law_keeps_a_record(
    audited: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store has locks, nobody who may write the bucket removes it either."""
    locked: dict[str, timedelta] = {}

    def retain(key: str, until: datetime) -> bool:
        locked[key] = until - audited.clock.now()
        return True

    monkeypatch.setattr(audited.objects, "retain", retain)
    audited.anchor()
    assert locked == {f"{FOLDER}{3:012}": LOCKED}


def test_an_anchor_that_was_put_down_and_not_noted_is_noted(audited: Audited) -> None:
    """A crash between the store and the ledger leaves an anchor that the next round finds and takes for its own."""
    audited.anchor()
    audited.tamper("DELETE FROM anchors WHERE link = 3")
    audited.anchor()
    assert [record.link for record in audited.ledger.anchors()] == [1, 2, 3]
    assert not audited.verdict().faults


def test_nothing_written_is_nothing_to_anchor(opened: Callable[[], SqlLedger]) -> None:
    """A fresh installation puts nothing down."""
    objects = MemoryObjects()
    assert anchor(opened(), objects, KEY, Clock().now()) is None
    assert not list(objects.keys(FOLDER))


@pytest.fixture
def opened() -> Callable[[], SqlLedger]:
    """Give what opens an empty ledger."""
    return lambda: open_ledger("sqlite://", Clock().now, lambda: KEY)
