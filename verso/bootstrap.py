"""Puts the application together: the only place that names concrete back ends."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from documents.errors import WrongSetting
from documents.feeder import Feeder, FeederKind
from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.interface import Inbox
from feeders.inbox.rules import Rules
from pipelines.classify.linear import LinearClassifier
from pipelines.confinement.limits import Layer, Limits
from pipelines.identify.decision import Policy
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.inspect.inspector import ConfinedInspector
from pipelines.read.reader import ConfinedReader
from pipelines.render.idle import IdleRenderer
from pipelines.render.renderer import ConfinedRenderer
from pipelines.services import Services, Skills
from pipelines.split.cutter import ConfinedCutter
from storage.archive import Archive
from storage.keys.interface import MasterKeys
from storage.keys.keyfile import KeyFile
from storage.keys.keyfile import create as create_key_file
from storage.keys.kms import KmsKeys, Service
from storage.keys.pkcs11 import Pkcs11Keys, Token
from storage.keys.transit import TransitKeys, Vault
from storage.ledger.interface import Ledger
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from storage.objects.directory import DirectoryObjects
from storage.objects.interface import Objects
from storage.objects.s3 import Bucket, S3Objects
from verso.settings import Mode, Settings


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


def prepare(settings: Settings) -> None:
    """Make what a fresh embedded installation lacks: its home, its key file, its ledger's schema. Twice is safe.

    In production nothing is made in silence: a key file must be there, and `verso migrate` is a step of its own.
    Elsewhere a key service proves that it keeps its promises; Verso never makes its keys.

    Raises:
        WrongSetting: Something is there and is not what it should be.
        Interrupted: A back end did not answer.
    """
    prepare_ledger(settings)
    if settings.mode is Mode.PRODUCTION:
        return
    if settings.keys_url is not None:
        _masters(settings).check()
    elif not settings.master_key.exists():
        with suppress(WrongSetting):  # another process was first, and is right too
            create_key(settings.master_key)


def prepare_ledger(settings: Settings) -> None:
    """Do the part of `prepare` that a process without stores and keys needs: the home, and the ledger's schema.

    Raises:
        LedgerUnavailable: The ledger's database did not answer.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.mode is not Mode.PRODUCTION:
        migrate(settings.ledger)


def prepare_to_stay(settings: Settings) -> None:
    """Do as `prepare`, for a process that runs on and keeps what it is given.

    In production the stores and the keeper of the master keys then prove that they keep their promises: once for such
    a process, not for each verb that a person types.

    Raises:
        WrongSetting: Something is there and is not what it should be, or a store breaks a promise.
        Interrupted: A back end did not answer.
    """
    prepare(settings)
    if settings.mode is Mode.PRODUCTION:
        archive = build_archive(settings)
        archive.objects.check()
        archive.keyring.check()
        archive.masters.check()


def create_key(path: Path) -> None:
    """Make a master key file.

    Raises:
        WrongSetting: There is one already: it is never replaced.
        KeysUnavailable: The file system did not take it.
    """
    create_key_file(path)


def build_services(settings: Settings) -> Services:
    """Build the services of one process. Confined readers start at their first use.

    Raises:
        WrongSetting: A setting names what does not exist.
        Interrupted: A back end did not answer.
    """
    ledger = build_ledger(settings)
    return Services(
        skills=build_skills(settings),
        archive=build_archive(settings),
        ledger=ledger,
        now=now,
        largest_original=settings.largest_original,
        pages_per_part=settings.pages_per_part,
    )


def build_ledger(settings: Settings) -> Ledger:
    """Open the ledger and check that its schema is the expected one."""
    ledger = open_ledger(settings.ledger, now)
    ledger.check()
    return ledger


def build_archive(settings: Settings) -> Archive:
    """Open the object stores and the master keys."""
    return Archive(
        objects=_objects(settings.objects, settings),
        keyring=_objects(settings.keyring, settings),
        masters=_masters(settings),
    )


