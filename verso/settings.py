"""Every setting of Verso, with its default and its meaning. The only module that reads the environment."""

import json
import os
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from documents.errors import WrongSetting
from verso.doors import DoorSettings
from verso.inlets import InletSettings
from verso.insurance import InsuranceSettings
from verso.machine import usable_cores
from verso.watches import WatchSettings

#: Beginning of the URL of an embedded ledger; the path of its file follows.
_SQLITE: Final = "sqlite:///"


class Mode(StrEnum):
    """What the installation is for."""

    #: A laptop, a demonstration, tests: test identities are accepted.
    DEVELOPMENT = "development"
    #: Real patients: test identities are refused, and so is whatever breaks a promise.
    PRODUCTION = "production"


class Settings(DoorSettings, InletSettings, InsuranceSettings, WatchSettings, BaseSettings):
    """What an installation sets. Each is read from ``VERSO_<NAME>``; the defaults run everything on one machine."""

    model_config = SettingsConfigDict(env_prefix="VERSO_", frozen=True, extra="ignore")

    #: What the installation is for.
    mode: Mode = Mode.DEVELOPMENT
    #: Where the embedded back ends keep their state. Nothing readable rests in it but the inboxes.
    home: Path = Path("var")
    #: The ledger's database: ``sqlite:///path`` or ``postgresql+psycopg://user@host/name``. Default: in the home.
    ledger_url: SecretStr | None = None
    #: The broker: ``filesystem:///path`` or ``amqp://user@host//``. Default: in the home.
    broker_url: SecretStr | None = None
    #: Where envelopes rest: ``file:///path`` or ``s3://bucket?endpoint=https://…&region=…``, with the options of
    #: `storage.objects.s3.bucket`. Default: in the home.
    objects_url: str | None = None
    #: Where wrapped document keys rest, same forms; apart from the envelopes. Default: in the home.
    keyring_url: str | None = None
    #: For how many days the object store locks what is stored against deletion, by official class, ``*`` for all
    #: others: a JSON object. Heeded where the store knows locks. Default: nothing is locked by Verso. How long the law
    #: keeps a patient's record from being erased is ``retention_years``.
    lock_days: dict[str, Annotated[int, Field(gt=0)]] = Field(default_factory=dict)
    #: Access key of the object store, when it is an S3.
    s3_access_key: SecretStr | None = None
    #: Secret key of the object store, when it is an S3.
    s3_secret_key: SecretStr | None = None
    #: The master key file, mode 0600. Keep it away from the envelopes and their backups. Default: in the home.
    key_file: Path | None = None
    #: The key service that holds the master keys instead of a key file:
    #: ``bao+https://host:8200/transit/key?namespace=…&ca=…&pseudonyms=…`` (OpenBao or Vault),
    #: ``pkcs11:token=…;object=…?module-path=…&pseudonyms=…`` (a hardware module, RFC 7512),
    #: ``kms://key?region=…&pseudonyms=…&endpoint=https://…&ca=…`` (AWS KMS and its like). Default: the key file.
    keys_url: str | None = None
    #: Token for an OpenBao or a Vault.
    keys_token: SecretStr | None = None
    #: PIN of a hardware module's user.
    keys_pin: SecretStr | None = None
    #: Access key of a KMS; not the object store's, which must not reach the keys.
    keys_access_key: SecretStr | None = None
    #: Secret key of a KMS.
    keys_secret_key: SecretStr | None = None
    #: Intake stops while less than this is free on a disk of the embedded stores or ledger, in bytes.
    least_free_bytes: Annotated[int, Field(ge=0)] = 512 * 2**20
    #: Whether a declared patient is accepted for pages that bear no mark of anybody (`docs/identity.md`).
    trust_declaration_alone: bool = True
    #: Words of a page above which it must name the declared patient.
    most_words_without_a_name: Annotated[int, Field(ge=0)] = 25
    #: Whether a declared number without declared names is accepted for pages that name somebody whom it fits.
    trust_declared_number_for_names: bool = False
    #: Whether an INS Datamatrix, unsigned, is accepted on pages that print nothing to compare it with.
    trust_datamatrix_alone: bool = False
    #: Largest original accepted, in bytes.
    largest_original: Annotated[int, Field(gt=0)] = 256 * 2**20
    #: Most pages accepted in one document.
    most_pages: Annotated[int, Field(gt=0)] = 2000
    #: Pages that one task reads.
    pages_per_part: Annotated[int, Field(gt=0)] = 4
    #: Longest time that reading one page may take, in seconds.
    page_seconds: Annotated[float, Field(gt=0)] = 120.0
    #: Most memory that the confined reader may use, in bytes of address space.
    reader_bytes: Annotated[int, Field(gt=0)] = 3 * 2**30
    #: The antivirus that examines what comes in, clamd: ``tcp://host:3310`` or ``unix:///run/clamav/clamd.ctl``.
    #: Default: none.
    antivirus_url: str | None = None
    #: Whether previews of pages and searchable PDFs of scans are made and kept, sealed like everything else.
    derive: bool = True
    #: Tasks done at once by one worker. Default: the cores that this process may use.
    slots: Annotated[int, Field(gt=0)] | None = None
    #: How long a worker may be silent before its work is given to another, in seconds.
    lease_seconds: Annotated[float, Field(gt=0)] = 60.0
    #: How long a message may be on its way before the work is sent again, in seconds.
    resend_seconds: Annotated[float, Field(gt=0)] = 300.0
    #: Messages on their way at once for one feeder in one lane: the rest of its work waits behind itself.
    most_sent_per_feeder: Annotated[int, Field(gt=0)] = 100
    #: Intake from a feeder stops while its oldest document has waited this long to be sent to a worker, in seconds.
    longest_wait_seconds: Annotated[float, Field(gt=0)] = 6 * 3600.0
    #: How often the courier looks for due work, in seconds.
    courier_seconds: Annotated[float, Field(gt=0)] = 0.5
    #: Failed attempts at a stage before a document is dead.
    most_attempts: Annotated[int, Field(gt=0)] = 8
    #: Claims of one piece of work without getting on, failed or not, before it counts as poison.
    most_claims: Annotated[int, Field(gt=0)] = 25
    #: Wait before the second attempt, in seconds; doubles each time, with jitter.
    first_retry_seconds: Annotated[float, Field(gt=0)] = 2.0
    #: Longest wait between two attempts, in seconds.
    longest_retry_seconds: Annotated[float, Field(gt=0)] = 600.0
    #: A model file that classifies instead of any other, such as one that `./run train` wrote. Default: the promoted
    #: model, else the packaged one.
    model: Path | None = None
    #: Fewest classified documents, lately and before, below which nothing is said about drift.
    drift_least_documents: Annotated[int, Field(gt=0)] = 50
    #: Least shift of a share, 0 to 1, that counts as drift.
    drift_least_shift: Annotated[float, Field(gt=0, lt=1)] = 0.05
    #: Years for which the documents of a class are kept, by class code; ``*`` for all others. A JSON object that stands
    #: above the law's defaults, see `pipelines.erasing.retention`.
    retention_years: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    #: How often everything stored is read back and authenticated, in days; 0 for never.
    scrub_days: Annotated[float, Field(ge=0)] = 7.0
    #: Most bytes read back by the caretaker in a second.
    scrub_bytes_per_second: Annotated[int, Field(gt=0)] = 8 * 2**20
    #: Log lines as JSON (for machines) instead of columns (for people).
    log_json: bool = True

    @model_validator(mode="after")
    def _keeps_its_promises(self) -> Self:
        if self.mode is Mode.PRODUCTION and self.key_file is None and self.keys_url is None:
            message = (
                "VERSO_KEYS_URL or VERSO_KEY_FILE must be set in production: "
                "the master key must not rest beside the data"
            )
            raise ValueError(message)
        if self.mode is Mode.PRODUCTION and self.key_file is not None:
            place = self.key_file.resolve()
            if any(place.is_relative_to(folder.resolve()) for folder in (self._home, *self.disks)):
                message = "VERSO_KEY_FILE lies below the home or a store: a master key must not rest beside the data"
                raise ValueError(message)
        if self.mode is Mode.PRODUCTION and self.local_password is not None:
            message = "VERSO_LOCAL_PASSWORD opens accounts of development: it must not be set in production"
            raise ValueError(message)
        if self.key_file is not None and self.keys_url is not None:
            message = "VERSO_KEYS_URL and VERSO_KEY_FILE name two keepers of the master keys: only one can be right"
            raise ValueError(message)
        return self

    @property
    def accept_test_identities(self) -> bool:
        """Whether INS test and demonstration OIDs are accepted: never in production."""
        return self.mode is not Mode.PRODUCTION

    @cached_property
    def concurrency(self) -> int:
        """Slots of one worker."""
        return self.slots or usable_cores()

    @property
    def ledger(self) -> str:
        """The ledger's URL, password included: never log it."""
        return self.ledger_url.get_secret_value() if self.ledger_url else f"sqlite:///{self._home / 'ledger.db'}"

    @property
    def broker(self) -> str:
        """The broker's URL, password included: never log it."""
        return self.broker_url.get_secret_value() if self.broker_url else f"filesystem://{self._home / 'broker'}"

    @property
    def objects(self) -> str:
        """The URL of the envelopes."""
        return self.objects_url or f"file://{self._home / 'objects'}"

    @property
    def keyring(self) -> str:
        """The URL of the wrapped document keys."""
        return self.keyring_url or f"file://{self._home / 'keyring'}"

    @property
    def master_key(self) -> Path:
        """The master key file."""
        return self.key_file or self._home / "master.key"

    @property
    def watched(self) -> dict[str, Path]:
        """Folder of each feeder's inbox."""
        elsewhere = self.mailboxes or self.inbox_buckets
        return self.inboxes or ({} if elsewhere else {"hospital": self._home / "inbox"})

    @property
    def answers(self) -> Path:
        """The folder of the acknowledgements."""
        return self.outbox or self._home / "outbox"

    @property
    def disks(self) -> tuple[Path, ...]:
        """Folders of this machine that grow with what is taken in: none where servers keep everything."""
        places = [Path(parts.path) for url in (self.objects, self.keyring) if (parts := urlsplit(url)).scheme == "file"]
        if self.ledger.startswith(_SQLITE):
            places.append(Path(self.ledger.removeprefix(_SQLITE).partition("?")[0]).absolute().parent)
        return tuple(places)

    @property
    def lease(self) -> timedelta:
        """How long a claim lives unless renewed."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def _home(self) -> Path:
        return self.home.absolute()


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; what is given here stands above it.

    Raises:
        WrongSetting: A value is of the wrong kind, or contradicts the mode. The value itself is not repeated.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = sorted(
            {"VERSO_" + ".".join(map(str, e["loc"])).upper() if e["loc"] else str(e["msg"]) for e in error.errors()}
        )
        raise WrongSetting(", ".join(wrong)) from None


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a child process reads these same settings. Holds secrets: never log it."""
    names = {f"VERSO_{name.upper()}": name for name in Settings.model_fields}
    own = {variable: getattr(settings, name) for variable, name in names.items()}
    # What stands in the environment and was overridden by nothing must not come back in the child.
    rest = {name: text for name, text in os.environ.items() if name.upper() not in names}  # noqa: TID251  may here
    return {**rest, **{variable: _as_text(value) for variable, value in own.items() if value is not None}}


def name_shared_metrics(folder: Path) -> None:
    """Tell prometheus-client, which takes it from the environment alone, where processes share their metrics."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # noqa: TID251  may here


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return json.dumps(value)
    if isinstance(value, dict):
        return json.dumps({key: _as_json(one) for key, one in value.items()})
    return str(value)


def _as_json(value: object) -> object:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value.model_dump(exclude_defaults=True) if isinstance(value, BaseModel) else value
