"""The embedded broker: messages are whole, private, few at a time, and forgotten after a while."""

import os
import time
from pathlib import Path

import pytest
from celery import Celery

from documents.document import DocumentId
from documents.lane import Lane
from documents.work import Work
from verso.settings import Settings
from workers.app import make_app
from workers.spool import KEEP_TAKEN_SECONDS, MOST_WAITING, clear_taken, open_spool, room_in_spool
from workers.tasks import send

WORK = Work(document=DocumentId("ab" * 16))


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A spool that is open."""
    found = f"filesystem://{tmp_path / 'broker'}"
    open_spool(found)
    return found


@pytest.fixture
def app(url: str) -> Celery:
    """An application on that spool."""
    return make_app(Settings(broker_url=url))  # type: ignore[arg-type]  # pydantic makes the secret


def messages(url: str) -> list[Path]:
    """Return the messages that wait."""
    return sorted((Path(url.removeprefix("filesystem://")) / "messages").iterdir())


def test_a_message_carries_an_id_and_nothing_else(app: Celery, url: str) -> None:
    """No health data travels: the body is the id of the document and the number of a part."""
    send(app, WORK)
    send(app, Work(document=WORK.document, part=3))
    assert len(messages(url)) == 2
    assert all(WORK.document in message.read_text(encoding="utf-8") for message in messages(url))


def test_no_message_is_ever_seen_half_written(app: Celery, url: str) -> None:
    """A reader that polls fast finds names that end in .msg only with their whole content behind."""
    send(app, WORK)
    assert [message.suffix for message in messages(url)] == [".msg"]
    assert all(message.stat().st_size > 0 for message in messages(url))


def test_a_taken_message_is_forgotten_after_a_while(url: str) -> None:
    """The folder of taken messages does not grow."""
    taken = Path(url.removeprefix("filesystem://")) / "taken"
    (taken / "old.msg").write_text("{}", encoding="utf-8")
    (taken / "new.msg").write_text("{}", encoding="utf-8")
    long_ago = time.time() - 2 * KEEP_TAKEN_SECONDS
    os.utime(taken / "old.msg", (long_ago, long_ago))
    clear_taken(url)
    assert [path.name for path in taken.iterdir()] == ["new.msg"]


def test_room_shrinks_with_what_waits(app: Celery, url: str) -> None:
    """Listing the folder costs with every message in it, so the courier sends no more than fits."""
    before = room_in_spool(url, Lane.INBOX), room_in_spool(url, Lane.UPLOAD)
    send(app, WORK)
    assert (room_in_spool(url, Lane.INBOX), room_in_spool(url, Lane.UPLOAD)) == (before[0] - 1, before[1])
    assert sum(before) <= MOST_WAITING


def test_only_the_owner_sees_the_spool(url: str) -> None:
    """Rights are 0700 all the way down."""
    root = Path(url.removeprefix("filesystem://"))
    assert {path.stat().st_mode & 0o777 for path in root.iterdir()} == {0o700}
