"""Puts the application together: with `verso.stores`, the only place that names concrete back ends."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from documents.day import day_in_france
from documents.errors import Missing, UnknownModel, WrongSetting
from feeders.upload import UploadRoom
from pipelines.antivirus.clamd import Clamd
from pipelines.antivirus.idle import IdleAntivirus
from pipelines.antivirus.interface import Antivirus
from pipelines.classify.interface import Classifier
from pipelines.classify.linear import PACKAGED, LinearClassifier
from pipelines.classify.model import Model
from pipelines.confinement.limits import Layer
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.inspect.inspector import ConfinedInspector
from pipelines.locking import Locking
from pipelines.read.reader import ConfinedReader
from pipelines.render.idle import IdleRenderer
from pipelines.render.renderer import ConfinedRenderer
from pipelines.services import Services, Skills
from pipelines.split.cutter import ConfinedCutter
from pipelines.unpack.unpacker import ConfinedUnpacker
from storage.archive import Archive
from storage.audit.key import trail_key
from storage.holdings.interface import Holdings
from storage.holdings.sql import SqlHoldings
from storage.keys.interface import MasterKeys
from storage.keys.keyfile import KeyFile
from storage.keys.keyfile import create as create_key_file
from storage.keys.kms import KmsKeys, Service
from storage.keys.pkcs11 import Pkcs11Keys
from storage.keys.token import Token
from storage.keys.transit import TransitKeys, Vault
from storage.ledger.interface import Ledger
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from storage.members.interface import Members
from storage.members.sql import SqlMembers
from storage.models import Models
from storage.uploads.sql import SqlUploads
from verso.bounds import identity_policy, reader_limits
from verso.promises import destroy_again, hold_to_promises
from verso.settings import Mode, Settings
from verso.stores import build_keyring, build_objects, revealed
from verso.telemetry.interface import SILENT, Telemetry
from verso.telemetry.watched import watched_keys, watched_objects

_Confined = ConfinedInspector | ConfinedReader | ConfinedRenderer | ConfinedCutter | ConfinedUnpacker


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
    a process, not for each verb that a person types. Elsewhere what the stores break is logged.

    Raises:
        WrongSetting: Something is there and is not what it should be, or a store breaks a promise.
        Interrupted: A back end did not answer.
    """
    prepare(settings)
    archive = build_archive(settings)
    hold_to_promises(archive, settings.mode)
    destroy_again(archive)


def ready_to_stay(settings: Settings) -> Ledger:
    """Prepare a process that runs on, and return the one ledger that it shows and works with.

    A second one, opened after the waiting is over, would be asked for its schema again: a ledger that went away at that
    moment would end the process instead of being waited for.

    Raises:
        WrongSetting: As for `prepare_to_stay`.
        Interrupted: As for `prepare_to_stay`.
    """
    prepare_to_stay(settings)
    return build_ledger(settings)


def create_key(path: Path) -> None:
    """Make a master key file.

    Raises:
        WrongSetting: There is one already: it is never replaced.
        KeysUnavailable: The file system did not take it.
    """
    create_key_file(path)


def build_services(settings: Settings, telemetry: Telemetry = SILENT, ledger: Ledger | None = None) -> Services:
    """Build the services of one process, its stores and keys watched. Confined readers start at their first use.

    Args:
        settings: What the installation sets.
        telemetry: What watches the stores and the keys.
        ledger: The ledger, where it is open already; then no back end is asked anything. Opened when None.

    Raises:
        WrongSetting: A setting names what does not exist.
        Interrupted: A back end did not answer.
    """
    archive = build_archive(settings, telemetry)
    return Services(
        skills=build_skills(settings, lambda: serving_model(Models(archive=archive))),
        archive=archive,
        ledger=build_ledger(settings, archive.masters) if ledger is None else ledger,
        now=now,
        largest_original=settings.largest_original,
        pages_per_part=settings.pages_per_part,
        locking=Locking(days=settings.lock_days),
        nightly=settings.night_bounds(accept_test_identities=settings.accept_test_identities),
    )


def build_ledger(settings: Settings, masters: MasterKeys | None = None) -> Ledger:
    """Open the ledger and check that its schema is the expected one. Keys are asked for once an event is written."""
    ledger = open_ledger(settings.ledger, now, cache(lambda: trail_key(masters or _masters(settings))))
    ledger.check()
    return ledger


def build_members(settings: Settings) -> Members:
    """Open the register of members."""
    return SqlMembers.opened(settings.ledger, now)


def build_holdings(settings: Settings) -> Holdings:
    """Open the register of holdings."""
    return SqlHoldings.opened(settings.ledger, now)


