"""The watcher: a file leaves the inbox only when its document is received, and each batch gets its answers."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from documents.action import Action
from documents.actor import ActorRole
from documents.document import DocumentId
from documents.errors import DamagedFile, Erased, ObjectsUnavailable, Tampered
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.stage import Stage
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.rules import Rules
from feeders.outbox import FolderOutbox
from pipelines.arrived import NAME_ERASED
from pipelines.erasing.erasing import Request, erase
from pipelines.erasing.retention import YEARS, Ground
from pipelines.replaying import replay
from storage.archive import Archive
from storage.ledger.following import ArrivalRecord
from storage.ledger.interface import Listing
from tests.fakes import INS, paper
from tests.world import HOSPITAL, World, person
from verso.settings import Settings
from workers.app import make_app
from workers.courier import Courier
from workers.delaying import SCANS
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
        outbox=lambda feeder: FolderOutbox(path=tmp_path / "outbox" / feeder),
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


def test_nothing_more_is_taken_from_a_feeder_whose_papers_wait_for_hours(
    world: World, watcher: Watcher, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P20: they would wait behind themselves; they stay in the inbox, and come in once what was there got on."""
    monkeypatch.setattr(Counter, "hurry", lambda _counter: None)
    document = world.hand_over(paper("one")).document.id
    (inbox / "letter.txt").write_bytes(paper("two"))
    world.clock.turn(6 * 3600 + 1)
    with structlog.testing.capture_logs() as told:
        rounds(watcher, 5)
    assert (inbox / "letter.txt").exists()
    assert {"event": "intake-paused", "feeder": HOSPITAL.name, "log_level": "warning"} in told
    world.advance(document)
    rounds(watcher)
    assert not (inbox / "letter.txt").exists()


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


