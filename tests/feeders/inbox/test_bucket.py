"""The inbox that is a prefix of a bucket, against a real server."""

import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from documents.errors import InboxUnavailable
from feeders.inbox.rules import Rules
from feeders.inbox.s3 import BucketBatches, BucketInbox, Drawer
from feeders.problem import Problem, ProblemCode
from storage.holdings.memory import MemoryHoldings
from storage.holdings.sql import SqlHoldings
from storage.ledger.migration import migrate
from storage.objects.s3 import Bucket
from tests.contracts.inboxes import HOSPITAL, InboxContract, finished, ready, take, take_all
from tests.feeders.inbox.test_directory import PDF
from tests.services.seaweedfs import SeaweedFs, running

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Takes the only file of a prefix, and is killed at the point that is named.
KILLED = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from documents.feeder import Feeder, FeederKind
from feeders.inbox.rules import Rules
from feeders.inbox.s3 import BucketBatches, BucketInbox, Drawer
from storage.holdings.sql import SqlHoldings
from storage.objects.s3 import Bucket
endpoint, access, secret, prefix, ledger, point = sys.argv[1:]
bucket = Bucket(name="drops", endpoint=endpoint, region="us-east-1", access_key=access, secret_key=secret)
drawer = Drawer(bucket, prefix)
holdings = SqlHoldings.opened(ledger, lambda: datetime.now(UTC))
batches = BucketBatches(drawer, holdings, "hospital-a", timedelta(minutes=5))
feeder = Feeder(name="hospital-a", kind=FeederKind.HOSPITAL)
inbox = BucketInbox(batches, feeder, Rules(settle=timedelta(0)))
(waiting,) = inbox.scan()

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if point == "held":
    drawer.read = die
claimed = inbox.claim(waiting)
assert claimed.arrival.content == b"letter"
if point == "claimed":
    die()
if point == "noted":
    drawer.take_out = die
if point == "taken-out":
    batches.let_go = die
claimed.acknowledge()
"""


class BucketSite:
    """A prefix as a feeder sees it, and the watchers that it does not see."""

    def __init__(self, bucket: Bucket, prefix: str, client: "S3Client") -> None:
        """Use a prefix of its own."""
        self.bucket = bucket
        self.prefix = prefix
        self.client = client
        self.now = 0.0
        self.holdings = MemoryHoldings(lambda: datetime.now(UTC))
        self._watchers: list[BucketInbox] = []

    @property
    def drawer(self) -> Drawer:
        """One more way into the prefix."""
        return Drawer(self.bucket, self.prefix, self.client)

    def beside(self, prefix: str) -> "BucketSite":
        """Return another prefix of the same bucket."""
        return BucketSite(self.bucket, prefix, self.client)

    def watch(
        self, rules: Rules | None = None, *, vetoed: bool = False, client: "S3Client | None" = None
    ) -> BucketInbox:
        """Open one more watcher."""
        drawer = Drawer(self.bucket, self.prefix, client or self.client)
        batches = BucketBatches(drawer, self.holdings, HOSPITAL.name, timedelta(minutes=5))
        inbox = BucketInbox(batches, HOSPITAL, rules, may_claim=lambda: not vetoed, clock=lambda: self.now)
        self._watchers.append(inbox)
        return inbox

    def drop(self, name: str, content: bytes, folder: str | None = None) -> None:
        """Drop a whole file."""
        place = name if folder is None else f"{folder}/{name}"
        self.client.put_object(Bucket=self.bucket.name, Key=self.prefix + place, Body=content)

    def names(self) -> list[str]:
        """Return the names of all that is there, ours included."""
        return [item.name for item in self.drawer.items()]

    def visible(self) -> list[str]:
        """Return the names that a feeder put there."""
        return [name for name in self.names() if not name.startswith(".")]

    def settle(self) -> None:
        """Let just enough time pass for a file to have settled."""
        self.now += Rules().settle.total_seconds()

    def wait(self) -> None:
        """Let more time pass than any rule asks for."""
        self.now += (Rules().patience + timedelta(seconds=1)).total_seconds()


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFs]:
    """Give a real S3 server, one for each process that runs tests."""
    with running(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


@pytest.fixture(scope="session")
def drops(seaweedfs: SeaweedFs) -> BucketSite:
    """Give a bucket for drops."""
    bucket = seaweedfs.bucket("drops")
    return BucketSite(bucket, "", bucket.client())


@pytest.fixture(scope="session")
def versioned(seaweedfs: SeaweedFs) -> BucketSite:
    """Give a bucket that keeps versions."""
    bucket = seaweedfs.bucket("versioned-drops", locked=True)
    return BucketSite(bucket, "", bucket.client())


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Give numbers for prefixes that nobody has used."""
    return itertools.count()


