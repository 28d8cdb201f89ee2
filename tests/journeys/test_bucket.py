"""A hospital's night in a bucket: a batch with its manifest and an archive, from the drop to the last answer."""

import json
from pathlib import Path
from typing import Any

from feeders.inbox.s3 import Drawer
from specimens import Form, Kind, generate
from tests.canaries import Canaries
from tests.journeys.installation import Installation
from tests.journeys.test_exchange import manifest
from tests.services.seaweedfs import running
from verso.bootstrap import build_archive
from verso.settings import load_settings

URL = "s3://drops/chu/inbox?outbox=chu/outbox&endpoint={endpoint}&region=us-east-1"


def answers(outbox: Drawer, phase: str) -> list[dict[str, Any]]:
    """Return the answers of a phase that lie in the outbox."""
    names = [item.name for item in outbox.items() if item.name.endswith(f"-{phase}.json")]
    return [json.loads(outbox.get(name)) for name in names]


def test_a_batch_in_a_bucket_is_stored_and_answered_there(tmp_path: Path) -> None:
    """P1, P2, P16: the watcher is killed in the middle; nothing is lost or doubled, and the bucket is left empty."""
    papers = list(generate(5, 23, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))
    batch = {paper.name: paper for paper in papers[:4]}
    with running(tmp_path / "s3") as server:
        bucket = server.bucket("drops")
        inbox, outbox = Drawer(bucket, "chu/inbox/"), Drawer(bucket, "chu/outbox/")
        inbox.put("night/manifest.csv", manifest({**batch, "never-sent.pdf": papers[4]}))
        for name, paper in batch.items():
            inbox.put(f"night/{name}", paper.content)
        inbox.put(papers[4].name, papers[4].content)
        settings = {
            "INBOXES": "{}",
            "INBOX_BUCKETS": json.dumps({"hospital": URL.format(endpoint=server.endpoint)}),
            "INBOX_BUCKET_KEYS": json.dumps({"hospital": f"{bucket.access_key}:{bucket.secret_key}"}),
            "LEASE_SECONDS": "2",
        }
        verso = Installation(tmp_path / "verso", settings)
        assert verso.command("status").returncode == 0
        try:
            verso.start("watcher", "courier", "worker")
            verso.wait_until(lambda: len(verso.documents()) >= 1)
            verso.kill("watcher")
            verso.start("watcher")
            verso.wait_until(lambda: len(answers(outbox, "settled")) == 2)
            documents = verso.documents()
        finally:
            verso.end()
        told = {problem["code"]: problem["file"] for one in answers(outbox, "settled") for problem in one["problems"]}
        assert told == {"manifest-missing": "never-sent.pdf"}
        assert [item.name for item in inbox.items()] == []
    assert len(documents) == 5
    # Papers may be doubted; whatever patient is found is the one that the manifest declares.
    store = build_archive(load_settings(home=verso.home))
    found = {document.patient for document in documents} - {None}
    assert len(found) >= 2
    assert found <= {store.pseudonym(paper.truth.ins) for paper in papers}
    planted = {f"name {number}": paper.name for number, paper in enumerate(papers)}
    planted |= {f"matricule {number}": paper.truth.ins.number for number, paper in enumerate(papers)}
    assert Canaries(planted).leaks(verso.home, verso.logs, verso.temporary) == []
