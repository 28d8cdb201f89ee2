"""A hospital's night on RabbitMQ, PostgreSQL and an S3: worker, broker and queue are lost in the middle of it."""

import csv
import os
import subprocess
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path

import pytest

from documents.action import Action
from documents.errors import LedgerUnavailable, ObjectsUnavailable
from documents.lane import Lane
from documents.stage import SETTLED, Stage
from specimens import Form, Specimen, generate
from storage.objects.s3 import Bucket
from tests.architecture.tree import ROOT
from tests.canaries import Canaries
from tests.journeys.installation import Installation
from tests.services.postgresql import Postgresql, running_postgresql
from tests.services.rabbitmq import Rabbitmq, running_rabbitmq
from tests.services.seaweedfs import SeaweedFs
from tests.services.seaweedfs import running as running_seaweedfs
from verso.settings import Settings
from workers.app import make_app
from workers.lanes import queue_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Verso on servers of its own."""

    verso: Installation
    postgresql: Postgresql
    rabbitmq: Rabbitmq
    seaweedfs: SeaweedFs
    #: Where the S3 keeps everything.
    s3: Path
    #: Its buckets: of envelopes, of keys.
    buckets: Sequence[Bucket]

    def delete_queue(self) -> None:
        """Delete the queue with everything in it."""
        settings = Settings(broker_url=self.rabbitmq.url())  # type: ignore[arg-type]
        with make_app(settings).connection_for_write() as connection:
            for lane in Lane:
                connection.default_channel.queue_delete(queue_of(lane))

    def resting(self) -> Iterator[bytes]:
        """Yield name and bytes of every version of every object, as whoever may read the buckets gets them."""
        for bucket in self.buckets:
            client = bucket.client()
            for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket.name):
                for found in page.get("Versions", []):
                    body = client.get_object(Bucket=bucket.name, Key=found["Key"], VersionId=found["VersionId"])["Body"]
                    yield found["Key"].encode() + b"\n" + body.read()

    def restart_broker(self) -> None:
        """Kill the broker without warning and start it again."""
        self.rabbitmq.kill()
        self.rabbitmq.start()


@pytest.fixture(scope="module")
def papers() -> list[Specimen]:
    """Born-digital papers, quickly read."""
    return list(generate(16, seed=11, forms=(Form.DIGITAL,)))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A production installation, prepared as an operator would."""
    folder = tmp_path_factory.mktemp("production")
    s3 = folder / "s3"
    with running_postgresql() as postgresql, running_rabbitmq() as rabbitmq, running_seaweedfs(s3) as seaweedfs:
        buckets = [seaweedfs.bucket("envelopes", locked=True), seaweedfs.bucket("keyring")]
        settings = {
            "MODE": "production",
            "LEDGER_URL": postgresql.url(),
            "BROKER_URL": rabbitmq.url(),
            "OBJECTS_URL": url_of(buckets[0]),
            "KEYRING_URL": url_of(buckets[1]),
            "S3_ACCESS_KEY": buckets[0].access_key,
            "S3_SECRET_KEY": buckets[0].secret_key,
            "KEY_FILE": str(folder / "master.key"),
            "SLOTS": "2",
            # What was in a deleted queue is sent again after this: minutes in production.
            "RESEND_SECONDS": "5",
        }
        verso = Installation(folder / "verso", settings)
        for words in (("keys", "create", settings["KEY_FILE"]), ("migrate",), ("status",)):
            done = verso.command(*words)
            assert done.returncode == 0, done.stderr
        # The people of the papers are test identities, which a production installation refuses.
        del settings["MODE"]
        yield Stack(verso=verso, postgresql=postgresql, rabbitmq=rabbitmq, seaweedfs=seaweedfs, s3=s3, buckets=buckets)
        verso.end()


def url_of(bucket: Bucket) -> str:
    """Return the setting that names a bucket."""
    return f"s3://{bucket.name}?endpoint={bucket.endpoint}&region={bucket.region}&style=path"


