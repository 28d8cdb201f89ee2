"""Examining a bucket: what its server promises beyond keeping bytes is tried out, or asked where it cannot be tried."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from storage.objects.finding import Finding
from storage.objects.s3.answers import FORBIDDEN, TAKEN, is_refusal, status, translated
from storage.objects.s3.bucket import Bucket
from storage.objects.s3.places import EEA, country_of, is_reached_safely, on_this_machine
from storage.objects.s3.sending import ONLY_IF_NONE, Sender

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Seconds by which clocks may differ: half a minute puts no event in another order that matters, and signatures hold
#: for fifteen of them.
_SKEW: Final = 30.0
#: What is said of a server on which the last writer of many parts wins.
ACCEPTS_PARTS: Final = "accepts a second put in parts"
#: Seconds for which the probe of locks is locked; the longer ones where the lock was over before it had been tried.
_LOCKED: Final = (4, 60)
#: Whoever stands for everybody in a list of grants.
_EVERYBODY: Final = frozenset(
    {
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """Looks at one bucket. Leaves nothing in it."""

    bucket: Bucket
    client: "S3Client"
    sender: Sender

    def findings(self, *, thorough: bool) -> Iterator[Finding]:
        """Yield what a look at each promise shows. See `Objects.examine`."""
        yield self.transport()
        yield self.place()
        yield self._clock()
        yield self._checksums()
        yield from self._tried_on_an_object()
        yield self._public_access()
        if self.bucket.versions is not None:
            yield self._versions(wanted=self.bucket.versions)
            yield self._locks(wanted=self.bucket.versions)
            if thorough and self.bucket.versions and self.locks():
                yield self._locks_hold()

    def honours_conditions(self) -> bool:
        """Tell whether a second conditional write is refused, in one request and in parts."""
        with self._probe() as key:
            return (
                self._refuses(lambda: self.sender.put(key, b"second", ONLY_IF_NONE), {TAKEN})
                and self._parts(key).kept is True
            )

    def locks(self) -> bool | None:
        """Tell whether the bucket knows locks; None when the server does not say."""
        try:
            return self._lock_configured()
        except (ClientError, BotoCoreError):
            return None

    def transport(self) -> Finding:
        """Look at whether what is sent can be read on the way."""
        plain = self.bucket.endpoint is not None and not self.bucket.endpoint.startswith("https://")
        safe = is_reached_safely(self.bucket)
        says = "speaks TLS" if not plain else "is reached without TLS"
        return Finding(promise="tls", kept=safe, says=f"{says}, privately" if plain and safe else says)

    def place(self) -> Finding:
        """Look at where the bucket stands."""
        if on_this_machine(self.bucket):
            return Finding(promise="region", kept=True, says="stands on this machine")
        country = country_of(self.bucket)
        if country is None:
            return Finding(promise="region", kept=False, says="stands in a country that is not known: say country=")
        where = "in" if country in EEA else "outside"
        return Finding(promise="region", kept=country in EEA, says=f"stands in {country}, {where} the EEA")

    def _clock(self) -> Finding:
        with translated("clock"):
            answer = self.client.list_objects_v2(Bucket=self.bucket.name, MaxKeys=1)
        told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        if told is None:
            return Finding(promise="clock", kept=None, says="does not tell the time")
        skew = abs((datetime.now(UTC) - parsedate_to_datetime(told)).total_seconds())
        return Finding(promise="clock", kept=skew <= _SKEW, says=f"its clock and ours differ by {skew:.0f} s")

    def _checksums(self) -> Finding:
        with self.key() as key, translated(key):
            try:
                self.sender.put(key, b"one", {}, digest_of=b"other")
            except ClientError as error:
                if not is_refusal(error):
                    raise
                return Finding(promise="checksum", kept=True, says="refuses a wrong checksum")
        return Finding(promise="checksum", kept=False, says="ignores checksums")

    def _tried_on_an_object(self) -> Sequence[Finding]:
        with self._probe() as key:
            return (self._parts(key), self._signatures(key), *self._strangers(key))

    def _parts(self, key: str) -> Finding:
        """Try to replace an object by one sent in parts."""
        upload = None
        try:
            upload = self.sender.begin(key)
            part = self.sender.send_part(key, upload, 1, b"second")
            self.sender.complete(key, upload, [part], ONLY_IF_NONE)
        except ClientError as error:
            with suppress(ClientError, BotoCoreError):
                if upload is not None:
                    self.sender.abort(key, upload)
            if status(error) == TAKEN:
                return Finding(promise="parts", kept=True, says="refuses a second put in parts")
            return Finding(promise="parts", kept=False, says=f"takes nothing in parts ({status(error)})")
        except BotoCoreError as error:
            return Finding(promise="parts", kept=None, says=f"could not be asked ({type(error).__name__})")
        return Finding(promise="parts", kept=False, says=ACCEPTS_PARTS)

    def _signatures(self, key: str) -> Finding:
        forger = replace(self.bucket, secret_key=secrets.token_hex(20)).client()
        kept = self._refuses(lambda: forger.get_object(Bucket=self.bucket.name, Key=key), FORBIDDEN)
        return Finding(
            promise="signature", kept=kept, says="refuses a forged signature" if kept else "takes a forged signature"
        )

    def _strangers(self, key: str) -> Iterator[Finding]:
        stranger, bucket = self.bucket.client(signed=False), self.bucket.name
        acts: dict[str, Callable[[], object]] = {
            "read": lambda: stranger.get_object(Bucket=bucket, Key=key),
            "list": lambda: stranger.list_objects_v2(Bucket=bucket, MaxKeys=1),
            "write": lambda: stranger.put_object(Bucket=bucket, Key=f"{key}-2", Body=b""),
        }
        for verb, act in acts.items():
            kept = self._refuses(act, {*FORBIDDEN, 400})
            says = f"lets no stranger {verb}" if kept else f"lets strangers {verb}"
            yield Finding(promise=f"strangers-{verb}", kept=kept, says=says)
        self._erase(f"{key}-2")

    def _public_access(self) -> Finding:
        """Ask who may read: some servers know lists of grants, some policies, some a block above both."""
        said: list[bool] = []
        with suppress(ClientError, BotoCoreError):
            grants = self.client.get_bucket_acl(Bucket=self.bucket.name).get("Grants", [])
            said.append(not any(grant.get("Grantee", {}).get("URI") in _EVERYBODY for grant in grants))
        with suppress(ClientError, BotoCoreError):
            public = self.client.get_bucket_policy_status(Bucket=self.bucket.name).get("PolicyStatus", {})
            said.append(not public.get("IsPublic", False))
        if not said:
            return Finding(promise="public-access", kept=None, says="does not tell who may read")
        kept = all(said)
        says = "grants nothing to everybody" if kept else "grants something to everybody"
        return Finding(promise="public-access", kept=kept, says=f"{says}, {self._blocked()}")

    def _blocked(self) -> str:
        with suppress(ClientError, BotoCoreError):
            block = self.client.get_public_access_block(Bucket=self.bucket.name).get("PublicAccessBlockConfiguration")
            if block and all(block.values()):
                return "and public access is blocked"
        return "but public access is not blocked by the host"

    def _versions(self, *, wanted: bool) -> Finding:
        try:
            found = self.client.get_bucket_versioning(Bucket=self.bucket.name).get("Status") == "Enabled"
        except (ClientError, BotoCoreError):
            return Finding(promise="versioning", kept=None, says="does not tell whether it keeps versions")
        says = "keeps older versions" if found else "keeps no older versions"
        return Finding(promise="versioning", kept=found is wanted, says=says)

    def _locks(self, *, wanted: bool) -> Finding:
        found = self.locks()
        if found is None:
            return Finding(promise="lock", kept=None, says="does not tell whether it knows locks")
        return Finding(promise="lock", kept=found is wanted, says="knows locks" if found else "knows no locks")

    def _locks_hold(self) -> Finding:
        """Lock an object for a moment; nobody without a right of their own may delete it or shorten the lock."""
        for seconds in _LOCKED:
            broken = self._let_with_a_lock(timedelta(seconds=seconds))
            if broken is not None:
                return Finding(promise="lock-holds", kept=not broken, says=broken or "holds what is locked")
        return Finding(promise="lock-holds", kept=None, says="answers too slowly to tell whether locks hold")

    def _let_with_a_lock(self, duration: timedelta) -> str | None:
        """Lock an object for a while and return what was let, "" where nothing was; None if the lock may be over."""
        with self.key() as key, translated(key):
            until = datetime.now(UTC) + duration
            version = self.sender.put_locked(key, until)
            sooner = until - duration + timedelta(seconds=1)
            shortened = not self._refuses(lambda: self.sender.retain(key, sooner), {*FORBIDDEN, 400})
            deleted = not self._refuses(
                lambda: self.client.delete_object(Bucket=self.bucket.name, Key=key, VersionId=version),
                {*FORBIDDEN, 400},
            )
            left = (until - datetime.now(UTC)).total_seconds()
            time.sleep(max(0.0, left) + 1)
        if not (deleted or shortened):
            return ""
        # One whose lock was shortened may be deleted.
        return ("lets a lock be shortened" if shortened else "lets a locked object be deleted") if left > 0 else None

    def _lock_configured(self) -> bool:
        try:
            answer = self.client.get_object_lock_configuration(Bucket=self.bucket.name)
        except ClientError as error:
            if status(error) in {400, 404}:
                return False
            raise
        return answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"

    def _refuses(self, act: Callable[[], object], wanted: frozenset[int] | set[int]) -> bool:
        """Tell whether an act is refused in one of some ways.

        Raises:
            ObjectsUnavailable: It failed otherwise: nothing is known.
        """
        with translated("probe"):
            try:
                act()
            except ClientError as error:
                if status(error) in wanted:
                    return True
                raise
            return False

    @contextmanager
    def _probe(self) -> Iterator[str]:
        """Put an object for the length of a block."""
        with self.key() as key:
            with translated(key):
                self.sender.put(key, b"probe", {})
            yield key

    @contextmanager
    def key(self) -> Iterator[str]:
        """Give a key under which nothing is left in the end."""
        key = f"probe/{secrets.token_hex(16)}"
        try:
            yield key
        finally:
            self._erase(key)

    def _erase(self, key: str) -> None:
        """Delete an object with all its versions, where there are any."""
        with suppress(ClientError, BotoCoreError):
            self.client.delete_object(Bucket=self.bucket.name, Key=key)
        with suppress(ClientError, BotoCoreError):
            found = self.client.list_object_versions(Bucket=self.bucket.name, Prefix=key)
            for each in (*found.get("Versions", []), *found.get("DeleteMarkers", [])):
                self.client.delete_object(Bucket=self.bucket.name, Key=each["Key"], VersionId=each["VersionId"])