def build_upload_room(settings: Settings, archive: Archive) -> UploadRoom:
    """Open the room where files come in piece by piece."""
    uploads = SqlUploads.opened(settings.ledger, now)
    return UploadRoom(archive=archive, uploads=uploads, largest=settings.largest_original, now=now)


def build_archive(settings: Settings, telemetry: Telemetry = SILENT) -> Archive:
    """Open the object stores and the master keys."""
    return Archive(
        objects=watched_objects(build_objects(settings), telemetry),
        keyring=watched_objects(build_keyring(settings), telemetry),
        masters=watched_keys(_masters(settings), telemetry),
    )


def build_skills(settings: Settings, model: Callable[[], bytes] | None = None) -> Skills:
    """Build what judges bytes and pages. Touches no storage by itself.

    In production nothing is parsed unless every layer of confinement stands; elsewhere as many as the host knows.

    Args:
        settings: What the installation sets. A model file named there stands above `model`.
        model: Gives the model that classifies, when the first document needs it. The packaged one when None.

    Raises:
        WrongSetting: The model file that is named is none.
    """
    required = frozenset(Layer) if settings.mode is Mode.PRODUCTION else frozenset[Layer]()
    limits = reader_limits(settings)
    return Skills(
        antivirus=build_antivirus(settings),
        inspector=ConfinedInspector(
            most_pages=settings.most_pages, largest=settings.largest_original, required=required
        ),
        reader=ConfinedReader(limits=limits, required=required),
        renderer=ConfinedRenderer(required=required) if settings.derive else IdleRenderer(),
        identifier=EvidenceIdentifier(
            accept_test_oids=settings.accept_test_identities,
            today=lambda: day_in_france(now()),
            policy=identity_policy(settings),
        ),
        classifier=_classifier(settings, model),
        cutter=ConfinedCutter(required=required),
        unpacker=ConfinedUnpacker(largest=settings.largest_original, required=required),
    )


def build_antivirus(settings: Settings) -> Antivirus:
    """Build the antivirus.

    Raises:
        WrongSetting: Its URL is none.
    """
    url = settings.antivirus_url
    return IdleAntivirus() if url is None else Clamd.at(url, "VERSO_ANTIVIRUS_URL")


def build_classifier(content: bytes) -> Classifier:
    """Build the classifier on a model of one's own choice.

    Raises:
        UnknownModel: It was made for another release, or is none.
    """
    try:
        Model.from_bytes(content)
    except (ValueError, KeyError) as error:
        raise UnknownModel(hashlib.sha256(content).hexdigest()) from error
    return LinearClassifier(content=lambda: content)


def packaged_model() -> bytes:
    """Return the model that ships with this release."""
    return PACKAGED.read_bytes()


def serving_model(models: Models) -> bytes:
    """Return the model that serves: the promoted one, if it was promoted under this release, else the packaged one.

    Raises:
        Missing: The promoted model is gone.
        Tampered: What rests was altered.
        Interrupted: Store or keys failed.
    """
    packaged = packaged_model()
    name = hashlib.sha256(packaged).hexdigest()
    promotion = models.promoted()
    if promotion is None or promotion.packaged != name or promotion.model == name:
        return packaged
    try:
        return models.open(promotion.model)
    except UnknownModel as error:
        raise Missing(promotion.model) from error


def close_skills(skills: Skills) -> None:
    """End the confined processes behind skills. Skills without any are left alone."""
    for skill in (skills.inspector, skills.reader, skills.renderer, skills.cutter, skills.unpacker):
        if isinstance(skill, _Confined):
            skill.close()


def _masters(settings: Settings) -> MasterKeys:
    """Choose the keeper of the master keys, by the scheme of its URL."""
    url, subject = settings.keys_url, "VERSO_KEYS_URL"
    if url is None:
        return KeyFile(settings.master_key)
    if url.startswith("bao+"):
        return TransitKeys(Vault.at(url, revealed(settings.keys_token, "VERSO_KEYS_TOKEN"), subject))
    if url.startswith("pkcs11:"):
        return Pkcs11Keys(Token.at(url, revealed(settings.keys_pin, "VERSO_KEYS_PIN"), subject))
    if url.startswith("kms:"):
        access_key = revealed(settings.keys_access_key, "VERSO_KEYS_ACCESS_KEY")
        secret_key = revealed(settings.keys_secret_key, "VERSO_KEYS_SECRET_KEY")
        return KmsKeys(Service.at(url, access_key, secret_key, subject))
    raise WrongSetting(subject)


def _classifier(settings: Settings, model: Callable[[], bytes] | None) -> Classifier:
    if settings.model is None:
        return LinearClassifier(content=model)
    try:
        return build_classifier(settings.model.read_bytes())
    except (OSError, UnknownModel) as error:
        raise WrongSetting("VERSO_MODEL") from error
