"""An emulation of a key service of the AWS kind: the JSON protocol of KMS over HTTP, and what its documentation says.

It is no KMS: it holds its keys in memory and has no durability, policies or grants. It checks every signature as the
real one does, binds the encryption context, keeps older generations for decryption after a rotation, and answers with
the codes of https://docs.aws.amazon.com/kms/latest/APIReference/. What it cannot show is said in
`docs/decisions/masters.md`.
"""

import base64
import hashlib
import hmac
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.keys.kms import Service
from tests.services.ports import free_ports

REGION = "eu-west-3"
CREDENTIALS = Credentials("AKIDTESTSONLY", "kms-secret-of-tests")

_Body = Mapping[str, Any]


class Fault(Exception):
    """An answer that is no success."""

    def __init__(self, code: str, status: int = 400) -> None:
        """Name the code that the service answers with."""
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(slots=True)
class MasterKey:
    """One key of the service."""

    usage: str
    #: Oldest first; the last one encrypts.
    generations: list[bytes] = field(default_factory=lambda: [os.urandom(32)], repr=False)
    enabled: bool = True


@dataclass(slots=True)
class Kms:
    """The service: its keys by id, and the actions that a keeper needs, with those of an administrator."""

    keys: dict[str, MasterKey] = field(default_factory=dict)
    #: Everything that was asked, without signatures: as the log of the service would show it.
    log: list[dict[str, Any]] = field(default_factory=list)
    #: Seconds that each answer takes.
    delay: float = 0.0
    #: A code with which everything is refused, as for a person without rights.
    refusal: str = ""
    #: What is answered instead, as by something else that listens at this address.
    nonsense: bytes = b""

    def create(self, name: str, usage: str = "ENCRYPT_DECRYPT") -> None:
        """Make a key."""
        self.keys[name] = MasterKey(usage)

    def rotate(self, name: str) -> None:
        """Give a key a new generation."""
        self.keys[name].generations.append(os.urandom(32))

    def encrypt(self, body: _Body) -> _Body:
        """Encrypt: the ciphertext names key and generation, all of it authenticated with the context."""
        name, key = self._usable(body["KeyId"], "ENCRYPT_DECRYPT")
        head = hashlib.sha256(name.encode()).digest()[:16] + (len(key.generations) - 1).to_bytes(4, "big")
        nonce = os.urandom(12)
        sealed = AESGCM(key.generations[-1]).encrypt(
            nonce, base64.b64decode(body["Plaintext"]), head + _canonical(body.get("EncryptionContext", {}))
        )
        return {"CiphertextBlob": _text(head + nonce + sealed), "KeyId": name}

    def decrypt(self, body: _Body) -> _Body:
        """Decrypt, whichever generation encrypted."""
        name, key = self._usable(body["KeyId"], "ENCRYPT_DECRYPT")
        blob = base64.b64decode(body["CiphertextBlob"])
        head, nonce, sealed = blob[:20], blob[20:32], blob[32:]
        generation = int.from_bytes(head[16:], "big")
        owners = {hashlib.sha256(each.encode()).digest()[:16]: each for each in self.keys}
        owner = owners.get(head[:16])
        if owner is not None and owner != name:
            raise Fault("IncorrectKeyException")
        if owner is None or len(sealed) < 16 or generation >= len(key.generations):
            raise Fault("InvalidCiphertextException")
        try:
            plaintext = AESGCM(key.generations[generation]).decrypt(
                nonce, sealed, head + _canonical(body.get("EncryptionContext", {}))
            )
        except InvalidTag as error:
            raise Fault("InvalidCiphertextException") from error
        return {"Plaintext": _text(plaintext), "KeyId": name}

    def re_encrypt(self, body: _Body) -> _Body:
        """Decrypt and encrypt without letting the plaintext out."""
        source = {"KeyId": body["SourceKeyId"], "EncryptionContext": body["SourceEncryptionContext"]}
        plaintext = self.decrypt({**source, "CiphertextBlob": body["CiphertextBlob"]})["Plaintext"]
        target = {"KeyId": body["DestinationKeyId"], "EncryptionContext": body["DestinationEncryptionContext"]}
        return {**self.encrypt({**target, "Plaintext": plaintext}), "SourceKeyId": body["SourceKeyId"]}

    def describe(self, body: _Body) -> _Body:
        """Describe a key, with what stands for the material that encrypts now."""
        name, key = self._usable(body["KeyId"], "ENCRYPT_DECRYPT")
        material = hashlib.sha256(key.generations[-1]).hexdigest()
        return {"KeyMetadata": {"KeyId": name, "CurrentKeyMaterialId": material}}

    def rotate_on_demand(self, body: _Body) -> _Body:
        """Give a key new material at once; the real service takes a while."""
        self.rotate(body["KeyId"])
        return {"KeyId": body["KeyId"]}

    def generate_mac(self, body: _Body) -> _Body:
        """Authenticate a message of at most 4 096 bytes."""
        name, key = self._usable(body["KeyId"], "GENERATE_VERIFY_MAC")
        message = base64.b64decode(body["Message"])
        if not 1 <= len(message) <= 4096 or body["MacAlgorithm"] != "HMAC_SHA_256":
            raise Fault("ValidationException")
        return {"Mac": _text(hmac.digest(key.generations[0], message, "sha256")), "KeyId": name}

    def answer(self, action: str, body: _Body) -> _Body:
        """Do one action, by the name that stands in the header of the question."""
        self.log.append({"action": action, **body})
        time.sleep(self.delay)
        if self.refusal:
            raise Fault(self.refusal)
        actions: Mapping[str, Callable[[_Body], _Body]] = {
            "TrentService.Encrypt": self.encrypt,
            "TrentService.Decrypt": self.decrypt,
            "TrentService.ReEncrypt": self.re_encrypt,
            "TrentService.DescribeKey": self.describe,
            "TrentService.RotateKeyOnDemand": self.rotate_on_demand,
            "TrentService.GenerateMac": self.generate_mac,
        }
        if action not in actions:
            raise Fault("UnknownOperationException")
        return actions[action](body)

    def _usable(self, name: str, usage: str) -> tuple[str, MasterKey]:
        """Return a key that is there, enabled and of this usage."""
        if name not in self.keys:
            raise Fault("NotFoundException")
        key = self.keys[name]
        if not key.enabled:
            raise Fault("DisabledException")
        if key.usage != usage:
            raise Fault("InvalidKeyUsageException")
        return name, key


