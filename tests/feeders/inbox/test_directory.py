"""The inbox that is a directory."""

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from documents.errors import InboxUnavailable
from feeders.inbox.claim import DirectoryClaim
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.interface import Waiting
from feeders.inbox.rules import Rules
from feeders.problem import Problem, ProblemCode
from tests.contracts.inboxes import HOSPITAL, InboxContract, finished, ready, take, take_all
from tests.feeders.inbox.conftest import DirectorySite

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"

#: Takes the only file of an inbox and is killed before it can acknowledge it.
WATCHER_KILLED_AFTER_CLAIM = """
import os, signal, sys, time
from datetime import timedelta
from pathlib import Path
from documents.feeder import Feeder, FeederKind
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.claim import DirectoryClaim
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.interface import Waiting
from feeders.inbox.rules import Rules
inbox = DirectoryInbox(Path(sys.argv[1]), Feeder(name="h", kind=FeederKind.HOSPITAL), Rules(settle=timedelta(0)))
(waiting,) = inbox.scan()
assert inbox.claim(waiting).arrival.content == b"letter"
os.kill(os.getpid(), signal.SIGKILL)
"""

#: Takes every file of an inbox, acknowledges it, and writes what it took.
WATCHER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from documents.feeder import Feeder, FeederKind
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.claim import DirectoryClaim
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.interface import Waiting
from feeders.inbox.rules import Rules
inbox = DirectoryInbox(Path(sys.argv[1]), Feeder(name="h", kind=FeederKind.HOSPITAL), Rules(settle=timedelta(0)))
print("ready", flush=True)
sys.stdin.readline()
while inbox.state().depth:
    for waiting in inbox.scan():
        claimed = inbox.claim(waiting)
        if claimed is not None:
            print(claimed.arrival.content.decode(), flush=True)
            claimed.acknowledge()
