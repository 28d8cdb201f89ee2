"""Opening inboxes: each feeder has its own place, rules and quota."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId
from documents.errors import InboxUnavailable, WrongSetting
from documents.event import Event
from documents.stage import Stage
from feeders.inbox.s3 import BucketOutbox
from feeders.outbox import FolderOutbox
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from verso.inlets import InboxRules
from verso.intake import mailbox_at, open_inboxes, open_outbox
from verso.settings import Settings, environment_of, load_settings

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "imap://bal@mail.example/INBOX",
        "imaps://bal:secret@mail.example/INBOX",
        "imaps://mail.example/INBOX",
        "imaps://bal@mail.example/INBOX?unknown=1",
        "pop://bal@mail.example",
        "imaps://bal@mail.example:port/",
    ],
)
def test_a_mailbox_s_url_holds_no_secret_and_sends_none_in_clear(url: str) -> None:
    """A line in clear is for loopback; what is not known is refused."""
    with pytest.raises(WrongSetting):
        mailbox_at(url, "secret")


def test_a_mailbox_is_where_its_url_says() -> None:
    """With the usual port, folder and place for what is received."""
    mailbox = mailbox_at("imaps://bal%40chu.mssante.fr@mail.example", "secret")
    assert (mailbox.user, mailbox.host, mailbox.port) == ("bal@chu.mssante.fr", "mail.example", 993)
    assert (mailbox.folder, mailbox.done, mailbox.tls) == ("INBOX", "Verso", True)
    assert "secret" not in repr(mailbox)
    assert mailbox_at("imap://bal@127.0.0.1:1143/In%20box?done=Pris", "secret").folder == "In box"


def test_one_feeder_has_one_inbox(tmp_path: Path) -> None:
    """A mailbox and a folder of one name would be two sources of one identity; a mailbox needs its password."""
    url = {"chu": "imaps://bal@mail.example"}
    with pytest.raises(WrongSetting):
        open_inboxes(Settings(inboxes={"chu": tmp_path}, mailboxes=url, mailbox_passwords={"chu": SecretStr("x")}))
    with pytest.raises(WrongSetting):
        open_inboxes(Settings(mailboxes=url))


@pytest.mark.parametrize(
    "url",
    [
        "s3://drops/chu/inbox",
        "s3://drops/chu?outbox=chu/outbox&endpoint=https://s3.example",
        "s3://drops?outbox=answers&endpoint=https://s3.example",
        "s3://drops/chu/inbox?outbox=chu/outbox&endpoint=http://s3.example",
        "s3://drops/chu/inbox?outbox=chu/outbox&unknown=1",
        "https://drops/chu/inbox?outbox=chu/outbox",
    ],
    ids=["no-outbox", "outbox-within", "whole-bucket", "in-clear", "unknown-option", "no-bucket"],
)
def test_a_bucket_s_url_keeps_answers_apart_and_sends_nothing_in_clear(url: str) -> None:
    """An answer that came in as a document would be answered; a document in clear on the way is read by others."""
    with pytest.raises(WrongSetting):
        open_inboxes(Settings(inbox_buckets={"chu": url}, inbox_bucket_keys={"chu": SecretStr("a:b")}))


def test_a_feeder_in_a_bucket_is_answered_there(tmp_path: Path) -> None:
    """Others are answered in a folder; nothing is asked of a bucket before it is used."""
    url = "s3://drops/chu/inbox/?outbox=chu/outbox/&endpoint=https://s3.example&region=gra"
    settings = Settings(
        home=tmp_path, inbox_buckets={"chu": url}, inbox_bucket_keys={"chu": SecretStr("access:hidden")}
    )
    (inbox,) = open_inboxes(settings)
    assert inbox.feeder.name == "chu"
    assert isinstance(open_outbox(settings, "chu"), BucketOutbox)
    assert open_outbox(settings, "other") == FolderOutbox(path=tmp_path / "outbox" / "other")
    assert "hidden" not in repr(settings)
    assert environment_of(settings)["VERSO_INBOX_BUCKET_KEYS"] == '{"chu": "access:hidden"}'
    with pytest.raises(WrongSetting, match="VERSO_INBOX_BUCKET_KEYS"):
        open_inboxes(Settings(inbox_buckets={"chu": url}))


def test_passwords_of_mailboxes_do_not_print_and_reach_child_processes() -> None:
    """The settings hide them; the environment of a child holds them, as it must."""
    settings = Settings(mailbox_passwords={"chu": SecretStr("hidden")}, inbox_rules={"chu": InboxRules(marked=True)})
    assert "hidden" not in repr(settings)
    environment = environment_of(settings)
    assert environment["VERSO_MAILBOX_PASSWORDS"] == '{"chu": "hidden"}'
    assert environment["VERSO_INBOX_RULES"] == '{"chu": {"marked": true}}'


def test_a_wrong_rule_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is mistyped is not silently without effect."""
    monkeypatch.setenv("VERSO_INBOX_RULES", '{"chu": {"neds_manifest": true}}')
    with pytest.raises(WrongSetting):
        load_settings()


