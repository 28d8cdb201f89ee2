"""The store: a bucket that keeps what `Objects` promises, by the server's own conditions or by an arbiter."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from documents.errors import Missing, ObjectsUnavailable
from storage.objects.arbiter import Arbiter
from storage.objects.finding import Finding, insist
from storage.objects.key import checked, checked_prefix
from storage.objects.probe import examine_promises
from storage.objects.s3.answers import CONTENDED, TAKEN, status, translated
from storage.objects.s3.bucket import Bucket, Puts
from storage.objects.s3.direct import direct_to
from storage.objects.s3.examining import ACCEPTS_PARTS, Examiner
from storage.objects.s3.sending import ONLY_IF_NONE, PART, Sender
from storage.regroup import Buffer, regroup

#: How often a contended write is tried.
_TRIES: Final = 8
#: Bytes of each piece of what is streamed.
_PIECE: Final = 2**20
#: Hours after which an upload in parts has surely lost its sender.
_ABANDONED: Final = timedelta(hours=24)

#: Stores something if a condition is met, and raises botocore's errors.
_Write = Callable[[Mapping[str, str]], None]


class S3Objects:
    """Keeps objects in a bucket: see `storage.objects.interface.Objects`. May be used by many threads at once."""

    def __init__(self, bucket: Bucket, arbiter: Arbiter | None = None) -> None:
        """Use this bucket, which exists. Nothing is asked of it yet.

        Args:
            bucket: The bucket.
            arbiter: Says who may write, if the bucket allows for that and its server turns out to let the last win.
        """
        self._bucket = bucket
        self._arbiter = arbiter if bucket.puts is Puts.ARBITRATED else None
        self._client = bucket.client()
        self._direct = direct_to(bucket, self._client)
        self._sender = Sender(bucket=bucket, client=self._client)
        self._examiner = Examiner(bucket=bucket, client=self._client, sender=self._sender)

    def put(self, key: str, body: bytes) -> bool:
        """Store bytes under a key that has none yet.

        False also when an answer was lost and the call, tried again, met its own bytes.
        """
        if self._direct and self._arbitrated is None and len(body) <= PART:
            stored = self._direct.put(checked(key), body, self._sender.headers(body))
            if stored is not None:
                return stored
        return self._write(checked(key), lambda condition: self._sender.put(key, body, condition))

    def put_stream(self, key: str, pieces: Iterable[Buffer]) -> bool:
        """Do as `put` with bytes that come in pieces: in many parts where they are more than one holds."""
        parts = regroup(pieces, PART)
        first, alone = next(parts)
        if alone:
            return self.put(key, first)
        return self._put_in_parts(checked(key), chain([first], (part for part, _ in parts)))

    def get(self, key: str) -> bytes:
        """Return the bytes under a key."""
        if self._direct and (body := self._direct.get(checked(key))) is not None:
            return body
        with translated(key):
            return self._client.get_object(Bucket=self._bucket.name, Key=checked(key))["Body"].read()

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the bytes under a key in pieces."""
        with translated(key):
            body = self._client.get_object(Bucket=self._bucket.name, Key=checked(key))["Body"]
            yield from body.iter_chunks(_PIECE)

    def delete(self, key: str) -> None:
        """Remove the bytes under a key. In a bucket with versions the older ones stay."""
        if self._direct and self._direct.delete(checked(key)):
            return
        with translated(key):
            self._client.delete_object(Bucket=self._bucket.name, Key=checked(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix, in ascending order."""
        return self._pages(checked_prefix(prefix))

    def retain(self, key: str, until: datetime) -> bool:
        """Lock the bytes under a key against deletion until a time, where the bucket knows locks."""
        with translated(checked(key)):
            if not self._knows_locks:
                if not self._has(key):
                    raise Missing(key)
                return False
            self._sender.retain(key, until)
        return True

    def examine(self, *, thorough: bool = False) -> Iterator[Finding]:
        """Yield what a look at each promise shows, those of S3 among them; forget uploads that lost their sender."""
        with suppress(ClientError, BotoCoreError):  # some servers cannot list them: that is no promise of ours
            self._sender.abort_older_than(datetime.now(UTC) - _ABANDONED)
        for finding in (*self._promises(), *self._examiner.findings(thorough=thorough)):
            yield finding if self._arbitrated is None else _as_arbitrated(finding)

    def _promises(self) -> Sequence[Finding]:
        with self._examiner.key() as key:
            return examine_promises(self, key)

    def check(self) -> None:
        """Prove that the store keeps its promises, those of S3 among them: checksums count and strangers see nothing.

        Raises:
            ObjectsUnavailable: It cannot be reached or written.
            WrongSetting: It answers, but breaks a promise, which is named.
        """
        insist(self.examine())

    @cached_property
    def _arbitrated(self) -> Arbiter | None:
        """The arbiter, if there is need of one: asked of the server once."""
        if self._arbiter is None or self._examiner.honours_conditions():
            return None
        return self._arbiter

    @cached_property
    def _knows_locks(self) -> bool:
        return self._examiner.locks() is True

    def _write(self, key: str, write: _Write) -> bool:
        """Let a write happen if nothing is under the key; return whether it did."""
        if (arbiter := self._arbitrated) is None:
            return self._write_if_none(key, write)
        with arbiter.holding(f"{self._bucket.name}/{key}"), translated(key):
            if self._has(key):
                return False
            write({})
        return True

    def _write_if_none(self, key: str, write: _Write) -> bool:
        for _ in range(_TRIES):
            with translated(key):
                try:
                    write(ONLY_IF_NONE)
                except ClientError as error:
                    if status(error) == CONTENDED:
                        continue
                    if status(error) == TAKEN:
                        return False
                    raise
                return True
        raise ObjectsUnavailable("contended")

    def _put_in_parts(self, key: str, bodies: Iterable[bytes]) -> bool:
        with translated(key):
            if self._has(key):
                return False
            upload = self._sender.begin(key)
        try:
            with translated(key):
                parts = [self._sender.send_part(key, upload, number, body) for number, body in enumerate(bodies, 1)]
            stored = self._write(key, lambda condition: self._sender.complete(key, upload, parts, condition))
        except BaseException:
            self._forget(key, upload)
            raise
        if not stored:
            self._forget(key, upload)
        return stored

    def _forget(self, key: str, upload: str) -> None:
        """Let no part of a broken upload rest. What cannot be forgotten now is at the next start."""
        with suppress(ClientError, BotoCoreError):
            self._sender.abort(key, upload)

    def _has(self, key: str) -> bool:
        """Tell whether there are bytes under a key. Errors are botocore's."""
        try:
            self._client.head_object(Bucket=self._bucket.name, Key=key)
        except ClientError as error:
            # A HEAD has no body, so no code but its status; a bucket that is not there says the same.
            if status(error) == 404:
                return False
            raise
        return True

    def _pages(self, prefix: str) -> Iterator[str]:
        """Yield keys page by page; those of a folder, which are few, at once."""
        if self._direct and prefix.endswith("/") and (few := self._direct.keys(prefix)) is not None:
            yield from few
            return
        with translated(prefix):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", []))


def _as_arbitrated(finding: Finding) -> Finding:
    """Return what was found as it is where an arbiter stands before a server that lets the last writer win."""
    if finding.promise == "second-put" and finding.kept:
        return replace(finding, says="an arbiter refuses a second put, the server does not")
    if finding.promise == "parts" and finding.says == ACCEPTS_PARTS:
        return replace(finding, kept=True, says="an arbiter refuses a second put in parts, the server does not")
    return finding