"""


class TestDirectoryInbox(InboxContract):
    """It keeps the contract."""


def problems(site: DirectorySite) -> list[tuple[ProblemCode, str]]:
    """Return what is told about everything that cannot be taken."""
    inbox = site.watch()
    outcomes = [inbox.claim(waiting) for waiting in ready(inbox, site)]
    return sorted((one.code, one.file_name) for one in outcomes if isinstance(one, Problem))


def test_a_file_is_not_ready_at_first_sight(site: DirectorySite) -> None:
    """P16: it must look the same for the settling time, as this watcher saw it, whatever its own time says."""
    site.drop("old.txt", b"old")
    os.utime(site.path / "old.txt", (0, 0))
    inbox = site.watch()
    assert not list(inbox.scan())
    site.settle()
    assert len(list(inbox.scan())) == 1


def test_a_file_that_grows_is_left_alone_for_as_long_as_it_grows(site: DirectorySite) -> None:
    """P16: a slow transfer is never cut, however long it takes."""
    inbox = site.watch()
    for _ in range(100):
        with (site.path / "slow.txt").open("ab") as file:
            file.write(b"more")
        assert not list(inbox.scan())
        site.now += Rules().settle.total_seconds() * 0.9
    site.settle()
    assert take_all(inbox, site)["slow.txt"].arrival.content == b"more" * 100


def test_a_file_that_grows_for_an_hour_is_taken_whole_at_its_end(site: DirectorySite) -> None:
    """P16: a scanner that writes a page every five seconds is no older at its end than at its beginning."""
    inbox, pages = site.watch(), 720
    for page in range(pages):
        with (site.path / "pile.txt").open("ab") as file:
            file.write(b"page %d\n" % page)
        site.now += 5.0
        assert not list(inbox.scan())
    assert site.now == 3600.0
    site.settle()
    assert take_all(inbox, site)["pile.txt"].arrival.content.count(b"\n") == pages


def test_an_archive_of_two_gigabytes_is_refused_by_its_size_alone(site: DirectorySite) -> None:
    """Containers are held in memory whole, so what is larger than any document may be is never read."""
    path = site.path / "huge.zip"
    path.write_bytes(b"PK\x03\x04")
    os.truncate(path, 2 << 30)
    tracemalloc.start()
    told = problems(site)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told == [(ProblemCode.TOO_LARGE, "huge.zip")]
    assert most < 2 << 20


@pytest.mark.parametrize(
    "half",
    [
        b"%PDF-1.4\n1 0 obj\n",
        b"\xff\xd8\xff\xe0 half",
        b"\x89PNG\r\n\x1a\n half",
        b"PK\x03\x04 half",
        b"II*\0\xff\0\0\0",
    ],
    ids=["pdf", "jpeg", "png", "zip", "tiff"],
)
def test_half_a_file_is_given_time_and_taken_in_the_end(site: DirectorySite, half: bytes) -> None:
    """P16, P17: what stopped growing without its end waits for it, but not for ever."""
    site.drop("half", half)
    inbox = site.watch()
    list(inbox.scan())
    site.settle()
    assert not list(inbox.scan())
    site.wait()
    assert take_all(inbox, site)["half"].arrival.content == half


def test_an_empty_file_is_given_time_to_be_filled(site: DirectorySite) -> None:
    """P16: many writers make the file first and write later."""
    site.drop("letter.txt", b"")
    inbox = site.watch()
    list(inbox.scan())
    site.settle()
    assert not list(inbox.scan())
    site.drop("letter.txt", b"letter")
    assert take_all(inbox, site)["letter.txt"].arrival.content == b"letter"


def test_a_file_with_a_writer_is_not_taken(site: DirectorySite) -> None:
    """P16: a complete-looking file that somebody still holds open may yet grow."""
    inbox = site.watch()
    inbox.check()
    with (site.path / "a.pdf").open("wb") as file:
        file.write(PDF)
        file.flush()
        assert not ready(inbox, site)
        file.write(PDF)
    assert take_all(inbox, site)["a.pdf"].arrival.content == PDF * 2


def test_a_writer_that_comes_late_gets_its_file_back(site: DirectorySite) -> None:
    """P16: whoever opened the file between scan and claim goes on writing, and nothing of it is lost."""
    site.drop("a.pdf", PDF)
    inbox = site.watch()
    (waiting,) = ready(inbox, site)
    with (site.path / "a.pdf").open("ab") as file:
        assert inbox.claim(waiting) is None
        file.write(b"late %%EOF")
    assert take_all(inbox, site)["a.pdf"].arrival.content == PDF + b"late %%EOF"


def test_a_file_replaced_after_it_was_seen_is_taken_as_it_is_now(site: DirectorySite) -> None:
    """P15: what is claimed is what is read, and a replacement under the same name is a file of its own."""
    site.drop("a.txt", b"old")
    inbox = site.watch()
    (waiting,) = ready(inbox, site)
    site.drop("new", b"new")
    (site.path / "new").replace(site.path / "a.txt")
    claimed = take(inbox, waiting)
    site.drop("a.txt", b"newer")
    claimed.acknowledge()
    assert claimed.arrival.content == b"new"
    assert take_all(inbox, site)["a.txt"].arrival.content == b"newer"


@pytest.mark.parametrize(
    "name", [".hidden", "a.pdf.part", "a.tmp", "a.pdf~", "~$a.docx", "A.PDF.FILEPART", "Thumbs.db"]
)
def test_names_that_say_not_yet_are_believed(site: DirectorySite, name: str) -> None:
    """P16: hidden and temporary files belong to their writer."""
    site.drop(name, b"unfinished")
    assert not ready(site.watch(), site)


def test_where_markers_are_agreed_on_they_decide(site: DirectorySite) -> None:
    """P16: a file is ready when its marker stands beside it, and both go together."""
    inbox = site.watch(Rules(marked=True))
    site.drop("a.txt", b"a")
    list(inbox.scan())
    site.settle()
    assert not list(inbox.scan())
    site.drop("a.txt.done", b"")
    (waiting,) = inbox.scan()
    take(inbox, waiting).give_back()
    list(inbox.scan())
    site.settle()
    (again,) = inbox.scan()
    take(inbox, again).acknowledge()
    assert site.visible() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"two\nlines.txt", "two\nlines.txt"),
        ("\u202efdp.txt".encode(), "\u202efdp.txt"),
        (b"x" * 251 + b".txt", "x" * 251 + ".txt"),
        (b"caf\xe9.txt", "caf\\xe9.txt"),
        (b"-rf ;rm", "-rf ;rm"),
        ("é".encode() * 127, "é" * 127),
    ],
    ids=["newline", "right-to-left", "255-bytes", "invalid-utf-8", "shell", "255-bytes-of-accents"],
)
@pytest.mark.parametrize("folder", [b"", b"two\nlines \xe9"], ids=["alone", "batch"])
def test_strange_names_are_only_data(site: DirectorySite, folder: bytes, name: bytes, shown: str) -> None:
    """Any name that a file system allows is taken, shown in valid text, and removed."""
    place = site.path / os.fsdecode(folder)
    place.mkdir(exist_ok=True)
    path = place / os.fsdecode(name)
    path.write_bytes(b"content")
    claimed = take_all(site.watch(), site)[shown]
    claimed.arrival.declaration.file_name.encode("utf-8")
    claimed.acknowledge()
    assert claimed.arrival.content == b"content"
    assert not path.exists()


def test_what_is_not_a_file_of_its_own_is_told_set_aside_and_never_followed(
    site: DirectorySite, tmp_path: Path
) -> None:
    """Links, fifos and devices could make us read, wait for or remove what is not the feeder's."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    (site.path / "night").mkdir()
    (site.path / "night" / "link").symlink_to(outside)
    (site.path / "folder-link").symlink_to(tmp_path)
    (site.path / "loop").symlink_to("loop")
    os.link(outside, site.path / "hard")
    os.mkfifo(site.path / "fifo")
    site.drop("good.txt", b"good")
    assert problems(site) == [
        (ProblemCode.HARD_LINK, "hard"),
        (ProblemCode.NOT_A_FILE, "fifo"),
        (ProblemCode.SYMBOLIC_LINK, "folder-link"),
        (ProblemCode.SYMBOLIC_LINK, "link"),
        (ProblemCode.SYMBOLIC_LINK, "loop"),
    ]
    assert problems(site) == []
    assert outside.read_bytes() == b"secret"


