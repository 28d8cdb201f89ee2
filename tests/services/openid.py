"""Real OpenID providers for the tests, on free ports of loopback: one signs people in, one signs for programs."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.services.ports import free_ports

_PATIENCE = 60.0


@contextmanager
def people_s_provider() -> Iterator[str]:
    """Run a provider that knows whoever says their name, and give its issuer."""
    (port,) = free_ports(1)
    issuer = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"{issuer}/.well-known/openid-configuration")
            yield issuer
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def signed_in(url: str, name: str) -> str:
    """Sign in at the provider as a person would, and return the address that leads back."""
    answer = httpx2.post(url, data={"sub": name}, follow_redirects=False)
    assert answer.status_code == 302
    return str(answer.headers["location"])


@dataclass
class ProgramsProvider:
    """Signs access tokens as an authorisation server does for client credentials (RFC 9068)."""

    issuer: str
    keys: list[RSAKey] = field(default_factory=lambda: [RSAKey.generate_key(2048, parameters={"kid": "1"})])

    def token(self, key: RSAKey | None = None, **claims: Any) -> str:
        """Return a token; what is given stands above what is right."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": "http://testserver", "iat": now, "exp": now + 300, **claims}
        chosen = key or self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": chosen.kid}, said, chosen)

    def change_keys(self) -> None:
        """Sign with another key from now on."""
        self.keys = [RSAKey.generate_key(2048, parameters={"kid": str(len(self.keys) + 1)})]


@contextmanager
def programs_provider() -> Iterator[ProgramsProvider]:
    """Run a provider that describes itself and shows its keys."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = {
                "/.well-known/openid-configuration": {
                    "issuer": provider.issuer,
                    "jwks_uri": f"{provider.issuer}/jwks",
                    "authorization_endpoint": f"{provider.issuer}/authorize",
                    "token_endpoint": f"{provider.issuer}/token",
                },
                "/jwks": {"keys": [key.as_dict(private=False) for key in provider.keys]},
            }
            body = json.dumps(shown[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = ProgramsProvider(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            httpx2.get(url).raise_for_status()
        except httpx2.HTTPError:
            assert time.monotonic() < deadline, "the provider did not start"
            time.sleep(0.1)
        else:
            return
