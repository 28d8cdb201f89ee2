"""The promises that stores and keys make: insisted on in production, looked at and logged elsewhere."""

import structlog

from documents.errors import Interrupted
from pipelines.erasing.enforcing import enforce
from storage.archive import Archive
from storage.objects.interface import Objects
from verso.settings import Mode

_log = structlog.get_logger(__name__)


def hold_to_promises(archive: Archive, mode: Mode) -> None:
    """Look at what is promised. Outside of production nothing that is found stops anything.

    Raises:
        WrongSetting: In production: a promise is broken, which is named.
        Interrupted: In production: a back end did not answer.
    """
    if mode is Mode.PRODUCTION:
        archive.objects.check()
        archive.keyring.check()
        archive.masters.check()
        return
    for name, store in (("objects", archive.objects), ("keyring", archive.keyring)):
        try:
            _warn_of_broken(name, store)
        except Interrupted as error:
            _log.warning("promises-not-examined", name=name, code=error.code)


def destroy_again(archive: Archive) -> None:
    """Destroy what came back of erased documents' keys, where the keyring was put back from an old copy.

    Raises:
        Tampered: The record of an erasure was altered.
        Interrupted: Store or keys failed.
    """
    found = enforce(archive)
    if found:
        _log.error("erased-keys-destroyed-again", count=found)


def _warn_of_broken(name: str, store: Objects) -> None:
    for finding in store.examine():
        if finding.kept is False:
            _log.warning("promise-broken", name=name, code=finding.promise)