@pytest.fixture
def site(drops: BucketSite, numbers: Iterator[int]) -> BucketSite:
    """Give a prefix."""
    return drops.beside(f"chu/{next(numbers)}/inbox/")


@pytest.fixture
def versioned_site(versioned: BucketSite, numbers: Iterator[int]) -> BucketSite:
    """Give a prefix of a bucket that keeps versions."""
    return versioned.beside(f"chu/{next(numbers)}/inbox/")


class TestBucketInbox(InboxContract):
    """It keeps the contract."""


def test_a_prefix_has_nothing_to_do_with_others(site: BucketSite, numbers: Iterator[int]) -> None:
    """Two feeders of one bucket never see each other's, nor does an answer come in as a document."""
    other = site.beside(f"chu/{next(numbers)}/inbox/")
    other.drop("letter.txt", b"other")
    site.beside(site.prefix.replace("inbox", "outbox")).drop("a.json", b"{}")
    site.drop("letter.txt", b"mine")
    assert [one.arrival.content for one in take_all(site.watch(), site).values()] == [b"mine"]


def test_an_object_is_not_ready_at_first_sight(site: BucketSite) -> None:
    """P16: it must look the same for the settling time; one that is put anew begins anew."""
    site.drop("letter.txt", b"first")
    inbox = site.watch()
    assert not list(inbox.scan())
    site.settle()
    site.drop("letter.txt", b"second try")
    assert not list(inbox.scan())
    site.settle()
    (waiting,) = inbox.scan()
    assert take(inbox, waiting).arrival.content == b"second try"


def test_an_object_without_its_end_is_waited_for(site: BucketSite) -> None:
    """P16: a tool that put half a file puts the whole one soon; after the patience it is taken as it is."""
    inbox = site.watch()
    site.drop("scan.pdf", PDF[:-8])
    list(inbox.scan())
    site.settle()
    assert not list(inbox.scan())
    site.drop("scan.pdf", PDF)
    list(inbox.scan())
    site.settle()
    assert take_all(inbox, site)["scan.pdf"].arrival.content == PDF
    site.drop("other.pdf", PDF[:-8])
    assert len(ready(inbox, site)) == 1


def test_where_markers_are_agreed_on_they_decide(site: BucketSite) -> None:
    """P16: a file is ready when its marker is there, and both go together."""
    inbox = site.watch(Rules(marked=True))
    site.drop("a.txt", b"a")
    list(inbox.scan())
    site.settle()
    assert not list(inbox.scan())
    site.drop("a.txt.done", b"")
    (waiting,) = inbox.scan()
    take(inbox, waiting).acknowledge()
    assert site.visible() == []


def test_an_object_replaced_between_scan_and_claim_is_not_taken_for_the_other(site: BucketSite) -> None:
    """What was listed is asked for, and nothing else: the next scan finds the new one."""
    site.drop("a.txt", b"old")
    inbox = site.watch()
    (waiting,) = ready(inbox, site)
    site.drop("a.txt", b"new")
    assert inbox.claim(waiting) is None
    assert take_all(inbox, site)["a.txt"].arrival.content == b"new"


@pytest.mark.parametrize("kind", ["site", "versioned_site"])
def test_an_object_replaced_while_it_is_received_is_another_file(request: pytest.FixtureRequest, kind: str) -> None:
    """P2: what is removed is what was received: by its version where there are versions, else by its content."""
    site: BucketSite = request.getfixturevalue(kind)
    site.drop("a.txt", b"old")
    inbox = site.watch()
    claimed = take_all(inbox, site)["a.txt"]
    site.drop("a.txt", b"newer")
    claimed.acknowledge()
    assert take_all(inbox, site)["a.txt"].arrival.content == b"newer"


