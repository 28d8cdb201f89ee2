"""The mailbox, against a real IMAP server: nothing leaves it before it is received, whatever breaks."""

import hashlib
import imaplib
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from documents.errors import InboxUnavailable
from feeders.inbox.imap import Mailbox
from feeders.inbox.interface import Claimed
from feeders.inbox.mailbox import MailboxInbox
from feeders.inbox.rules import Rules
from feeders.problem import Problem, ProblemCode
from tests.contracts.inboxes import HOSPITAL
from tests.services import dovecot


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Dovecot]:
    """Give a running server."""
    with dovecot.running() as server:
        yield server


@pytest.fixture
def mailbox(server: dovecot.Dovecot, request: pytest.FixtureRequest) -> Mailbox:
    """Give a mailbox of the test's own: two folders."""
    name = f"in-{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    with server.connect() as imap:
        imap.create(name)
    return replace(server.mailbox, folder=name, done=f"{name}-done")


@pytest.fixture
def inbox(mailbox: Mailbox) -> Iterator[MailboxInbox]:
    """Give a watcher of it."""
    inbox = MailboxInbox(mailbox, HOSPITAL, Rules(largest=3 << 20))
    yield inbox
    inbox.close()


def message(content: bytes = b"%PDF-1.7", subject: str = "XDM/1.0/DDM+CR NESSI Ruth") -> bytes:
    """Return a message with an attachment."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "labo@test.mssante.fr", "bal@test.mssante.fr", subject
    mail["Message-ID"] = f"<{len(content)}.{content[:3].hex()}@test>"
    mail.set_content("Veuillez trouver ci-joint.")
    mail.add_attachment(content, maintype="application", subtype="zip", filename="IHE_XDM.ZIP")
    mail.set_boundary("=-=parts=-=")
    return mail.as_bytes()


def claim(inbox: MailboxInbox) -> Claimed:
    """Claim the only message."""
    (waiting,) = inbox.scan()
    claimed = inbox.claim(waiting)
    assert claimed is not None
    assert not isinstance(claimed, Problem)
    return claimed


def test_a_message_stays_until_it_is_received(inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """P6: claiming marks nothing; acknowledging moves it, once however often it is said."""
    server.drop(message(), mailbox.folder)
    claimed = claim(inbox)
    assert claimed.arrival.content.replace(b"\r\n", b"\n") == message()
    with server.connect() as imap:
        imap.select(mailbox.folder)
        assert imap.search(None, "UNSEEN")[1] == [b"1"]
    claimed.acknowledge()
    claimed.acknowledge()
    assert (server.messages(mailbox.folder), server.messages(mailbox.done)) == (0, 1)


def test_a_message_that_was_claimed_by_who_died_is_there_for_the_next(
    inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox
) -> None:
    """P1: nothing needs to be given back; its batch keeps its id."""
    server.drop(message(), mailbox.folder)
    first = claim(inbox)
    inbox.close()
    other = MailboxInbox(mailbox, HOSPITAL)
    again = claim(other)
    other.close()
    assert (again.arrival.batch, again.sha256) == (first.arrival.batch, first.sha256)


def test_a_message_is_answered_twice_and_then_left_alone(
    inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox
) -> None:
    """What its feeder should know stands in its flags, for whichever watcher answers."""
    server.drop(message(), mailbox.folder)
    claimed = claim(inbox)
    claimed.acknowledge([Problem(code=ProblemCode.ARCHIVE_DAMAGED, file_name="NESSI.pdf")])
    other = MailboxInbox(mailbox, HOSPITAL)
    (batch,) = other.finished()
    assert (batch.batch, batch.answered) == (claimed.arrival.batch, False)
    assert [problem.code for problem in batch.problems] == [ProblemCode.ARCHIVE_DAMAGED]
    batch.note_answered()
    (batch,) = inbox.finished()
    assert batch.answered
    batch.dismiss()
    batch.dismiss()
    assert not list(inbox.finished())
    other.close()


def test_a_huge_message_is_never_fetched(inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """It is told of and put away; a large one is read piece by piece."""
    server.drop(message(bytes(3 << 20)), mailbox.folder)
    (waiting,) = inbox.scan()
    outcome = inbox.claim(waiting)
    assert isinstance(outcome, Problem)
    assert outcome.code is ProblemCode.TOO_LARGE
    (batch,) = inbox.finished()
    assert [problem.code for problem in batch.problems] == [ProblemCode.TOO_LARGE]
    large = message(bytes(range(256)) * 7000)
    server.drop(large, mailbox.folder)
    assert claim(inbox).arrival.content.replace(b"\r\n", b"\n") == large


def test_a_lost_connection_is_made_anew(inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """P3: the outage is told as one, and the next scan goes on."""
    server.drop(message(), mailbox.folder)
    list(inbox.scan())
    line = inbox._line._imap
    assert line is not None
    line.sock.shutdown(socket.SHUT_RDWR)
    with pytest.raises(InboxUnavailable):
        list(inbox.scan())
    assert len(list(inbox.scan())) == 1


def test_numbers_of_a_restored_mailbox_are_not_believed(
    inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox
) -> None:
    """UIDVALIDITY changed between looking and claiming: what was number 1 may be another message."""
    server.drop(message(b"one"), mailbox.folder)
    (waiting,) = inbox.scan()
    claimed = claim(inbox)
    with server.connect() as imap:
        imap.delete(mailbox.folder)
        imap.create(mailbox.folder)
    inbox.close()
    server.drop(message(b"two"), mailbox.folder)
    assert inbox.claim(waiting) is None
    claimed.acknowledge()
    assert server.messages(mailbox.folder) == 1
    assert b"dHdv" in claim(inbox).arrival.content


def test_gauges_tell_what_waits(inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """P17: depth, bytes and the age of the oldest message."""
    assert (inbox.state().depth, inbox.state().oldest) == (0, None)
    server.drop(message(), mailbox.folder)
    state = inbox.state()
    assert state.depth == 1
    assert state.size >= len(message())
    assert state.oldest is not None
    assert timedelta(0) <= state.oldest < timedelta(minutes=5)


def test_claiming_can_be_vetoed(server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """P3: when space runs out messages stay where they are."""
    inbox = MailboxInbox(mailbox, HOSPITAL, may_claim=lambda: False)
    server.drop(message(), mailbox.folder)
    (waiting,) = inbox.scan()
    assert inbox.claim(waiting) is None
    inbox.close()


def test_a_check_proves_that_flags_are_kept(inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """And makes the folder of the received ones."""
    assert "TLS" in inbox.check()
    with server.connect() as imap:
        assert imap.select(f'"{mailbox.done}"')[0] == "OK"


def test_a_stranger_s_certificate_and_a_wrong_password_are_outages_that_say_nothing(
    server: dovecot.Dovecot, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Neither user, password nor what the server said is repeated."""
    for wrong in (replace(mailbox, authorities=None), replace(mailbox, password="not the secret")):
        inbox = MailboxInbox(wrong, HOSPITAL)
        with pytest.raises(InboxUnavailable) as raised:
            list(inbox.scan())
        assert wrong.password not in repr((raised.value, raised.value.__cause__, wrong, inbox))
        assert wrong.user not in str(raised.value)
    assert not list(tmp_path.iterdir())
    assert server.port == mailbox.port


def test_nothing_about_a_patient_prints(inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox) -> None:
    """Subjects name patients: they are never read."""
    server.drop(message(), mailbox.folder)
    waiting = list(inbox.scan())
    claimed = claim(inbox)
    claimed.acknowledge()
    assert "NESSI" not in repr([waiting, claimed, list(inbox.finished())])


def test_a_server_that_cannot_move_copies(
    inbox: MailboxInbox, server: dovecot.Dovecot, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older servers know COPY and EXPUNGE alone."""
    server.drop(message(), mailbox.folder)
    claimed = claim(inbox)
    line = inbox._line._imap
    assert isinstance(line, imaplib.IMAP4)
    monkeypatch.setattr(line, "capabilities", ("IMAP4REV1",))
    claimed.acknowledge()
    assert (server.messages(mailbox.folder), server.messages(mailbox.done)) == (0, 1)