def test_a_mount_that_is_out_keeps_nobody_else_waiting(tmp_path: Path) -> None:
    """P18: the watcher starts, takes from the others, and from this one once it is there."""
    (tmp_path / "clinic").mkdir()
    settings = Settings(home=tmp_path, inboxes={name: tmp_path / name for name in ("chu", "clinic")})
    chu, clinic = open_inboxes(settings)
    assert clinic.check()
    with pytest.raises(InboxUnavailable):
        chu.check()
    (tmp_path / "chu").mkdir()
    assert chu.check()
    for inbox in (chu, clinic):
        inbox.close()


def test_nothing_is_taken_while_a_disk_is_nearly_full(tmp_path: Path) -> None:
    """P17: files stay where they are, rather than fill what is left and be half written."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "letter.txt").write_bytes(b"letter")
    taken = {}
    for least in (2**62, 0):
        settings = Settings(
            home=tmp_path, inboxes={"chu": tmp_path / "inbox"}, settle_seconds=0.001, least_free_bytes=least
        )
        (inbox,) = open_inboxes(settings)
        while not (ready := list(inbox.scan())):
            time.sleep(0.01)
        taken[least] = inbox.claim(ready[0]) is not None
        inbox.close()
    assert taken == {2**62: False, 0: True}


def test_a_feeder_at_its_quota_waits_and_no_other(tmp_path: Path) -> None:
    """P17: a hospital's night does not fill the house: its files stay in its inbox until some of it is done."""
    for name in ("chu", "clinic"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "letter.txt").write_bytes(b"letter")
    settings = Settings(
        home=tmp_path / "home",
        inboxes={name: tmp_path / name for name in ("chu", "clinic")},
        inbox_rules={"chu": InboxRules(most_under_way=1)},
        settle_seconds=0.001,
        least_free_bytes=0,
    )
    settings.home.mkdir()
    migrate(settings.ledger)
    ledger = open_ledger(settings.ledger, lambda: NOW)
    under_way = Document(
        id=DocumentId("ab" * 16), feeder="chu", stage=Stage.RECEIVED, size=1, received_at=NOW, changed_at=NOW
    )
    ledger.admit(under_way, Event(at=NOW, actor=Actor.feeder("chu"), action=Action.RECEIVED, document=under_way.id))
    inboxes = {inbox.feeder.name: inbox for inbox in open_inboxes(settings, ledger)}
    taken = {}
    for name, inbox in inboxes.items():
        while not (ready := list(inbox.scan())):
            time.sleep(0.01)
        (waiting,) = ready
        taken[name] = inbox.claim(waiting) is not None
        inbox.close()
    ledger.close()
    assert taken == {"chu": False, "clinic": True}