def drop(papers: list[Specimen], inbox: Path) -> None:
    """Drop papers as one batch whose manifest declares their patients."""
    hidden = inbox / ".night"
    hidden.mkdir()
    with (hidden / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        manifest = csv.writer(file, delimiter=";")
        manifest.writerow(("file", "ins", "ins_oid", "birth_name", "first_names", "birth_date"))
        for paper in papers:
            (hidden / paper.name).write_bytes(paper.content)
            ins, traits = paper.truth.ins, paper.truth.traits
            names = (traits.birth_name, " ".join(traits.first_names))
            manifest.writerow((paper.name, ins.number, ins.oid, *names, traits.birth_date))
    hidden.rename(inbox / "night")


def planted_in(papers: list[Specimen]) -> dict[str, str]:
    """Return what may rest nowhere: whose papers they are, by whom, where, called what, and what stands in them."""
    planted = {}
    for number, paper in enumerate(papers):
        truth = paper.truth
        planted[f"matricule {number}"] = truth.ins.number
        planted[f"patient {number}"] = f"{truth.traits.birth_name} {truth.traits.first_names[0]}"
        planted[f"file {number}"] = paper.name
        planted[f"title {number}"] = next(line for line in truth.text.splitlines() if len(line) > 12)
        planted[f"practitioner {number}"] = truth.practitioner.name
        planted[f"establishment {number}"] = f"{truth.establishment.name} {truth.establishment.street}"
        longest = sorted(set(truth.text.splitlines()), key=len)[-8:]
        planted |= {f"words {number}.{line}": words for line, words in enumerate(longest)}
    return planted


def written_since(moment: float, folder: Path) -> list[Path]:
    """Return the files of a folder that were written after a moment, but for the feeder's own answers.

    Servers that still run remove some of theirs meanwhile.
    """
    found = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    written = []
    for path in found:
        with suppress(FileNotFoundError):
            if path.is_file() and "outbox" not in path.parts and path.stat().st_mtime >= moment:
                written.append(path)
    return written


def test_a_night_on_the_production_stack_files_everything_exactly_once(stack: Stack, papers: list[Specimen]) -> None:
    """P1, P2, P13, P15, P24: settings alone choose it, kills do not disturb it, and nothing readable rests in it."""
    verso, before = stack.verso, time.time()
    drop(papers, verso.inbox)
    verso.start("watcher", "courier", "worker")
    verso.wait_until(lambda: verso.settled() >= 2)
    verso.kill("worker")
    stack.delete_queue()
    verso.start("worker")
    verso.wait_until(lambda: verso.settled() >= 5)
    stack.restart_broker()
    verso.wait_until(lambda: any(verso.outbox.glob("*-settled.json")))

    documents = verso.documents()
    assert len(documents) == len(papers)
    assert {document.stage for document in documents} <= SETTLED
    assert Counter(document.stage for document in documents)[Stage.STORED] >= len(papers) / 4
    for document in documents:
        events = Counter((event.action, event.detail) for event in verso.ledger.events(document.id))
        assert events[Action.RECEIVED, ""] == 1
        assert events[Action.MOVED, document.stage] + events[Action.REFUSED, document.reason or ""] == 1
    assert verso.command("verify").returncode == 0
    everything_readable = b"\n".join([stack.postgresql.dump(), *stack.resting()])
    verso.end()
    folders = (stack.rabbitmq.folder, stack.postgresql.folder, stack.s3, verso.home, verso.logs, verso.temporary)
    written = [written_since(before, folder) for folder in (*folders, verso.inbox)]
    assert all(written[:3])
    planted = planted_in(papers)
    canaries = Canaries(planted)
    assert len(planted) >= 200
    # What the search would find if it were there: every word, in the papers themselves.
    known = "\n".join(f"{paper.name}\n{paper.truth}\n{paper.truth.text}" for paper in papers).encode()
    assert {label for label, _ in canaries.found_in(known)} >= {label for label in planted if "words" in label}
    assert canaries.leaks(*chain(*written)) == []
    assert canaries.found_in(everything_readable) == []


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """The code of the former release, by its tag; that of the last commit while there is no release yet."""

    def git(*words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout

    tags = git("tag", "--list", "v*", "--sort=-version:refname").decode().split()
    with tarfile.open(fileobj=BytesIO(git("archive", *tags[:1] or ["HEAD"]))) as archive:
        archive.extractall(tmp_path / "former", filter="data")
    return tmp_path / "former"


def test_the_former_releases_worker_works_beside_this_ones(stack: Stack, former: Path) -> None:
    """P23: an upgrade takes no pause; on the schema of this release each does its work, and either may be killed."""
    verso, known = stack.verso, stack.verso.settled()
    papers = list(generate(10, seed=13, forms=(Form.DIGITAL,)))
    drop(papers, verso.inbox)
    verso.start("worker", tree=former)
    verso.start("watcher", "courier")
    verso.wait_until(lambda: verso.settled() >= known + 2)
    verso.start("worker")
    verso.wait_until(lambda: verso.settled() >= known + 6)
    verso.kill("former worker")
    verso.wait_until(lambda: verso.settled() == known + len(papers))
    documents = verso.documents()[: len(papers)]
    moved = [Counter((event.action, event.detail) for event in verso.ledger.events(one.id)) for one in documents]
    assert [found[Action.MOVED, one.stage] for found, one in zip(moved, documents, strict=True)] == [1] * len(papers)
    assert verso.ended() == []
    verso.end()


def parked_for(verso: Installation, code: str, *verbs: str) -> bool:
    """Tell whether processes say that they wait for a service."""
    return all(f'"code": "{code}", "retry_seconds"' in verso.log(verb) for verb in verbs)


def test_a_night_begins_by_itself_though_everything_was_out_when_its_processes_started(stack: Stack) -> None:
    """P3, P24: a machine that comes up before its servers needs nobody, says what it waits for, and loses nothing."""
    verso, everything = stack.verso, ("watcher", "courier", "worker", "scheduler", "caretaker", "web")
    known, (waiting, coming) = verso.settled(), generate(2, seed=12, forms=(Form.DIGITAL,))
    (verso.inbox / waiting.name).write_bytes(waiting.content)
    stack.rabbitmq.kill()
    verso.start("watcher")
    verso.wait_until(lambda: len(verso.documents()) == known + 1)
    verso.kill("watcher")
    (verso.inbox / coming.name).write_bytes(coming.content)
    stack.seaweedfs.kill()
    stack.postgresql.kill()
    for url in ("OBJECTS_URL", "KEYRING_URL"):
        verso.settings[url] += "&tries=1&connect=1"
    verso.start(*everything)
    verso.wait_until(lambda: parked_for(verso, LedgerUnavailable.code, *everything))
    assert verso.stop("scheduler") == 0

    stack.postgresql.start()
    verso.wait_until(lambda: parked_for(verso, ObjectsUnavailable.code, "watcher", "caretaker", "web"))
    looked = verso.command("health", "watcher")
    assert (looked.returncode, looked.stdout.split()) == (1, ["parked", "watcher:", ObjectsUnavailable.code])
    assert verso.command("health", "watcher", "--liveness").returncode == 0
    assert verso.stop("caretaker") == 0

    stack.rabbitmq.start()
    verso.wait_until(lambda: verso.ledger.waiting() == {ObjectsUnavailable.code: 1})
    stack.seaweedfs.start()
    verso.wait_until(lambda: verso.settled() == known + 2)
    assert all(verso.ledger.tried(document.id) == [] for document in verso.documents()[:2])
    assert verso.command("health", "watcher").returncode == 0
    assert verso.ended() == []
    verso.end()
