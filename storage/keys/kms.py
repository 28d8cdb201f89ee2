"""Master keys in a key management service of the AWS kind, spoken to by boto3: they never leave the service."""

import hashlib
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.address import Address
from storage.envelope.derivation import KEY_SIZE
from storage.keys.connection import Connection
from storage.keys.messages import context_digest, pseudonym_message, whole_key
from storage.keys.probe import prove_promises

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

#: Begins what this keeper wrapped before it knew rotations; the service's own bytes follow.
_VERSION: Final = b"\x04"
#: Begins what it wraps now; then what stands for the material, then the service's own bytes.
_LABELLED: Final = b"\x05"
_LABEL_SIZE: Final = 8
#: How often, and after how many seconds, it is asked whether a rotation has taken place.
_LOOKS: Final = 60
_PAUSE: Final = 1.0
#: Said of bytes that were altered, are of another context, or were wrapped by another master.
_NOT_AUTHENTIC: Final = {"InvalidCiphertextException", "IncorrectKeyException"}
#: Refusals with a status of the caller's fault that pass by themselves.
_PASSING: Final = {"ThrottlingException", "LimitExceededException", "RequestTimeout", "RequestExpired"}
#: Fewest and most bytes of ciphertext that the service takes.
_CIPHERTEXT: Final = range(1, 6145)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where a key service is and who may use it."""

    #: Id, ARN or alias of the master key: symmetric, for encryption.
    key: str
    #: Id, ARN or alias of the key of the pseudonyms: HMAC_256. Services never rotate such keys.
    pseudonyms: str
    region: str
    #: URL of the service; None for AWS's own of the region.
    endpoint: str | None
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    #: File with the certificates to trust; None for the system's.
    authorities: str | None = None
    #: Seconds to wait for a connection, and for each answer.
    connect_timeout: float = 5.0
    read_timeout: float = 10.0

    @classmethod
    def at(cls, url: str, access_key: str, secret_key: str, subject: str) -> Self:
        """Read ``kms://key?region=…&pseudonyms=…&endpoint=https://…&ca=…``; a key may be an id or ``alias/name``.

        Raises:
            WrongSetting: It is not of that form.
        """
        address = Address.parse(url, subject, ("region", "pseudonyms", "endpoint", "ca"))
        endpoint = address.options.get("endpoint")
        if not address.host or not address.options.keys() >= {"region", "pseudonyms"}:
            raise WrongSetting(subject)
        if endpoint and not endpoint.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise WrongSetting(subject)
        return cls(
            key="/".join(filter(None, (address.host, address.path))),
            pseudonyms=address.options["pseudonyms"],
            region=address.options["region"],
            endpoint=endpoint,
            access_key=access_key,
            secret_key=secret_key,
            authorities=address.options.get("ca"),
        )

    def client(self) -> "KMSClient":
        """Return a client of this service."""
        config = Config(
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        client: KMSClient = boto3.session.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region
        ).client("kms", endpoint_url=self.endpoint, verify=self.authorities, config=config)
        return client


class KmsKeys:
    """Keeps master keys in a key service: see `storage.keys.interface.MasterKeys`."""

    def __init__(self, service: Service) -> None:
        """Use this service. Nothing is asked of it yet."""
        self._service = service
        self._client = Connection(service.client, lifetime=math.inf)
        self._newest = Connection(lambda: self.masters()[-1])

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap a key under the newest generation."""
        plaintext = whole_key(key)
        # Asked before: a rotation in between makes the label older than the material, which does no harm.
        label = bytes.fromhex(self._newest.get())
        with _translated():
            answer = self._client.get().encrypt(
                KeyId=self._service.key, Plaintext=plaintext, EncryptionContext=_bound(_LABELLED + label + context)
            )
            return _LABELLED + label + answer["CiphertextBlob"]

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key with the generation that wrapped it, whichever is the newest."""
        blob = _blob(wrapped)
        with _translated():
            # Without the key's name the service would use whichever the bytes name, another tenant's among them.
            answer = self._client.get().decrypt(
                KeyId=self._service.key, CiphertextBlob=blob, EncryptionContext=_context(wrapped, context)
            )
            key = answer["Plaintext"]
        if len(key) != KEY_SIZE:
            raise Tampered
        return key

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Wrap a key anew inside the service."""
        blob = _blob(wrapped)
        label = bytes.fromhex(self.masters()[-1])
        with _translated():
            answer = self._client.get().re_encrypt(
                CiphertextBlob=blob,
                SourceKeyId=self._service.key,
                SourceEncryptionContext=_context(wrapped, context),
                DestinationKeyId=self._service.key,
                DestinationEncryptionContext=_bound(_LABELLED + label + context),
            )
            return _LABELLED + label + answer["CiphertextBlob"]

    def master_of(self, wrapped: bytes) -> str:
        """Name the material that wrapped a key; what was wrapped before there were labels is said to be of none."""
        _blob(wrapped)
        return wrapped[1 : 1 + _LABEL_SIZE].hex() if wrapped[:1] == _LABELLED else ""

    def masters(self) -> Sequence[str]:
        """Name the material that encrypts now. Older ones are the service's own affair: it keeps them all."""
        with _translated():
            described = self._client.get().describe_key(KeyId=self._service.key)["KeyMetadata"]
            material = described.get("CurrentKeyMaterialId") or described["KeyId"]
        return [_label_of(material).hex()]

    def rotate(self) -> str:
        """Have the service rotate the key on demand, and wait until it has."""
        before = self.masters()[-1]
        with _translated():
            self._client.get().rotate_key_on_demand(KeyId=self._service.key)
        for _ in range(_LOOKS):
            if (now := self.masters()[-1]) != before:
                self._newest = Connection(lambda: self.masters()[-1])
                return now
            time.sleep(_PAUSE)
        raise KeysUnavailable("key service: does not say that it has rotated the key")

    def retire(self) -> bool:
        """Do nothing: no service of this kind lets go of older material."""
        return False

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make a pseudonym."""
        with _translated():
            answer = self._client.get().generate_mac(
                KeyId=self._service.pseudonyms,
                MacAlgorithm="HMAC_SHA_256",
                Message=pseudonym_message(purpose, value),
            )
            code = answer["Mac"]
        if len(code) != KEY_SIZE:
            raise KeysUnavailable("key service: an answer of another size")
        return code

    def check(self) -> None:
        """Prove that both keys are there and work. Whether they can be taken out is for the service to rule out.

        An answer that refuses is a wrong setting here: a key that is not there, is disabled, of another kind, or not
        for these credentials.
        """
        try:
            prove_promises(self)
        except KeysUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and 400 <= _status(cause) < 500 and _code(cause) not in _PASSING:
                raise WrongSetting(f"key service: {_code(cause)}") from cause
            raise


def _blob(wrapped: bytes) -> bytes:
    """Return the service's own bytes in a wrapped key.

    Raises:
        Tampered: It was not wrapped by such a service.
    """
    sizes = {_VERSION: 1, _LABELLED: 1 + _LABEL_SIZE}
    blob = wrapped[sizes.get(wrapped[:1], len(wrapped)) :]
    if len(blob) not in _CIPHERTEXT:
        raise Tampered
    return blob


def _context(wrapped: bytes, context: bytes) -> Mapping[str, str]:
    """Return what a wrapped key is bound to: with a label, that too."""
    return _bound(wrapped[: 1 + _LABEL_SIZE] + context if wrapped[:1] == _LABELLED else context)


def _label_of(material: str) -> bytes:
    """Return the 8 bytes that stand for material of a key in what it wrapped."""
    return hashlib.sha256(b"verso material 1" + material.encode()).digest()[:_LABEL_SIZE]


def _bound(context: bytes) -> Mapping[str, str]:
    """Return a context as the service takes it: it stands in the service's log, so it says nothing."""
    return {"verso": context_digest(context).hex()}


def _status(error: ClientError) -> int:
    """Return the HTTP status of an answer."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _code(error: ClientError) -> str:
    """Return the service's name for what went wrong."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def _translated() -> Iterator[None]:
    """Let no error of botocore pass. Sorted by the service's codes, never by text."""
    try:
        yield
    except ClientError as error:
        if _code(error) in _NOT_AUTHENTIC:
            raise Tampered from error
        raise KeysUnavailable(f"key service: {_code(error)}") from error
    except BotoCoreError as error:
        raise KeysUnavailable(f"key service: {type(error).__name__}") from error
    except (ResponseParserError, AttributeError, KeyError, TypeError, ValueError):
        # botocore stumbles in as many ways over what is not its protocol. The cause may quote the answer.
        raise KeysUnavailable("key service: an answer of another kind") from None