def test_a_folder_that_turns_into_a_link_leads_nowhere(site: DirectorySite, tmp_path: Path) -> None:
    """A link put in a folder's place between scan and claim is not followed: nothing outside is moved or read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_bytes(b"secret")
    site.drop("a.txt", b"a", folder="night")
    inbox = site.watch()
    (waiting,) = ready(inbox, site)
    (site.path / "night").rename(tmp_path / "away")
    (site.path / "night").symlink_to(outside)
    assert inbox.claim(waiting) is None
    assert (outside / "a.txt").read_bytes() == b"secret"


def test_folders_without_end_are_told(site: DirectorySite) -> None:
    """A tree deeper than anybody needs is set aside whole."""
    deep = site.path.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_bytes(b"a")
    assert [code for code, _ in problems(site)] == [ProblemCode.CLOSED_FOLDER]
    assert problems(site) == []


def test_a_killed_watchers_file_is_found_again(site: DirectorySite) -> None:
    """P1: SIGKILL between claim and acknowledgement loses nothing and doubles nothing."""
    site.drop("letter.txt", b"letter", folder="night")
    killed = subprocess.run([sys.executable, "-c", WATCHER_KILLED_AFTER_CLAIM, site.path], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (site.path / "night" / "letter.txt").exists()
    inbox = site.watch()
    claims = take_all(inbox, site)
    assert {name: claimed.arrival.content for name, claimed in claims.items()} == {"letter.txt": b"letter"}
    claims["letter.txt"].acknowledge()
    assert [batch.batch for batch in finished(inbox, site)] == [claims["letter.txt"].arrival.batch]
    assert not ready(site.watch(), site)


def test_two_processes_take_five_hundred_files_once_each(site: DirectorySite) -> None:
    """P15, P17: the same promise as between threads, across processes."""
    for number in range(500):
        site.drop(f"{number}.txt", str(number).encode(), folder=f"night-{number % 3}")
    command = [sys.executable, "-c", WATCHER, str(site.path)]
    watchers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) for _ in range(2)
    ]
    assert [watcher.stdout.readline() for watcher in watchers if watcher.stdout] == ["ready\n"] * 2
    taken = [watcher.communicate("go\n")[0].split() for watcher in watchers]
    assert [watcher.returncode for watcher in watchers] == [0, 0]
    assert sorted(int(number) for numbers in taken for number in numbers) == list(range(500))


def test_a_batch_keeps_its_id_while_many_take_from_it(site: DirectorySite) -> None:
    """P15: one watcher notes what it took while another reads which batch this is."""
    lines = "".join(f"{number}.txt\n" for number in range(300))
    site.drop("manifest.csv", f"file\n{lines}".encode(), folder="night")
    for number in range(300):
        site.drop(f"{number}.txt", b"x", folder="night")
    inboxes = [site.watch() for _ in range(4)]
    waiting = [ready(inbox, site) for inbox in inboxes]

    def work(inbox: DirectoryInbox, files: Sequence[Waiting]) -> set[str | None]:
        claims = [inbox.claim(file) for file in files]
        taken = [claimed for claimed in claims if isinstance(claimed, DirectoryClaim)]
        for claimed in taken:
            claimed.acknowledge()
        return {claimed.arrival.batch for claimed in taken}

    with ThreadPoolExecutor(4) as pool:
        batches = set().union(*pool.map(work, inboxes, waiting))
    (batch,) = finished(inboxes[0], site)
    assert batches == {batch.batch}
    assert batch.problems == ()


def test_what_pretends_to_be_our_journal_is_replaced(site: DirectorySite, tmp_path: Path) -> None:
    """A link in its place is not followed, and a fifo not waited for."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    site.drop("a.txt", b"a", folder="one")
    site.drop("b.txt", b"b", folder="two")
    (site.path / "one" / ".verso-batch").symlink_to(outside)
    os.mkfifo(site.path / "two" / ".verso-batch")
    claims = take_all(site.watch(), site)
    assert all(claimed.arrival.batch for claimed in claims.values())
    assert outside.read_bytes() == b"secret"


