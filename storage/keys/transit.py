"""Master keys in the Transit engine of an OpenBao or a Vault, spoken to over HTTPS: they never leave the server."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import urllib3
from urllib3.exceptions import HTTPError

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.address import Address
from storage.envelope.derivation import KEY_SIZE
from storage.keys.connection import Connection
from storage.keys.messages import context_digest, pseudonym_message, whole_key
from storage.keys.probe import prove_promises

#: Begins what this keeper wraps; then the generation in four bytes, then the engine's own bytes.
_VERSION: Final = b"\x02"
_HEAD_SIZE: Final = 5
#: What the engine returns: generation and bytes in base64.
_SEALED: Final = re.compile(r"vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})", re.ASCII)
#: Another generation of the pseudonyms' key would give every patient another name, so the first one serves for ever,
#: even if somebody rotates it.
_PSEUDONYM_GENERATION: Final = 1

_OK: Final = 200
_NO_CONTENT: Final = 204
_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """Where a Transit engine is and who may use it."""

    #: ``https://host:port``.
    address: str
    #: Path at which the engine is mounted.
    mount: str
    #: Name of the master key: of type aes256-gcm96, derived.
    key: str
    #: Name of the key of the pseudonyms: of type hmac.
    pseudonyms: str
    token: str = field(repr=False)
    namespace: str | None = None
    #: File with the certificates to trust; None for the system's.
    authorities: str | None = None
    #: Seconds to wait for a connection, and for each answer.
    connect_timeout: float = 5.0
    read_timeout: float = 10.0

    @classmethod
    def at(cls, url: str, token: str, subject: str) -> Self:
        """Read ``bao+https://host:8200/mount/key?pseudonyms=…&namespace=…&ca=…``; ``bao+http`` on loopback only.

        Raises:
            WrongSetting: It is not of that form.
        """
        address = Address.parse(url, subject, ("pseudonyms", "namespace", "ca"))
        scheme = address.scheme.removeprefix("bao+")
        mount, _, key = address.path.rpartition("/")
        safe = scheme == "https" or (scheme == "http" and _is_here(address.host))
        if not (safe and address.host and mount and key):
            raise WrongSetting(subject)
        return cls(
            address=f"{scheme}://{address.host}",
            mount=mount,
            key=key,
            pseudonyms=address.options.get("pseudonyms", f"{key}-pseudonyms"),
            token=token,
            namespace=address.options.get("namespace"),
            authorities=address.options.get("ca"),
        )

    def pool(self) -> urllib3.PoolManager:
        """Return a client of this server. It follows no redirection: the token is for this server alone."""
        return urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=self.connect_timeout, read=self.read_timeout),
            # Everything asked is safe to ask twice; once more is enough for a connection that was closed while idle.
            retries=urllib3.Retry(total=1, redirect=0, status=0, allowed_methods=None, raise_on_redirect=False),
            headers={"X-Vault-Token": self.token} | ({"X-Vault-Namespace": self.namespace} if self.namespace else {}),
            cert_reqs="CERT_REQUIRED",
            ca_certs=self.authorities,
        )


class TransitKeys:
    """Keeps master keys in a Transit engine: see `storage.keys.interface.MasterKeys`.

    The engine derives a key of its own for each context, so its random nonces set no limit on how much is wrapped.
    """

    def __init__(self, vault: Vault) -> None:
        """Use this engine. Nothing is asked of it yet."""
        self._vault = vault
        self._pool = Connection(self._open)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap a key under the newest generation."""
        question = {"plaintext": _text(whole_key(key)), "context": _text(context_digest(context))}
        generation, sealed = _parted(self._ask("POST", f"encrypt/{self._vault.key}", question), "ciphertext")
        return _VERSION + generation.to_bytes(4, "big") + sealed

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key with the generation that wrapped it, whichever is the newest."""
        generation = _generation(wrapped)
        sealed = f"vault:v{generation}:{_text(wrapped[_HEAD_SIZE:])}"
        question = {"ciphertext": sealed, "context": _text(context_digest(context))}
        key = _bytes(self._ask_about(generation, f"decrypt/{self._vault.key}", question).get("plaintext"))
        if len(key) != KEY_SIZE:
            raise Tampered
        return key

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Wrap a key anew inside the engine."""
        generation, sealed = _generation(wrapped), f"vault:v{_generation(wrapped)}:{_text(wrapped[_HEAD_SIZE:])}"
        question = {"ciphertext": sealed, "context": _text(context_digest(context))}
        answer = self._ask_about(generation, f"rewrap/{self._vault.key}", question)
        newest, again = _parted(answer, "ciphertext")
        return _VERSION + newest.to_bytes(4, "big") + again

    def master_of(self, wrapped: bytes) -> str:
        """Name the generation that wrapped a key."""
        return str(_generation(wrapped))

    def masters(self) -> Sequence[str]:
        """Name the generations that the engine still permits."""
        key = self._described(self._vault.key)
        least, newest = key.get("min_decryption_version"), key.get("latest_version")
        if not isinstance(least, int) or not isinstance(newest, int):
            raise KeysUnavailable("key service: an answer of another kind")
        return [str(generation) for generation in range(max(1, least), newest + 1)]

    def rotate(self) -> str:
        """Add a generation. The token needs the right to do so."""
        self._do(f"keys/{self._vault.key}/rotate", {})
        return self.masters()[-1]

    def retire(self) -> bool:
        """Permit the newest generation alone, and have the engine destroy the others."""
        newest = int(self.masters()[-1])
        limits = {"min_decryption_version": newest, "min_encryption_version": newest}
        self._do(f"keys/{self._vault.key}/config", limits)
        self._do(f"keys/{self._vault.key}/trim", {"min_available_version": newest})
        return True

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make a pseudonym with the first generation of its key."""
        question = {"input": _text(pseudonym_message(purpose, value)), "key_version": _PSEUDONYM_GENERATION}
        generation, code = _parted(self._ask("POST", f"hmac/{self._vault.pseudonyms}/sha2-256", question), "hmac")
        if generation != _PSEUDONYM_GENERATION or len(code) != KEY_SIZE:
            raise KeysUnavailable("key service: an answer of another kind")
        return code

    def check(self) -> None:
        """Prove that both keys are there, of the right kind and cannot be taken out, then that they work."""
        master, pseudonyms = self._described(self._vault.key), self._described(self._vault.pseudonyms)
        if (master.get("type"), master.get("derived")) != ("aes256-gcm96", True):
            raise WrongSetting("key service: the master key is not of type aes256-gcm96 and derived")
        if pseudonyms.get("type") != "hmac":
            raise WrongSetting("key service: the key of the pseudonyms is not of type hmac")
        for key in (master, pseudonyms):
            if key.get("exportable") is not False or key.get("allow_plaintext_backup") is not False:
                raise WrongSetting("key service: a key can be taken out")
        prove_promises(self)

    def _described(self, key: str) -> Mapping[str, object]:
        """Return what the engine says of a key, never the key itself."""
        status, data = self._exchange("GET", f"keys/{key}")
        if status in {_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND}:
            raise WrongSetting(f"key service: {status} for the description of a key")
        return _expected(status, data)

    def _exclude_other_reasons(self, generation: int) -> None:
        """Make sure that a refusal to decrypt can only be due to the bytes: the engine has one answer for several ills.

        Raises:
            KeysUnavailable: The key is gone, or this generation was retired too early.
        """
        key = self._ask("GET", f"keys/{self._vault.key}")
        least = key.get("min_decryption_version")
        if not isinstance(least, int) or generation < least or key.get("soft_deleted"):
            raise KeysUnavailable("key service: a master still in use was retired")

    def _ask_about(self, generation: int, path: str, question: Mapping[str, object]) -> Mapping[str, object]:
        """Return the engine's answer about something that one of its generations wrapped.

        Raises:
            Tampered: It is not authentic.
        """
        status, data = self._exchange("POST", path, question)
        if status == _BAD_REQUEST:
            self._exclude_other_reasons(generation)
            raise Tampered
        return _expected(status, data)

    def _do(self, path: str, question: Mapping[str, object]) -> None:
        """Have the engine do something that it has nothing to say about.

        Raises:
            WrongSetting: The token has no right to it.
        """
        status, data = self._exchange("POST", path, question)
        if status == _FORBIDDEN:
            raise WrongSetting("VERSO_KEYS_TOKEN")
        if status != _NO_CONTENT:
            _expected(status, data)

    def _ask(self, method: str, path: str, question: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """Return the engine's answer."""
        return _expected(*self._exchange(method, path, question))

    def _exchange(
        self, method: str, path: str, question: Mapping[str, object] | None = None
    ) -> tuple[int, Mapping[str, object]]:
        """Return status and data of the engine's answer."""
        return self._send(self._pool.get(), method, f"{self._vault.mount}/{path}", question)

    def _send(
        self, pool: urllib3.PoolManager, method: str, path: str, question: Mapping[str, object] | None = None
    ) -> tuple[int, Mapping[str, object]]:
        try:
            answer = pool.request(method, f"{self._vault.address}/v1/{path}", json=question, redirect=False)
            data = answer.json()["data"] if answer.status == _OK else {}
        except HTTPError as error:
            raise KeysUnavailable(f"key service: {type(error).__name__}") from error
        except (ValueError, KeyError, TypeError):
            # The cause would quote the answer, which may hold a key.
            raise KeysUnavailable("key service: an answer of another kind") from None
        return answer.status, data if isinstance(data, Mapping) else {}

    def _open(self) -> urllib3.PoolManager:
        """Return a client, its token renewed if it can be: as long as Verso works, a periodic token lives on."""
        pool = self._vault.pool()
        self._send(pool, "POST", "auth/token/renew-self", {})
        return pool


