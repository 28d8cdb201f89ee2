"""Master keys in a real OpenBao."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.keys.interface import MasterKeys
from storage.keys.transit import TransitKeys, Vault
from tests.contracts.keys import MasterKeysContract, Reopen, RetiringContract
from tests.services.openbao import POLICY, OpenBao
from tests.services.processes import in_a_child


class TestTransitKeys(MasterKeysContract, RetiringContract):
    """They keep the contract."""

    @pytest.fixture
    def reopen(self, bao: OpenBao) -> Reopen:
        """Give keepers over one key."""
        return lambda: TransitKeys(bao.vault())

    @pytest.fixture
    def officer(self, bao: OpenBao) -> MasterKeys:
        """Give a keeper with an officer's token."""
        return TransitKeys(bao.vault(token=bao.officers_token()))

    @pytest.fixture
    def stranger(self, bao: OpenBao) -> MasterKeys:
        """Give a keeper of other keys."""
        return TransitKeys(bao.vault("stranger"))


@pytest.fixture
def keys(bao: OpenBao) -> TransitKeys:
    """Give a keeper."""
    return TransitKeys(bao.vault())


@pytest.fixture
def frozen(bao: OpenBao) -> Iterator[OpenBao]:
    """Give a server that takes connections and answers nothing."""
    vault = bao.vault()
    bao.freeze()
    yield bao
    bao.thaw()
    TransitKeys(vault).check()


def test_a_killed_server_is_waited_for(bao: OpenBao, keys: TransitKeys) -> None:
    """P5: while it is gone work waits, and goes on by itself when it is back."""
    key = os.urandom(32)
    wrapped = keys.wrap(key, b"document")
    bao.kill()
    with pytest.raises(KeysUnavailable):
        keys.wrap(key, b"x")
    with pytest.raises(KeysUnavailable):
        keys.unwrap(wrapped, b"x")
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")
    bao.start()
    assert keys.unwrap(wrapped, b"document") == key


def test_a_sealed_server_is_waited_for(bao: OpenBao, keys: TransitKeys) -> None:
    """Somebody sealed it in an emergency: nothing is lost, nothing is tampering."""
    key = os.urandom(32)
    wrapped = keys.wrap(key, b"document")
    bao.seal()
    with pytest.raises(KeysUnavailable):
        keys.unwrap(wrapped, b"document")
    with pytest.raises(KeysUnavailable):
        keys.check()
    bao.unseal()
    assert keys.unwrap(wrapped, b"document") == key


def test_a_mute_server_is_not_waited_for_without_end(frozen: OpenBao) -> None:
    """Every question has its time."""
    keys = TransitKeys(replace(frozen.vault(token="any"), connect_timeout=0.2, read_timeout=0.2))
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")


def test_rotated_masters_read_what_older_ones_wrapped(bao: OpenBao) -> None:
    """And every pseudonym stays, even if somebody rotates its key too."""
    bao.create_keys("rotated")
    keys = TransitKeys(bao.vault("rotated"))
    key = os.urandom(32)
    before, name = keys.wrap(key, b"document"), keys.pseudonym("patient", b"value")
    bao.ask("POST", "transit/keys/rotated/rotate")
    bao.ask("POST", "transit/keys/rotated-pseudonyms/rotate")
    after = keys.wrap(key, b"document")
    assert (before[1:5], after[1:5]) == (b"\0\0\0\1", b"\0\0\0\2")
    assert keys.unwrap(before, b"document") == keys.unwrap(after, b"document") == key
    assert keys.pseudonym("patient", b"value") == name
    with pytest.raises(Tampered):
        keys.unwrap(after[:1] + before[1:5] + after[5:], b"document")


def test_a_workers_token_replaces_no_master(keys: TransitKeys) -> None:
    """Whoever breaks into a worker cannot make wrapped keys unreadable."""
    for change in (keys.rotate, keys.retire):
        with pytest.raises(WrongSetting):
            change()


def test_a_generation_retired_too_early_is_not_tampering(bao: OpenBao) -> None:
    """The bytes are all right: the policy of the key is not, and a person can mend it."""
    bao.create_keys("retired")
    keys = TransitKeys(bao.vault("retired"))
    key = os.urandom(32)
    wrapped = keys.wrap(key, b"document")
    bao.ask("POST", "transit/keys/retired/rotate")
    bao.ask("POST", "transit/keys/retired/config", {"min_decryption_version": 2})
    with pytest.raises(KeysUnavailable):
        keys.unwrap(wrapped, b"document")
    bao.ask("POST", "transit/keys/retired/config", {"min_decryption_version": 1})
    assert keys.unwrap(wrapped, b"document") == key


def test_a_child_has_a_connection_of_its_own(keys: TransitKeys) -> None:
    """Questions and answers of two processes do not mix."""
    wrapped = keys.wrap(bytes(32), b"document")
    assert in_a_child(lambda: keys.unwrap(wrapped, b"document")) == bytes(32)
    assert keys.unwrap(wrapped, b"document") == bytes(32)


def test_the_check_finds_good_keys_good(keys: TransitKeys) -> None:
    """With just the rights of the policy."""
    keys.check()