def test_what_the_dead_left_empty_is_cleared_away(site: DirectorySite) -> None:
    """A year of restarts leaves no trace in the work area."""
    site.drop("a.txt", b"a")
    for _ in range(3):
        inbox = site.watch()
        take_all(inbox, site)["a.txt"].give_back()
        inbox.close()
    inbox = site.watch()
    take_all(inbox, site)["a.txt"].acknowledge()
    list(inbox.scan())
    work = site.path / ".verso-work"
    assert len(list(work.glob("area-*"))) == 1
    for batch in finished(inbox, site):
        batch.dismiss()
    assert list(work.glob("*/*")) == list(work.glob("area-*/lock"))


def test_a_folder_filled_slowly_is_one_batch(site: DirectorySite) -> None:
    """P16: a folder without a manifest that is empty for a moment is not finished: its writer may still be at work."""
    inbox = site.watch()
    batches = set()
    for number in range(5):
        site.drop(f"{number}.txt", b"x", folder="slow")
        list(inbox.scan())
        site.settle()
        (waiting,) = inbox.scan()
        claimed = take(inbox, waiting)
        batches.add(claimed.arrival.batch)
        claimed.acknowledge()
        assert not list(inbox.finished())
    assert len(batches) == 1
    assert [batch.batch for batch in finished(inbox, site)] == list(batches)


def test_a_batch_with_a_whole_manifest_is_finished_at_once(site: DirectorySite) -> None:
    """When every file on the list has come there is nothing to wait for."""
    site.drop("manifest.csv", b"file\na.txt\n", folder="night")
    site.drop("a.txt", b"a", folder="night")
    inbox = site.watch()
    take_all(inbox, site)["a.txt"].acknowledge()
    list(inbox.finished())
    site.settle()
    (batch,) = inbox.finished()
    batch.dismiss()
    assert not (site.path / "night").exists()


def test_what_is_dropped_into_a_finished_batch_is_not_swept_away(site: DirectorySite) -> None:
    """P5: a late file or a new manifest keeps its folder; the batch goes on."""
    site.drop("a.txt", b"a", folder="night")
    inbox = site.watch()
    claimed = take_all(inbox, site)["a.txt"]
    claimed.acknowledge()
    (batch,) = finished(inbox, site)
    site.drop("manifest.csv", b"file;author\nlate.txt;Dr Test\n", folder="night")
    site.drop("late.txt", b"late", folder="night")
    batch.dismiss()
    late = take_all(inbox, site)["late.txt"]
    assert (late.arrival.batch, late.arrival.declaration.author) == (claimed.arrival.batch, "Dr Test")


def test_a_manifest_that_grows_is_waited_for(site: DirectorySite) -> None:
    """P16: its files begin when it is whole, even if they have been whole for long."""
    inbox = site.watch()
    site.drop("a.txt", b"a", folder="night")
    list(inbox.scan())
    site.wait()
    site.drop("manifest.csv", b"file;author\n", folder="night")
    assert not list(inbox.scan())
    site.settle()
    site.drop("manifest.csv", b"file;author\na.txt;Dr Test\n", folder="night")
    assert not list(inbox.scan())
    site.settle()
    (waiting,) = inbox.scan()
    assert take(inbox, waiting).arrival.declaration.author == "Dr Test"