def _generation(wrapped: bytes) -> int:
    """Return the generation that wrapped a key.

    Raises:
        Tampered: None of an engine did.
    """
    generation = int.from_bytes(wrapped[1:_HEAD_SIZE], "big")
    # The engine takes generation 0 for 1, so that would be a second form of the same bytes.
    if wrapped[:1] != _VERSION or len(wrapped) <= _HEAD_SIZE or generation == 0:
        raise Tampered
    return generation


def _expected(status: int, data: Mapping[str, object]) -> Mapping[str, object]:
    """Return the data of a good answer."""
    if status != _OK:
        raise KeysUnavailable(f"key service: {status}")
    return data


def _parted(data: Mapping[str, object], name: str) -> tuple[int, bytes]:
    """Return generation and bytes of what the engine made."""
    found = _SEALED.fullmatch(str(data.get(name)))
    if found is None:
        raise KeysUnavailable("key service: an answer of another kind")
    return int(found[1]), _bytes(found[2])


def _bytes(text: object) -> bytes:
    """Return bytes that stand in an answer."""
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except ValueError:
        raise KeysUnavailable("key service: an answer of another kind") from None


def _text(content: bytes) -> str:
    """Return bytes as they stand in a question."""
    return base64.b64encode(content).decode()


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine: an agent of the service may listen there without TLS."""
    return host.rpartition(":")[0] in {"127.0.0.1", "localhost", "[::1]"}
