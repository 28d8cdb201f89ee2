"""A real OpenBao for the tests, from its PyPI wheel: a Transit engine over TLS on a free port of loopback."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import urllib3
from urllib3.exceptions import HTTPError

from storage.keys.transit import Vault
from tests.services.certificate import certify
from tests.services.ports import free_ports
from tests.services.processes import dying_with_us, stop

#: Seconds until the server must have answered; it takes about a quarter of one.
PATIENCE = 60.0

#: What Verso may do, and nothing else, as `docs/operating.md` has it.
POLICY = """
path "transit/encrypt/NAME" { capabilities = ["update"] }
path "transit/decrypt/NAME" { capabilities = ["update"] }
path "transit/hmac/NAME-pseudonyms/sha2-256" { capabilities = ["update"] }
path "transit/keys/NAME" { capabilities = ["read"] }
path "transit/keys/NAME-pseudonyms" { capabilities = ["read"] }
"""

#: What whoever replaces masters needs beside it.
OFFICERS_POLICY = """
path "transit/rewrap/NAME" { capabilities = ["update"] }
path "transit/keys/NAME/rotate" { capabilities = ["update"] }
path "transit/keys/NAME/config" { capabilities = ["update"] }
path "transit/keys/NAME/trim" { capabilities = ["update"] }
"""


class DidNotStart(Exception):
    """OpenBao ended or stayed mute; its log says why."""


@dataclass(slots=True, kw_only=True)
class OpenBao:
    """A server that can be stopped, started again, sealed and unsealed."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None
    _root: str = field(default="", repr=False)
    _unseal_key: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def authorities(self) -> Path:
        """The certificate to trust."""
        return self.folder / "certificate.pem"

    def vault(self, key: str = "verso", *, token: str | None = None, read_timeout: float = PATIENCE) -> Vault:
        """Return a way to keys of this server, with a token that may use just these."""
        return Vault(
            address=self.address,
            mount="transit",
            key=key,
            pseudonyms=f"{key}-pseudonyms",
            token=token or self.token(key),
            authorities=str(self.authorities),
            connect_timeout=PATIENCE,
            read_timeout=read_timeout,
        )

    def token(self, key: str = "verso") -> str:
        """Return a periodic token under the policy."""
        self.ask("PUT", f"sys/policies/acl/{key}", {"policy": POLICY.replace("NAME", key)})
        answer = self.ask("POST", "auth/token/create", {"policies": [key], "period": "1h"})
        return str(answer["auth"]["client_token"])

    def officers_token(self, key: str = "verso") -> str:
        """Return a token that may also replace the master."""
        policy = (POLICY + OFFICERS_POLICY).replace("NAME", key)
        self.ask("PUT", f"sys/policies/acl/{key}-officer", {"policy": policy})
        return str(self.ask("POST", "auth/token/create", {"policies": [f"{key}-officer"]})["auth"]["client_token"])

    def create_keys(self, key: str = "verso", **options: object) -> None:
        """Make a master key and its key of pseudonyms."""
        self.ask("POST", f"transit/keys/{key}", {"type": "aes256-gcm96", "derived": True, **options})
        self.ask("POST", f"transit/keys/{key}-pseudonyms", {"type": "hmac", "key_size": 32})

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, dict[str, object]]:
        """Do as the root user does."""
        pool = urllib3.PoolManager(ca_certs=str(self.authorities), headers={"X-Vault-Token": self._root})
        answer = pool.request(method, f"{self.address}/v1/{path}", json=body, timeout=PATIENCE, retries=False)
        if answer.status >= 300:
            message = f"{method} {path}: {answer.status} {answer.data!r}"
            raise DidNotStart(message)
        return json.loads(answer.data) if answer.data else {}

    def start(self) -> None:
        """Start the program and wait until it answers; unsealed if it was initialized before."""
        command = [*dying_with_us(), str(Path(sys.executable).with_name("bao")), "server", "-config=config.json"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        if self._unseal_key:
            self.unseal()

    def initialize(self) -> None:
        """Make a fresh server ready, with a Transit engine."""
        made = self.ask("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
        self._root, self._unseal_key = str(made["root_token"]), str(made["keys"][0])  # type: ignore[index]
        self.unseal()
        self.ask("POST", "sys/mounts/transit", {"type": "transit"})

    def seal(self) -> None:
        """Seal it: it forgets its keys until it is unsealed."""
        self.ask("PUT", "sys/seal")

    def unseal(self) -> None:
        """Unseal it, and wait until it works again."""
        self.ask("PUT", "sys/unseal", {"key": self._unseal_key})
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self.ask("GET", "sys/health")
                self.ask("GET", "auth/token/lookup-self")
            except DidNotStart:
                time.sleep(0.05)
            else:
                return
        raise DidNotStart((self.folder / "log").read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        """End it on the spot."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        """Let it accept connections and answer nothing."""
        if self._process is not None:
            stop(self._process.pid)

    def thaw(self) -> None:
        """Let it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            self.ask("GET", "sys/seal-status")
        except HTTPError:
            return False
        return True


@contextmanager
def running(folder: Path) -> Iterator[OpenBao]:
    """Run a server with its data in a folder, for as long as the context lasts.

    Between choosing a port and using it somebody else may take it: then it is started again on another.
    """
    for attempt in range(3):
        server = _prepared(folder / str(attempt))
        try:
            server.start()
            server.initialize()
        except DidNotStart:
            server.kill()
            if attempt == 2:
                raise
            continue
        try:
            yield server
        finally:
            server.kill()
        return


def _prepared(folder: Path) -> OpenBao:
    """Lay out a folder: certificate, data, configuration."""
    (folder / "data").mkdir(parents=True)
    port, cluster_port = free_ports(2)
    certify(folder / "certificate.pem", folder / "private.pem")
    configuration = {
        "storage": {"raft": {"path": "data", "node_id": "one", "performance_multiplier": 1}},
        "listener": {
            "tcp": {
                "address": f"127.0.0.1:{port}",
                "cluster_address": f"127.0.0.1:{cluster_port}",
                "tls_cert_file": "certificate.pem",
                "tls_key_file": "private.pem",
            }
        },
        "api_addr": f"https://127.0.0.1:{port}",
        "cluster_addr": f"https://127.0.0.1:{cluster_port}",
    }
    (folder / "config.json").write_text(json.dumps(configuration))
    return OpenBao(folder=folder, port=port)
