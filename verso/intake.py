"""Opens every inbox, each with its feeder's own identity, rules and quota: with the bootstrap, it names back ends."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import structlog

from documents.errors import InboxUnavailable, WrongSetting
from documents.feeder import Feeder
from documents.stage import WORKABLE
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.imap import Mailbox
from feeders.inbox.interface import Inbox
from feeders.inbox.late import LateInbox
from feeders.inbox.mailbox import MailboxInbox
from feeders.inbox.rules import Rules
from feeders.inbox.s3 import BucketBatches, BucketInbox, BucketOutbox, Drawer
from feeders.outbox import FolderOutbox, Outbox
from storage.holdings.sql import SqlHoldings
from storage.ledger.interface import Ledger
from storage.objects.s3 import Bucket
from storage.objects.s3.places import is_reached_safely
from verso.bounds import has_room
from verso.inlets import InboxRules
from verso.settings import Settings
from verso.stores import revealed

_log = structlog.get_logger(__name__)

#: Seconds for which it is believed that there is room.
_BELIEVED: Final = 1.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_BUCKETS: Final = "VERSO_INBOX_BUCKETS"
_BUCKET_KEYS: Final = "VERSO_INBOX_BUCKET_KEYS"
_PORTS: Final = {"imaps": 993, "imap": 143}


def open_inboxes(settings: Settings, ledger: Ledger | None = None) -> Sequence[Inbox]:
    """Open every watched folder, mailbox and bucket; a folder in the home is made when missing.

    Args:
        settings: Where they are, and what holds of each.
        ledger: Tells how much of a feeder is on its way; no quota holds without it.

    Raises:
        WrongSetting: A feeder's name is not of the shape that names have, or stands for two inboxes; a URL is wrong.
        InboxUnavailable: A folder in the home cannot be made. Another that cannot be reached is opened once it can be.
    """
    names = [*settings.inboxes, *settings.mailboxes, *settings.inbox_buckets]
    if len(set(names)) < len(names):
        raise WrongSetting("VERSO_INBOXES, VERSO_MAILBOXES, VERSO_INBOX_BUCKETS")
    return [*_folders(settings, ledger), *_mailboxes(settings, ledger), *_buckets(settings, ledger)]


def open_outbox(settings: Settings, feeder: str) -> Outbox:
    """Return where a feeder collects its answers: in its bucket, if it hands over there, else in a folder.

    Raises:
        WrongSetting: Its bucket's URL is wrong.
    """
    if feeder in settings.inbox_buckets:
        _, outbox = _drawers(settings, feeder)
        return BucketOutbox(drawer=outbox)
    return FolderOutbox(path=settings.answers / feeder)


def _folders(settings: Settings, ledger: Ledger | None) -> Iterator[Inbox]:
    for name, path in settings.watched.items():
        feeder = _feeder(settings, name, "VERSO_INBOXES")
        if not settings.inboxes:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        room = room_for(settings, name, ledger)
        opening = partial(DirectoryInbox, path, feeder, _rules(settings, name), may_claim=room)
        try:
            yield opening()
        except InboxUnavailable:
            # One mount that is out must not keep all other feeders waiting.
            _log.warning("inbox-waits", feeder=name, code=InboxUnavailable.code)
            yield LateInbox(feeder, opening)


def _mailboxes(settings: Settings, ledger: Ledger | None) -> Iterator[Inbox]:
    for name, url in settings.mailboxes.items():
        feeder = _feeder(settings, name, "VERSO_MAILBOXES")
        password = settings.mailbox_passwords.get(name)
        if password is None:
            raise WrongSetting("VERSO_MAILBOX_PASSWORDS")
        mailbox = mailbox_at(url, password.get_secret_value())
        yield MailboxInbox(mailbox, feeder, _rules(settings, name), may_claim=room_for(settings, name, ledger))


def _buckets(settings: Settings, ledger: Ledger | None) -> Iterator[Inbox]:
    for name in settings.inbox_buckets:
        feeder = _feeder(settings, name, _BUCKETS)
        inbox, _ = _drawers(settings, name)
        holdings = SqlHoldings.opened(settings.ledger, lambda: datetime.now(UTC))
        batches = BucketBatches(inbox, holdings, name, settings.lease)
        yield BucketInbox(batches, feeder, _rules(settings, name), may_claim=room_for(settings, name, ledger))


def _drawers(settings: Settings, feeder: str) -> tuple[Drawer, Drawer]:
    """Return a feeder's inbox and outbox in its bucket.

    Raises:
        WrongSetting: The URL names no two prefixes of a bucket, or documents would travel in clear.
    """
    access_key, _, secret_key = revealed(settings.inbox_bucket_keys.get(feeder), _BUCKET_KEYS).partition(":")
    parts = urlsplit(settings.inbox_buckets[feeder])
    options = [pair for pair in parts.query.split("&") if not pair.startswith("outbox=")]
    answers = [pair.removeprefix("outbox=") for pair in parts.query.split("&") if pair.startswith("outbox=")]
    bucket = Bucket.at(urlunsplit(parts._replace(path="", query="&".join(options))), access_key, secret_key, _BUCKETS)
    inbox, outbox = _prefix(parts.path), _prefix(answers[0] if len(answers) == 1 else "")
    # An answer must not come in as a document.
    if parts.scheme != "s3" or not outbox or outbox.startswith(inbox) or not is_reached_safely(bucket):
        raise WrongSetting(_BUCKETS)
    client = bucket.client()
    return Drawer(bucket, inbox, client), Drawer(bucket, outbox, client)


def _prefix(path: str) -> str:
    """Return what the names below a path begin with."""
    bare = unquote(path).strip("/")
    return f"{bare}/" if bare else ""


def mailbox_at(url: str, password: str) -> Mailbox:
    """Return the mailbox that a URL names: ``imaps://user@host:993/INBOX?done=Verso&ca=/path``.

    Raises:
        WrongSetting: It names none, holds a password, or would send one over a line in clear.
    """
    subject = "VERSO_MAILBOXES"
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        options = {key: values[0] for key, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    except (ValueError, KeyError) as error:
        raise WrongSetting(subject) from error
    host, tls = parts.hostname or "", parts.scheme == "imaps"
    if not host or not parts.username or parts.password or set(options) - {"done", "ca"}:
        raise WrongSetting(subject)
    if not tls and host not in _LOOPBACK:
        raise WrongSetting(subject)
    return Mailbox(
        host=host,
        port=port,
        user=unquote(parts.username),
        password=password,
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        done=options.get("done", "Verso"),
        authorities=options.get("ca"),
        tls=tls,
    )


def _feeder(settings: Settings, name: str, subject: str) -> Feeder:
    try:
        return Feeder(name=name, kind=settings.inbox_rules.get(name, InboxRules()).kind)
    except ValueError as error:
        raise WrongSetting(subject) from error


def _rules(settings: Settings, name: str) -> Rules:
    own = settings.inbox_rules.get(name, InboxRules())
    return Rules(
        settle=timedelta(seconds=settings.settle_seconds),
        patience=timedelta(seconds=settings.patience_seconds),
        marked=own.marked,
        needs_manifest=own.needs_manifest,
        largest=own.largest or settings.largest_original,
    )


def room_for(settings: Settings, name: str, ledger: Ledger | None) -> Callable[[], bool]:
    """Return what is asked before anything is taken in: is there room on the disks, is the feeder within its quota?"""
    most = settings.inbox_rules.get(name, InboxRules()).most_under_way or settings.most_under_way
    asked, answer = float("-inf"), False

    def has_room_now() -> bool:
        nonlocal asked, answer
        now = time.monotonic()
        if now - asked >= _BELIEVED:
            asked, answer = now, has_room(settings.disks, settings.least_free_bytes) and within_quota()
        return answer

    def within_quota() -> bool:
        if ledger is None:
            return True
        counts = ledger.counts(name)
        return sum(counts[stage] for stage in WORKABLE) < most

    return has_room_now