def test_missing_keys_are_a_wrong_setting_and_are_never_made(bao: OpenBao) -> None:
    """The engine makes an unknown key on the way when the policy lets it: ours does not."""
    keys = TransitKeys(bao.vault("missing"))
    with pytest.raises(WrongSetting):
        keys.check()
    with pytest.raises(KeysUnavailable):
        keys.wrap(bytes(32), b"document")
    assert "missing" not in bao.ask("LIST", "transit/keys")["data"]["keys"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "options",
    [{"derived": False}, {"exportable": True}, {"allow_plaintext_backup": True}, {"type": "chacha20-poly1305"}],
)
def test_keys_of_another_kind_are_a_wrong_setting(bao: OpenBao, options: dict[str, object]) -> None:
    """A key that is not derived binds no context, and one that can be taken out may have been."""
    name = "kind-" + "-".join(options)
    bao.create_keys(name, **options)
    with pytest.raises(WrongSetting):
        TransitKeys(bao.vault(name)).check()


def test_a_wrong_token_stops_the_start_and_kills_no_document(bao: OpenBao) -> None:
    """At start it is a wrong setting; at work, where it ran out, documents wait."""
    keys = TransitKeys(bao.vault(token="wrong"))
    with pytest.raises(WrongSetting):
        keys.check()
    with pytest.raises(KeysUnavailable):
        keys.wrap(bytes(32), b"document")


def test_a_periodic_token_is_renewed(bao: OpenBao) -> None:
    """As long as Verso works its token lives."""
    token = bao.token()
    keys = TransitKeys(bao.vault(token=token))
    keys.check()
    renewals = bao.ask("POST", "auth/token/lookup", {"token": token})["data"]
    assert renewals["last_renewal"] is not None


def test_a_server_without_a_known_certificate_is_told_nothing(bao: OpenBao) -> None:
    """Somebody in between would get every key."""
    with pytest.raises(KeysUnavailable):
        TransitKeys(replace(bao.vault(), authorities=None)).wrap(bytes(32), b"document")


@pytest.fixture
def impostor() -> Iterator[Callable[[bytes], TransitKeys]]:
    """Give keepers over something else that listens at their address and always answers these bytes."""
    servers = []

    def keeper(body: bytes) -> TransitKeys:
        answering = type("Answering", (Answering,), {"body": body})
        server = ThreadingHTTPServer(("127.0.0.1", 0), answering)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return TransitKeys(Vault.at(f"bao+http://127.0.0.1:{server.server_address[1]}/transit/verso", "t", "x"))

    yield keeper
    for server in servers:
        server.shutdown()
        server.server_close()


class Answering(BaseHTTPRequestHandler):
    """Answers anything with the same bytes."""

    body: ClassVar[bytes]

    def do_POST(self) -> None:
        """Answer that all is well."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"\xff",
        b"[]",
        b"{}",
        b'{"data": []}',
        b'{"data": {}}',
        b'{"data": {"ciphertext": "vault:v1:A", "plaintext": "A", "hmac": "vault:v1:A"}}',
        b'{"data": {"ciphertext": "vault:v1", "plaintext": 1, "hmac": "vault:v1:AAAA"}}',
        b'{"data": {"ciphertext": "vault:v0:AAAA", "plaintext": null, "hmac": null}}',
    ],
)
def test_an_answer_of_another_kind_is_waited_out(impostor: Callable[[bytes], TransitKeys], body: bytes) -> None:
    """Something else listens there for a while: nothing is lost, nothing is tampering."""
    keys = impostor(body)
    with pytest.raises(KeysUnavailable):
        keys.wrap(bytes(32), b"document")
    with pytest.raises(KeysUnavailable):
        keys.unwrap(b"\x02\x00\x00\x00\x01" + bytes(60), b"document")
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")


def test_the_token_does_not_print(bao: OpenBao) -> None:
    """Neither by the vault nor by its keeper."""
    vault = bao.vault(token="s.secret")
    assert "s.secret" not in repr(vault) + repr(vars(TransitKeys(vault)))


def test_the_manual_gives_the_policy_that_is_proven_here() -> None:
    """Word for word: with less nothing works, with more a mistyped name makes a key."""
    manual = Path("docs/operating.md").read_text(encoding="utf-8")
    policy = POLICY.replace("NAME", "verso").strip().splitlines()
    assert len(policy) == 5
    assert [line for line in policy if f"    {line}\n" not in manual] == []


def test_an_address_is_read() -> None:
    """What a setting says."""
    vault = Vault.at(
        "bao+https://keys.example:8200/sealed/transit/verso?namespace=chu&ca=/ca.pem", "t", "VERSO_KEYS_URL"
    )
    assert vault == Vault(
        address="https://keys.example:8200",
        mount="sealed/transit",
        key="verso",
        pseudonyms="verso-pseudonyms",
        token="t",
        namespace="chu",
        authorities="/ca.pem",
    )
    assert Vault.at("bao+http://127.0.0.1:8100/transit/verso", "t", "x").address == "http://127.0.0.1:8100"


@pytest.mark.parametrize(
    "url",
    [
        "bao+http://keys.example:8200/transit/verso",
        "bao+ftp://127.0.0.1:8200/transit/verso",
        "bao+https://keys.example:8200/verso",
        "bao+https:///transit/verso",
        "bao+https://user:hunter2@keys.example:8200/transit/verso",
        "bao+https://keys.example:8200/transit/verso?tokken=hunter2",
        "bao+https://keys.example:8200/transit/verso?ca=/a&ca=/b",
        "bao+https://[keys.example:8200/transit/verso",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    """No way without TLS but on this machine, no secret in the URL, no mistyped option."""
    with pytest.raises(WrongSetting) as caught:
        Vault.at(url, "t", "VERSO_KEYS_URL")
    assert "hunter2" not in str(caught.value)