@dataclass(slots=True)
class Server:
    """The service behind a port of loopback; it can be stopped and started again on the same one."""

    kms: Kms = field(default_factory=Kms)
    port: int = field(default_factory=lambda: free_ports(1)[0])
    _http: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen."""
        handler = type("Handler", (_Handler,), {"kms": self.kms})
        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()

    def service(
        self, key: str = "verso", *, pseudonyms: str = "pseudonyms", secret_key: str = "", read_timeout: float = 60.0
    ) -> Service:
        """Return a way to keys of this service."""
        return Service(
            key=key,
            pseudonyms=pseudonyms,
            region=REGION,
            endpoint=f"http://127.0.0.1:{self.port}",
            access_key=CREDENTIALS.access_key,
            secret_key=secret_key or CREDENTIALS.secret_key,
            connect_timeout=60.0,
            read_timeout=read_timeout,
        )


@contextmanager
def running() -> Iterator[Server]:
    """Run a server for as long as the context lasts."""
    server = Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a service. Each answer ends its connection, so that a stopped server leaves none behind."""

    kms: ClassVar[Kms]

    def do_POST(self) -> None:
        """Check the signature, do the action, answer."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self._check_signature(content)
            answer, status = self.kms.answer(self.headers["X-Amz-Target"], json.loads(content)), 200
        except Fault as fault:
            answer, status = {"__type": fault.code}, fault.status
        body = self.kms.nonsense or json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""

    def _check_signature(self, content: bytes) -> None:
        """Sign what came as its sender should have, and compare (Signature Version 4)."""
        told = self.headers.get("Authorization", "")
        signed = told.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        request = AWSRequest(
            method="POST",
            url=f"http://{self.headers['Host']}{self.path}",
            data=content,
            headers={name: self.headers[name] for name in signed if name != "host"},
        )
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = SigV4Auth(CREDENTIALS, "kms", REGION)
        expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        if not hmac.compare_digest(told.rpartition("Signature=")[2], expected):
            raise Fault("InvalidSignatureException")


def _canonical(context: Mapping[str, str]) -> bytes:
    """Return a context in one form, whatever the order of its pairs."""
    return json.dumps(sorted(context.items())).encode()


def _text(content: bytes) -> str:
    """Return bytes as they stand in an answer."""
    return base64.b64encode(content).decode()