def test_what_is_received_leaves_no_version(versioned_site: BucketSite) -> None:
    """A readable copy behind a delete marker would be a leak that nobody sees."""
    versioned_site.drop("a.txt", b"a")
    take_all(versioned_site.watch(), versioned_site)["a.txt"].acknowledge()
    place = f"{versioned_site.prefix}a.txt"
    left = versioned_site.client.list_object_versions(Bucket=versioned_site.bucket.name, Prefix=place)
    assert "Versions" not in left


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines.txt",
        "\u202efdp.txt",
        "x" * 251 + ".txt",
        "-rf ;rm",
        "é" * 127,
        "a<b>&\"'%41+ c.txt",
        "\x01control.txt",
        "e\u0301.txt",
    ],
    ids=["newline", "right-to-left", "255-bytes", "shell", "accents", "markup", "control", "decomposed"],
)
@pytest.mark.parametrize("folder", [None, "two\nlines é"], ids=["alone", "batch"])
def test_strange_names_are_only_data(site: BucketSite, folder: str | None, name: str) -> None:
    """Any name that a server takes is taken, shown as it is, and removed."""
    site.drop(name, b"content", folder=folder)
    claimed = take_all(site.watch(), site)[name]
    claimed.acknowledge()
    assert claimed.arrival.content == b"content"
    assert site.visible() == []


@pytest.mark.parametrize("name", [".hidden", "a.pdf.part", "~$a.docx", "folder/", "night/.verso/x", "Thumbs.db"])
def test_names_that_say_not_yet_are_believed(site: BucketSite, name: str) -> None:
    """P16: hidden and temporary objects belong to their writer, and what ends in a slash stands for a folder."""
    site.drop(name, b"")
    assert not ready(site.watch(), site)


@pytest.mark.parametrize("point", ["held", "claimed", "noted", "taken-out"])
def test_a_watcher_killed_at_any_point_loses_and_doubles_nothing(
    site: BucketSite, seaweedfs: SeaweedFs, tmp_path: Path, point: str
) -> None:
    """P1, P2: its hold lapses, the file waits again; once it was removed it is gone, and its batch is answered."""
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(ledger)
    site.drop("letter.txt", b"letter", folder="night")
    words = [seaweedfs.endpoint, site.bucket.access_key, site.bucket.secret_key, site.prefix, ledger, point]
    killed = subprocess.run([sys.executable, "-c", KILLED, *words], check=False)
    assert killed.returncode == -signal.SIGKILL
    ahead = datetime.now(UTC)
    register = SqlHoldings.opened(ledger, lambda: ahead)
    batches = BucketBatches(site.drawer, register, HOSPITAL.name, timedelta(minutes=5))
    inbox = BucketInbox(batches, HOSPITAL, clock=lambda: site.now)
    assert not ready(inbox, site)
    ahead += timedelta(minutes=6)
    claims = take_all(inbox, site)
    left = [] if point == "taken-out" else ["letter.txt"]
    assert list(claims) == left
    for claimed in claims.values():
        claimed.acknowledge()
    (batch,) = finished(inbox, site)
    assert (batch.name, tuple(batch.problems)) == ("night", ())
    batch.dismiss()
    register.close()
    assert site.names() == []


def test_a_living_watcher_keeps_what_it_is_at(site: BucketSite) -> None:
    """A long receipt is not taken for a death as long as its process scans."""
    moment = [datetime.now(UTC)]
    site.holdings = MemoryHoldings(lambda: moment[0])
    site.drop("a.txt", b"a")
    inbox, other = site.watch(), site.watch()
    take_all(inbox, site)
    for _ in range(5):
        moment[0] += timedelta(minutes=4)
        site.wait()
        list(inbox.scan())
        assert not ready(other, site)
    moment[0] += timedelta(minutes=6)
    assert set(take_all(other, site)) == {"a.txt"}


