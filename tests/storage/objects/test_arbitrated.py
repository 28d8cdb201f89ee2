"""A server on which the last writer wins, behind an arbiter: the same contract is kept, across processes too."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest

from documents.errors import WrongSetting
from storage.holdings.arbiter import HoldingArbiter
from storage.holdings.sql import SqlHoldings
from storage.ledger.migration import migrate
from storage.objects.s3 import Bucket, S3Objects
from storage.objects.s3.bucket import Checksum, Puts
from tests.contracts.objects import ObjectsContract, Reopen
from tests.services.liars import running_rclone
from verso.settings import load_settings
from verso.stores import build_objects

#: Puts its own number under twenty names, and prints those of which it is told that it was first.
WRITER = """
import sys
from verso.settings import load_settings
from verso.stores import build_objects
store = build_objects(load_settings())
sys.stdin.readline()
print(*(key for key in range(20) if store.put(f"race/{key:02d}", sys.argv[1].encode() * 20_000)))
"""


@pytest.fixture(scope="module")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Give a bucket of rclone, which ignores `If-None-Match`, as an operator sets one up."""
    with running_rclone(tmp_path_factory.mktemp("rclone")) as bucket:
        yield replace(bucket, checksum=Checksum.MD5, puts=Puts.ARBITRATED, versions=None)


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlHoldings]:
    """Give the register that everybody asks."""
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"
    migrate(url)
    register = SqlHoldings.opened(url, lambda: datetime.now(UTC))
    yield register
    register.close()


@pytest.fixture(scope="module")
def stores(rclone: Bucket, holdings: SqlHoldings) -> list[S3Objects]:
    """Give eight stores over the bucket."""
    arbiter = HoldingArbiter(holdings=holdings, lasting=timedelta(minutes=5))
    return [S3Objects(rclone, arbiter) for _ in range(8)]


class TestArbitratedObjects(ObjectsContract):
    """They keep the contract on a server that does not."""

    @pytest.fixture
    def reopen(self, stores: list[S3Objects]) -> Reopen:
        """Give stores over an empty bucket, eight in turn."""
        for key in list(stores[0].keys()):
            stores[0].delete(key)
        return partial(next, cycle(stores))


def test_without_an_arbiter_the_server_is_found_out(rclone: Bucket) -> None:
    """The safe fallback is an arbiter, never trust."""
    with pytest.raises(WrongSetting, match="accepts a second put"):
        S3Objects(replace(rclone, puts=Puts.CONDITIONAL)).check()


def test_it_is_said_who_refuses(stores: list[S3Objects]) -> None:
    """An operator sees that the server does not, in one request and in parts."""
    said = {finding.promise: finding.says for finding in stores[0].examine()}
    assert said["second-put"] == "an arbiter refuses a second put, the server does not"
    assert said["parts"] == "an arbiter refuses a second put in parts, the server does not"


def test_of_two_processes_one_is_first_by_settings_alone(rclone: Bucket, tmp_path: Path) -> None:
    """P15: `puts=arbitrated` in the URL of the store is all that an operator says; the ledger decides."""
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(ledger)
    url = f"s3://{rclone.name}?endpoint={rclone.endpoint}&checksum=md5&puts=arbitrated"
    said = {
        "VERSO_HOME": str(tmp_path),
        "VERSO_LEDGER_URL": ledger,
        "VERSO_OBJECTS_URL": url,
        "VERSO_S3_ACCESS_KEY": rclone.access_key,
        "VERSO_S3_SECRET_KEY": rclone.secret_key,
        "PYTHONPATH": ":".join(sys.path),
    }
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, number], env=said, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for number in "12"
    ]
    first, second = ({int(key) for key in writer.communicate("go\n")[0].split()} for writer in writers)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert first & second == set()
    assert first | second == set(range(20))
    names = {"ledger_url": ledger, "objects_url": url}
    store = build_objects(
        load_settings(home=tmp_path, s3_access_key=rclone.access_key, s3_secret_key=rclone.secret_key, **names)
    )
    assert {key for key in range(20) if store.get(f"race/{key:02d}") == b"1" * 20_000} == first