def build_skills(settings: Settings) -> Skills:
    """Build what judges bytes and pages. Touches no storage.

    In production nothing is parsed unless every layer of confinement stands; elsewhere as many as the host knows.
    """
    required = frozenset(Layer) if settings.mode is Mode.PRODUCTION else frozenset[Layer]()
    limits = reader_limits(settings)
    return Skills(
        inspector=ConfinedInspector(
            most_pages=settings.most_pages, largest=settings.largest_original, required=required
        ),
        reader=ConfinedReader(limits=limits, required=required),
        renderer=ConfinedRenderer(required=required) if settings.derive else IdleRenderer(),
        identifier=EvidenceIdentifier(
            accept_test_oids=settings.accept_test_identities, today=lambda: now().date(), policy=_policy(settings)
        ),
        classifier=LinearClassifier(),
        cutter=ConfinedCutter(required=required),
    )


def reader_limits(settings: Settings) -> Limits:
    """Return what reading one page may use. Half of its time may be computing; the rest is the machine being busy."""
    return Limits(
        seconds=settings.page_seconds, cpu_seconds=ceil(settings.page_seconds / 2), memory=settings.reader_bytes
    )


def close_skills(skills: Skills) -> None:
    """End the confined processes behind skills. Skills without any are left alone."""
    for skill in (skills.inspector, skills.reader, skills.renderer, skills.cutter):
        if isinstance(skill, ConfinedInspector | ConfinedReader | ConfinedRenderer | ConfinedCutter):
            skill.close()


def open_inboxes(settings: Settings) -> Sequence[Inbox]:
    """Open every watched folder; folders in the home are made when missing.

    Raises:
        InboxUnavailable: A folder cannot be read or written.
    """
    rules = Rules(
        settle=timedelta(seconds=settings.settle_seconds),
        patience=timedelta(seconds=settings.patience_seconds),
        largest=settings.largest_original,
    )

    inboxes = []
    may_claim = partial(has_room, settings.disks, settings.least_free_bytes)
    for name, path in settings.watched.items():
        if not settings.inboxes:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        feeder = Feeder(name=name, kind=FeederKind.HOSPITAL)
        inboxes.append(DirectoryInbox(path, feeder, rules, may_claim=may_claim))
    return inboxes


def has_room(folders: Sequence[Path], least: int) -> bool:
    """Say whether the disk of every folder, there yet or not, has that many bytes free."""
    there = (next(place for place in (folder, *folder.parents) if place.exists()) for folder in folders)
    return all(shutil.disk_usage(place).free >= least for place in there)


def _masters(settings: Settings) -> MasterKeys:
    """Choose the keeper of the master keys, by the scheme of its URL."""
    url, subject = settings.keys_url, "VERSO_KEYS_URL"
    if url is None:
        return KeyFile(settings.master_key)
    if url.startswith("bao+"):
        return TransitKeys(Vault.at(url, _revealed(settings.keys_token, "VERSO_KEYS_TOKEN"), subject))
    if url.startswith("pkcs11:"):
        return Pkcs11Keys(Token.at(url, _revealed(settings.keys_pin, "VERSO_KEYS_PIN"), subject))
    if url.startswith("kms:"):
        access_key = _revealed(settings.keys_access_key, "VERSO_KEYS_ACCESS_KEY")
        secret_key = _revealed(settings.keys_secret_key, "VERSO_KEYS_SECRET_KEY")
        return KmsKeys(Service.at(url, access_key, secret_key, subject))
    raise WrongSetting(subject)


def _policy(settings: Settings) -> Policy:
    return Policy(
        trust_declaration_alone=settings.trust_declaration_alone,
        most_words_without_a_name=settings.most_words_without_a_name,
        trust_declared_number_for_names=settings.trust_declared_number_for_names,
        trust_datamatrix_alone=settings.trust_datamatrix_alone,
    )


def _objects(url: str, settings: Settings) -> Objects:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return DirectoryObjects(Path(parts.path))
    if parts.scheme != "s3":
        raise WrongSetting("VERSO_OBJECTS_URL, VERSO_KEYRING_URL")
    options = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return S3Objects(
        Bucket(
            name=parts.netloc,
            endpoint=options.get("endpoint"),
            region=options.get("region", "us-east-1"),
            path_style=options.get("style", "path") == "path",
            access_key=_revealed(settings.s3_access_key, "VERSO_S3_ACCESS_KEY"),
            secret_key=_revealed(settings.s3_secret_key, "VERSO_S3_SECRET_KEY"),
        )
    )


def _revealed(secret: SecretStr | None, name: str) -> str:
    if secret is None:
        raise WrongSetting(name)
    return secret.get_secret_value()