def test_a_feeder_hears_that_what_it_declares_of_a_filed_document_is_not_heeded(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """National code 900, and a sentence: the duplicate is filed as it was, whatever its manifest says now."""
    world.hand_over(paper("a"))
    world.work()
    (inbox / "again").mkdir()
    (inbox / "again" / "a.txt").write_bytes(paper("a"))
    manifest = "file;ins;ins_oid\na.txt;184127645108946;1.2.250.1.213.1.4.10\n"
    (inbox / "again" / "manifest.csv").write_text(manifest, encoding="utf-8")
    rounds(watcher)
    outbox = tmp_path / "outbox" / "hospital"
    (line,) = json.loads(next(outbox.glob("*-settled.json")).read_text(encoding="ascii"))["files"]
    assert (line["answer"], line["state"]) == ("duplicate", "stored")
    assert (line["code"], line["national_code"]) == ("declared-otherwise", 900)
    assert "correction" in line["sentence"]


@pytest.mark.parametrize("fault", [Tampered("documents/ab"), RuntimeError("Mme MARTIN")])
def test_a_file_that_fails_by_itself_delays_nothing_but_itself(
    world: World, watcher: Watcher, inbox: Path, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: whatever one file provokes, those behind it are received; it is given back and tried again later."""
    identify = Archive.identify

    def fail(archive: Archive, feeder: str, content: bytes) -> DocumentId:
        tried.append(content)
        if b"oldest" in content:
            raise fault
        return identify(archive, feeder, content)

    tried: list[bytes] = []
    for name in ("oldest", "middle", "newest"):
        (inbox / f"{name}.txt").write_bytes(paper(name))
    with monkeypatch.context() as broken, structlog.testing.capture_logs() as logs:
        broken.setattr(Archive, "identify", fail)
        rounds(watcher)
    assert world.ledger.counts()[Stage.RECEIVED] == 2
    assert len(tried) == 3
    assert [log["log_level"] for log in logs if log["event"] == "delayed"] == ["error"]
    assert "MARTIN" not in str(logs)
    rounds(watcher, SCANS + 1)
    assert world.ledger.counts()[Stage.RECEIVED] == 3


def test_a_batch_that_cannot_be_answered_delays_no_other(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: a note in the ledger that was tampered with is its batch's misfortune alone."""
    for name in ("evening", "night"):
        (inbox / name).mkdir()
        (inbox / name / "a.txt").write_bytes(paper(name))
    arrivals = world.ledger.arrivals
    batches: list[str] = []

    def tampered(feeder: str, batch: str) -> Sequence[ArrivalRecord]:
        batches.append(batch)
        notes = arrivals(feeder, batch)
        return [dataclasses.replace(note, sealed_name=b"altered") for note in notes] if batch == batches[0] else notes

    monkeypatch.setattr(world.ledger, "arrivals", tampered)
    rounds(watcher)
    assert len(list((tmp_path / "outbox" / "hospital").glob("*-received.json"))) == 1
    assert batches.count(batches[0]) == 1


def answers(outbox: Path, phase: str) -> list[dict[str, dict[str, str | None]]]:
    """Return the answers of a phase, each file's under its name."""
    found = [json.loads(path.read_text(encoding="ascii")) for path in sorted(outbox.glob(f"hospital/*-{phase}.json"))]
    return [{line["file"]: line for line in answer["files"]} for answer in found]


def test_a_duplicate_s_answer_says_what_became_of_the_known_document(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """Who sends again learns where the first one stands, and why."""
    (inbox / "night").mkdir()
    for name, content in (("a.txt", paper()), ("b.txt", b"BAD"), ("c.txt", b"nobody")):
        world.hand_over(content)
        (inbox / "night" / name).write_bytes(content)
    rounds(watcher)
    assert not answers(tmp_path / "outbox", "settled")
    world.clock.turn(301)
    world.work()
    rounds(watcher)
    (answer,) = answers(tmp_path / "outbox", "settled")
    assert {name: (line["answer"], line["state"], line["code"]) for name, line in answer.items()} == {
        "a.txt": ("duplicate", "stored", None),
        "b.txt": ("duplicate", "refused", "damaged-file"),
        "c.txt": ("duplicate", "review", "patient-insufficient"),
    }
    assert answer["b.txt"]["sentence"] == DamagedFile.sentence_fr


def test_a_batch_with_a_dead_document_is_not_settled_before_it_is_replayed(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """The last word on a document is never ``accepted``."""
    (inbox / "night").mkdir()
    (inbox / "night" / "a.txt").write_bytes(paper())
    rounds(watcher)
    (document,) = world.ledger.list(Listing())
    dead = dataclasses.replace(document, stage=Stage.DEAD, died_in=Stage.RECEIVED, reason="reader-failed")
    world.ledger.reopen(document, dead, world.ledger.events(document.id)[-1])
    rounds(watcher)
    assert not answers(tmp_path / "outbox", "settled")
    assert (inbox / "night").exists()
    replay(world.document(document.id), person("op"), world.services)
    world.work()
    rounds(watcher)
    assert answers(tmp_path / "outbox", "settled")[0]["a.txt"]["answer"] == "stored"


def test_an_answer_that_was_collected_is_not_written_again(watcher: Watcher, inbox: Path, tmp_path: Path) -> None:
    """A feeder that fetches and deletes its answers gets each once, whoever watches."""
    (inbox / "night").mkdir()
    (inbox / "night" / "a.txt").write_bytes(paper())
    rounds(watcher)
    for path in (tmp_path / "outbox" / "hospital").iterdir():
        path.unlink()
    rounds(watcher)
    rounds(dataclasses.replace(watcher, inboxes=[DirectoryInbox(inbox, HOSPITAL, clock=Ticks())]))
    assert not list((tmp_path / "outbox" / "hospital").iterdir())


def test_what_was_wrong_with_a_file_that_was_taken_stands_in_the_answer(
    watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """A feeder learns that its manifest says otherwise, and what was not believed."""
    (inbox / "night").mkdir()
    (inbox / "night" / "a.txt").write_bytes(paper())
    (inbox / "night" / "b.txt").write_bytes(paper("b"))
    (inbox / "night" / "manifest.csv").write_text(f"file;sha256\na.txt;{'0' * 64}\n", encoding="utf-8")
    rounds(watcher)
    (path,) = (tmp_path / "outbox" / "hospital").glob("*-received.json")
    told = json.loads(path.read_text(encoding="ascii"))["problems"]
    assert sorted((one["file"], one["code"]) for one in told) == [
        ("a.txt", "manifest-altered"),
        ("b.txt", "manifest-extra"),
    ]


def test_files_that_stand_alone_are_answered_too(world: World, watcher: Watcher, inbox: Path, tmp_path: Path) -> None:
    """P16: who drops single files learns what became of each, as who drops a folder does."""
    (inbox / "a.txt").write_bytes(paper("a"))
    (inbox / "b.txt").write_bytes(b"BAD")
    (inbox / "link.txt").symlink_to("/etc/passwd")
    rounds(watcher)
    world.clock.turn(301)
    world.work()
    rounds(watcher)
    (answer,) = answers(tmp_path / "outbox", "settled")
    assert {name: line["answer"] for name, line in answer.items()} == {"a.txt": "stored", "b.txt": "refused"}
    told = json.loads(next((tmp_path / "outbox").glob("hospital/*-settled.json")).read_text(encoding="ascii"))
    assert [(problem["file"], problem["code"]) for problem in told["problems"]] == [("link.txt", "symbolic-link")]


def test_a_container_leaves_the_inbox_once_all_that_it_holds_is_received(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """Each document has its line in the answer; what could not be taken out of it is told."""
    (inbox / "box.zip").write_bytes(b"BOX one BAD two one")
    rounds(watcher)
    assert not (inbox / "box.zip").exists()
    (answer,) = answers(tmp_path / "outbox", "received")
    assert {name: line["answer"] for name, line in answer.items()} == {
        "box.zip/0.txt": "accepted",
        "box.zip/2.txt": "accepted",
        "box.zip/3.txt": "duplicate",
    }
    told = json.loads(next((tmp_path / "outbox").glob("hospital/*-received.json")).read_text(encoding="ascii"))
    assert [(problem["file"], problem["code"]) for problem in told["problems"]] == [
        ("box.zip/1.txt", "archive-damaged")
    ]
    assert world.ledger.counts()[Stage.RECEIVED] == 2


def test_a_container_stays_while_the_store_is_down_and_doubles_nothing_afterwards(
    world: World, watcher: Watcher, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P1, P2: an outage in the middle of a container leaves it where it is; what was received is known."""
    put, count = world.objects.put, 0

    def fail_late(key: str, body: bytes) -> bool:
        nonlocal count
        count += 1
        if count > 3:
            raise ObjectsUnavailable
        return put(key, body)

    (inbox / "box.zip").write_bytes(b"BOX one two three")
    with monkeypatch.context() as broken:
        broken.setattr(world.objects, "put", fail_late)
        rounds(watcher)
    assert world.ledger.counts()[Stage.RECEIVED] == 1
    rounds(watcher)
    assert world.ledger.counts()[Stage.RECEIVED] == 3


def erase_anne(world: World) -> None:
    """Erase the patient of every paper that names one."""
    patient = world.services.archive.pseudonym(Ins(number=INS, oid=OID_INS_NIR_TEST))
    request = Request(patient=patient, by=person("dpo"), why="demande", ground=Ground.UNLAWFUL, years=YEARS)
    erase(request, world.services)


def test_a_paper_erased_before_its_batch_is_answered_is_told_as_erased(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """The truth, without the name of the file, which went with the paper; the others are told as ever."""
    (inbox / "night").mkdir()
    (inbox / "night" / "dupont.txt").write_bytes(paper("a"))
    (inbox / "night" / "d.txt").write_bytes(b"nobody")
    rounds(watcher)
    world.clock.turn(301)
    world.work()
    erase_anne(world)
    rounds(watcher)
    settled = json.loads(next((tmp_path / "outbox" / "hospital").glob("*-settled.json")).read_text(encoding="ascii"))
    assert {line["file"]: (line["answer"], line["code"]) for line in settled["files"]} == {
        "d.txt": ("review", "patient-insufficient"),
        NAME_ERASED: ("erased", "erased"),
    }


def test_a_paper_that_comes_again_after_it_was_erased_is_told_as_erased(
    world: World, watcher: Watcher, inbox: Path, tmp_path: Path
) -> None:
    """It leaves the inbox, is not filed, and its feeder knows."""
    world.hand_over(paper("a"))
    world.work()
    erase_anne(world)
    (inbox / "again").mkdir()
    (inbox / "again" / "dupont.txt").write_bytes(paper("a"))
    rounds(watcher)
    assert not (inbox / "again" / "dupont.txt").exists()
    settled = json.loads(next((tmp_path / "outbox" / "hospital").glob("*-settled.json")).read_text("ascii"))
    (line,) = settled["files"]
    assert (line["answer"], line["state"], line["code"]) == ("duplicate", "erased", "erased")
    assert line["sentence"] == Erased.sentence_fr


def test_a_file_of_which_nothing_is_kept_is_refused_on_record(world: World, watcher: Watcher, inbox: Path) -> None:
    """P13: a link that is set aside is an event like every other refusal; what is merely missing is none."""
    (inbox / "night").mkdir()
    (inbox / "night" / "link.pdf").symlink_to(inbox / "elsewhere")
    (inbox / "night" / "letter.txt").write_bytes(paper("a"))
    (inbox / "night" / "manifest.csv").write_bytes(b"file\nletter.txt\nmissing.txt\n")
    rounds(watcher)
    refused = [one for one in world.ledger.entries(0, 1000) if one.action == Action.REFUSED]
    assert [(one.role, one.actor, one.detail) for one in refused] == [(ActorRole.FEEDER, "hospital", "symbolic-link")]