def test_a_manifest_that_never_comes_holds_nothing_up_for_ever(site: DirectorySite) -> None:
    """P17: after the patience its files are taken, and the feeder is told."""
    inbox = site.watch(Rules(needs_manifest=True))
    site.drop("a.txt", b"a", folder="night")
    take_all(inbox, site)["a.txt"].acknowledge()
    (batch,) = finished(inbox, site)
    assert [problem.code for problem in batch.problems] == [ProblemCode.MANIFEST_ABSENT]


def test_an_inbox_that_was_replaced_is_watched_again(site: DirectorySite, tmp_path: Path) -> None:
    """A remount or a recreated folder under the same path is the inbox from then on."""
    inbox = site.watch()
    site.path.rename(tmp_path / "away")
    with pytest.raises(InboxUnavailable):
        list(inbox.scan())
    site.drop("a.txt", b"a")
    assert set(take_all(inbox, site)) == {"a.txt"}


def test_a_closed_inbox_touches_nothing(site: DirectorySite) -> None:
    """What was claimed before is somebody else's by now: a late acknowledgement fails instead of removing it."""
    site.drop("a.txt", b"a")
    inbox = site.watch()
    claimed = take_all(inbox, site)["a.txt"]
    inbox.close()
    with pytest.raises(InboxUnavailable):
        claimed.acknowledge()
    assert set(take_all(site.watch(), site)) == {"a.txt"}


def test_failures_of_the_world_say_nothing_about_files(site: DirectorySite) -> None:
    """An operating system's error carries the file's name; ours does not, nor does its cause."""
    site.drop("DUPONT.txt", b"a")
    inbox = site.watch()
    claimed = take_all(inbox, site)["DUPONT.txt"]
    inbox.close()
    with pytest.raises(InboxUnavailable) as raised:
        claimed.acknowledge()
    assert "DUPONT" not in repr(raised.value)
    assert raised.value.__suppress_context__


def test_the_kind_of_file_system_is_said(site: DirectorySite) -> None:
    """P18: an operator sees whether files come over a network."""
    assert "file system" in site.watch().check()


def test_the_name_of_the_feeder_is_kept(site: DirectorySite) -> None:
    """An inbox has one feeder."""
    inbox = site.watch(Rules(settle=timedelta(0)))
    assert inbox.feeder == HOSPITAL


def test_a_failed_give_back_loses_nothing(site: DirectorySite, monkeypatch: pytest.MonkeyPatch) -> None:
    """P3: when even giving back fails, the file is found where it lies, by this process or the next."""
    site.drop("a.txt", b"a", folder="night")
    inbox = site.watch()
    claimed = take_all(inbox, site)["a.txt"]

    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "rename", failing)
        with pytest.raises(InboxUnavailable):
            claimed.give_back()
    again = take_all(inbox, site)["a.txt"]
    assert again.arrival == claimed.arrival
    again.give_back()
    assert take_all(site.watch(), site)["a.txt"].arrival == claimed.arrival


def test_a_failed_removal_is_a_duplicate_later_never_a_loss(
    site: DirectorySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P2: what is received but could not be removed is handed over again, and known by its content then."""
    site.drop("a.txt", b"a")
    inbox = site.watch()
    claimed = take_all(inbox, site)["a.txt"]

    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "unlink", failing)
        with pytest.raises(InboxUnavailable):
            claimed.acknowledge()
    take_all(inbox, site)["a.txt"].acknowledge()
    assert not ready(site.watch(), site)


def test_a_folders_name_does_not_outlive_its_files(site: DirectorySite) -> None:
    """A folder may be named after a patient: nothing of it stays in the work area."""
    site.drop("a.txt", b"a", folder="DUPONT Jean")
    inbox = site.watch()
    take_all(inbox, site)["a.txt"].acknowledge()
    list(inbox.scan())
    assert not list((site.path / ".verso-work").rglob("DUPONT*"))


def test_folders_cleared_away_by_somebody_else_are_made_again(site: DirectorySite) -> None:
    """A tidy administrator costs one scan."""
    inbox = site.watch()
    site.drop("a.txt", b"a", folder="night")
    site.drop("held.txt", b"held", folder="day")
    take_all(inbox, site)["a.txt"].acknowledge()
    (folder,) = (site.path / ".verso-work").glob("area-*/2-0/night")
    folder.rmdir()
    site.drop("b.txt", b"b", folder="night")
    assert [inbox.claim(waiting) for waiting in ready(inbox, site)] == [None]
    assert set(take_all(inbox, site)) == {"b.txt"}