def test_a_batch_that_is_over_leaves_nothing(site: BucketSite) -> None:
    """Manifest, placeholder and notes go with it; a year of nights leaves no trace."""
    site.drop("", b"", folder="night")
    site.drop("manifest.csv", b"file\na.txt\nb.txt\n", folder="night")
    site.drop("a.txt", b"a", folder="night")
    site.drop("alone.txt", b"b")
    inbox = site.watch()
    for claimed in take_all(inbox, site).values():
        claimed.acknowledge([Problem(code=ProblemCode.ARCHIVE_EMPTY, file_name="a.txt")])
    for batch in finished(inbox, site):
        batch.note_answered()
        batch.dismiss()
        batch.dismiss()
    assert site.names() == []
    assert not finished(site.watch(), site)


def test_a_batch_that_another_watcher_dismissed_is_not_answered_again(site: BucketSite) -> None:
    """Its notes are gone: a second answer would know less than the first."""
    site.drop("a.txt", b"a", folder="night")
    site.drop("b.txt", b"b")
    inbox, other = site.watch(), site.watch()
    for claimed in take_all(inbox, site).values():
        claimed.acknowledge()
    seen = finished(other, site)
    assert len(seen) == 2
    looking = other.finished()
    first = next(looking)
    for batch in (first, *finished(inbox, site)):
        batch.dismiss()
    assert list(looking) == []
    assert site.names() == []


def test_what_is_dropped_into_a_finished_batch_is_not_swept_away(site: BucketSite) -> None:
    """P5: a late file or a new manifest keeps its batch; it goes on."""
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


def test_a_folder_that_holds_a_manifest_alone_is_answered(site: BucketSite) -> None:
    """P5: the files that never came are named."""
    site.drop("manifest.csv", b"file\na.txt\n", folder="night")
    inbox = site.watch()
    assert not list(inbox.finished())
    (batch,) = finished(inbox, site)
    assert [(problem.code, problem.file_name) for problem in batch.problems] == [
        (ProblemCode.MANIFEST_MISSING, "a.txt")
    ]
    batch.dismiss()
    assert site.names() == []


def test_what_was_set_aside_stays_where_its_feeder_sees_it(site: BucketSite) -> None:
    """It is told once; when its feeder removes or replaces it nothing is remembered."""
    inbox = site.watch(Rules(largest=10))
    site.drop("large.txt", b"12345678901")
    (waiting,) = ready(inbox, site)
    assert isinstance(inbox.claim(waiting), Problem)
    assert site.visible() == ["large.txt"]
    for batch in finished(inbox, site):
        batch.dismiss()
    site.drop("large.txt", b"small")
    take_all(inbox, site)["large.txt"].acknowledge()
    for batch in finished(inbox, site):
        batch.dismiss()
    assert site.names() == []


def test_an_outage_of_the_bucket_loses_nothing_and_names_nobody(site: BucketSite) -> None:
    """P3: whatever could not be done is done later, by this watcher or another."""
    site.drop("DUPONT.txt", b"a")
    client = site.bucket.client()
    inbox = site.watch(client=client)
    claimed = take_all(inbox, site)["DUPONT.txt"]

    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="DUPONT")

    client.meta.events.register("before-send.s3", fail)
    for act in (claimed.acknowledge, claimed.give_back, inbox.state, inbox.check):
        with pytest.raises(InboxUnavailable) as raised:
            act()
        assert "DUPONT" not in repr(raised.value)
        assert raised.value.__suppress_context__
    inbox.close()
    assert set(take_all(site.watch(), site)) == {"DUPONT.txt"}


def test_a_server_that_cannot_compare_before_it_removes_is_named(site: BucketSite) -> None:
    """An operator reads that names must not be used twice there."""
    client = site.bucket.client()
    inbox = site.watch(client=client)
    assert inbox.check() == "a prefix of a bucket, by listing"

    def ignoring(params: dict[str, object], **_: object) -> None:
        params.pop("IfMatch", None)

    client.meta.events.register("before-parameter-build.s3.DeleteObject", ignoring)
    assert "no name may be used twice" in inbox.check()
    assert site.names() == []
