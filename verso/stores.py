"""Opens the stores that settings name: the part of the bootstrap that knows directories and S3."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from documents.errors import WrongSetting
from storage.holdings.arbiter import HoldingArbiter
from storage.holdings.sql import SqlHoldings
from storage.objects.arbiter import Arbiter
from storage.objects.directory import DirectoryObjects
from storage.objects.interface import Objects
from storage.objects.s3 import Bucket, S3Objects
from storage.objects.s3.bucket import Puts
from verso.settings import Settings

#: By how much the clocks of two machines may differ.
_SKEW: Final = timedelta(seconds=30)


def build_objects(settings: Settings) -> Objects:
    """Open the store of the envelopes."""
    return _objects(settings.objects, settings, "VERSO_OBJECTS_URL", versions=True)


def build_keyring(settings: Settings) -> Objects:
    """Open the store of the wrapped keys."""
    return _objects(settings.keyring, settings, "VERSO_KEYRING_URL", versions=False)


def _objects(url: str, settings: Settings, subject: str, *, versions: bool) -> Objects:
    """Choose a store, by the scheme of its URL.

    Args:
        url: The URL.
        settings: What the installation sets.
        subject: The setting in which the URL stands.
        versions: Whether the store must keep older versions of what is deleted, or must not.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return DirectoryObjects(Path(parts.path))
    if parts.scheme != "s3":
        raise WrongSetting(subject)
    access_key = revealed(settings.s3_access_key, "VERSO_S3_ACCESS_KEY")
    secret_key = revealed(settings.s3_secret_key, "VERSO_S3_SECRET_KEY")
    bucket = Bucket.at(url, access_key, secret_key, subject, versions=versions)
    return S3Objects(bucket, _arbiter(bucket, settings) if bucket.puts is Puts.ARBITRATED else None)


def _arbiter(bucket: Bucket, settings: Settings) -> Arbiter:
    """Return who says which writer of a name is first, for servers that let the last one win: the ledger."""
    holdings = SqlHoldings.opened(settings.ledger, lambda: datetime.now(UTC))
    # A writer looks first and then writes: both requests may take their time.
    return HoldingArbiter(holdings=holdings, lasting=2 * bucket.longest + _SKEW)


def revealed(secret: SecretStr | None, name: str) -> str:
    """Return a secret that must be set.

    Raises:
        WrongSetting: It is not; the setting is named.
    """
    if secret is None:
        raise WrongSetting(name)
    return secret.get_secret_value()
