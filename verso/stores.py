"""Opens the stores that settings name: the part of the bootstrap that knows directories and S3."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from documents.errors import WrongSetting
from storage.objects.directory import DirectoryObjects
from storage.objects.interface import Objects
from storage.objects.s3 import Bucket, S3Objects
from verso.settings import Settings


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
    return S3Objects(Bucket.at(url, access_key, secret_key, subject, versions=versions))


def revealed(secret: SecretStr | None, name: str) -> str:
    """Return a secret that must be set.

    Raises:
        WrongSetting: It is not; the setting is named.
    """
    if secret is None:
        raise WrongSetting(name)
    return secret.get_secret_value()
