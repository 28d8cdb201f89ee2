"""A journey: a machine starts again while the object store is out."""

from pathlib import Path

import pytest

from documents.errors import ObjectsUnavailable
from specimens import Form, generate
from tests.journeys.installation import Installation
from tests.services.seaweedfs import running


@pytest.mark.timeout(180)
def test_a_worker_that_starts_while_the_store_is_out_parks_its_work_until_it_is_back(tmp_path: Path) -> None:
    """P3, P24: nobody has to start it again, and nothing is counted against what waited."""
    (paper,) = generate(1, seed=3, forms=(Form.DIGITAL,))
    with running(tmp_path / "s3") as server:
        buckets = [server.bucket("envelopes"), server.bucket("keyring")]
        at = f"?endpoint={server.endpoint}&style=path&tries=1&connect=1"
        settings = {
            "OBJECTS_URL": f"s3://{buckets[0].name}{at}",
            "KEYRING_URL": f"s3://{buckets[1].name}{at}",
            "S3_ACCESS_KEY": buckets[0].access_key,
            "S3_SECRET_KEY": buckets[0].secret_key,
            "SLOTS": "1",
        }
        verso = Installation(tmp_path / "verso", settings)
        try:
            assert verso.command("status").returncode == 0
            verso.start("watcher")
            (verso.inbox / paper.name).write_bytes(paper.content)
            verso.wait_until(lambda: len(verso.documents()) == 1)
            verso.kill("watcher")
            server.kill()
            verso.start("worker", "courier")
            verso.wait_until(lambda: verso.ledger.waiting() == {ObjectsUnavailable.code: 1})
            server.start()
            verso.wait_until(lambda: verso.settled() == 1)
            (settled,) = verso.documents()
            assert verso.ledger.tried(settled.id) == []
        finally:
            verso.end()
    assert "starts-parked" in (verso.logs / "worker").read_text(encoding="utf-8")
